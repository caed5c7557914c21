"""HTTP APIs polled into topics: what `millstream sources` runs.

model     what a poll is made of: answers, records, dead letters, and how it can fail
address   variables resolved; what may follow a redirect or a page link
fetch     one request: bounded in time and size, never sent to another host
attempts  when a request is made again, and when not
pages     the answers of one poll
document  bytes → JSON or XML → its records
values    what is found → typed values
mapping   a record → key, value and record time, or why not
letters   what does not map → a dead letter, as Flink's jobs write them
memory    what was sent and what the API said of its last answer, kept across restarts
sink      where records go; topic: the one that is Kafka
poll      one poll from request to memory
schedule  poll after poll, in a thread of its own
process   every applied source, until told to end

A record is sent once for each content that a key and record time have had. That holds across restarts and kills: what
was sent is written down after the broker has confirmed it, and what a killed process did not get to write down is read
back from the end of the topic.
"""

from millstream.sources.process import Site, run

__all__ = ["Site", "run"]
