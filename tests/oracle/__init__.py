"""The oracle: what the example must produce, computed from the dumped topic bytes and compared with what it did.

Written from the contract alone, with DuckDB, so that it shares no code and no thought with the streaming SQL. The
pipeline is the list of files: kafka (dump) → strict_json, topics (fate of each event) and shop (versions of each
row) → expected (sql/, breaches) → databases, kafka (what the engines hold) → compare.

Everything happens in one DuckDB connection, in schemas `shop`, `expected`, `kafka`, `postgres` and `clickhouse`.
"""

from oracle.compare import Differences, compare
from oracle.expected import SOURCES, compute, empty_tables, violations
from oracle.found import Addresses, read_found
from oracle.kafka import dump
from oracle.results import TABLES
from oracle.tables import Place, Table
from oracle.topics import EVENT_TOPICS

__all__ = [
    "EVENT_TOPICS",
    "SOURCES",
    "TABLES",
    "Addresses",
    "Differences",
    "Place",
    "Table",
    "compare",
    "compute",
    "dump",
    "empty_tables",
    "read_found",
    "violations",
]
