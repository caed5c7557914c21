"""The oracle: what the slice must produce, computed from the dumped topic bytes and compared with what it did.

Written from the contract of topic `orders` alone, with DuckDB, so that it shares no code and no thought with the
streaming SQL. The pipeline is the list of files: kafka (dump) → strict_json → expected (sql/) → databases, kafka
(what the engines hold) → compare.

Everything happens in one DuckDB connection, in schemas `expected`, `kafka`, `postgres` and `clickhouse`.
"""

from oracle.compare import Differences, compare
from oracle.databases import read_clickhouse, read_postgres
from oracle.expected import compute, empty_tables, violations
from oracle.kafka import dump, read_changelog, read_json
from oracle.tables import DEAD_LETTERS, LANDED, LATE_EVENTS, ORDER_ITEMS, REVENUE_BY_CITY_MINUTE, Table

__all__ = [
    "DEAD_LETTERS",
    "LANDED",
    "LATE_EVENTS",
    "ORDER_ITEMS",
    "REVENUE_BY_CITY_MINUTE",
    "Differences",
    "Table",
    "compare",
    "compute",
    "dump",
    "empty_tables",
    "read_changelog",
    "read_clickhouse",
    "read_json",
    "read_postgres",
    "violations",
]
