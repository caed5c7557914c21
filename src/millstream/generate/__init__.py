"""The demo's event generator: deterministic, open loop, confirmed by the broker.

    options    what a run is asked to do
    scenario   what kind of day it is
    sampling   random numbers that depend on seed, topic and block only
    shop/      the operational database: first rows, and how they change
    catalog    how popular cities, products and salespeople are
    fleet      warehouses and vehicles, with `roads` they drive on and `cargo` they carry
    event      what a topic module gives and gets: Record, Block, Fault, EventTopic
    faults     ways to spoil a JSON value, whatever the topic
    plan       what a stream depends on, and when each record is due, late or bad
    orders     the topic `orders`, with `order_faults`
    shipments, positions, inventory    the other topics
    stream     plan → records in order of time; pure
    delivery   the only module that speaks to Kafka
    stopping   Ctrl-C and SIGTERM as a flag
    pace       when each record is due
    report     progress and the final report
    runner     sends the stream at its pace

A further topic is one more module with an `EventTopic`, named in `stream.TOPICS`.
"""

from millstream.generate.options import GeneratorOptions
from millstream.generate.report import Progress, Report
from millstream.generate.runner import run

__all__ = ["GeneratorOptions", "Progress", "Report", "run"]
