"""New files of a project, written from what is there: a live topic, a catalog, a table or view of the tree.

inference     JSON values → Flink types
envelope      what a topic's records are: plain objects or Debezium's envelopes, and what their key is
event_time    which column is the event time, and how far it lags behind the record time
topic_source  samples of a topic → a Flink table
table_source  a table of PostgreSQL or ClickHouse → a Flink table
catalogs      asks the databases for columns, types and keys
origin        a table, view or job of the tree → columns and key
landing       an origin → landing tables, and the INSERT that fills them
job           origins → a job and the table of its result
exposures     Superset's dashboards → dbt's exposures
topics_file   adds a topic to `kafka/topics.yml` without touching the rest
rendering     the templates, one a file, in the style of the tree
draft         what is to be written: all of it or nothing
"""

from millstream.scaffold.draft import Draft, NewFile, NewTopic, write
from millstream.scaffold.trial import tried

__all__ = ["Draft", "NewFile", "NewTopic", "tried", "write"]
