"""The demo's event generator: deterministic, open loop, confirmed by the broker.

    options   what a run is asked to do
    sampling  random numbers that depend on seed, topic and block only
    catalog   the shop's dimensions: how many, how popular, at what price
    event     what a topic module gives and gets: Record, Block, Fault, EventTopic
    faults    ways to spoil a JSON value, whatever the topic
    orders    the topic `orders`, with `order_faults`
    stream    seed and options → records in order of time; pure
    delivery  the only module that speaks to Kafka
    stopping  Ctrl-C and SIGTERM as a flag
    pace      when each record is due
    report    progress and the final report
    runner    sends the stream at its pace

A further topic is one more module with an `EventTopic`, named in `stream.TOPICS`.
"""

from millstream.generate.options import GeneratorOptions
from millstream.generate.report import Progress, Report
from millstream.generate.runner import run

__all__ = ["GeneratorOptions", "Progress", "Report", "run"]
