"""What the engines hold, read into the schemas the expectation is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle.databases import read_clickhouse, read_postgres
from oracle.kafka import read_changelog, read_json
from oracle.tables import Place

if TYPE_CHECKING:
    import duckdb

    from oracle.tables import Table


@dataclass(frozen=True)
class Addresses:
    """Where the engines answer.

    Args:
        kafka: the broker's address, `host:port`.
        postgres: URL of the warehouse.
        clickhouse: URL of the real-time database.
    """

    kafka: str
    postgres: str
    clickhouse: str


_READERS = {
    Place.TOPIC: (read_json, "kafka"),
    Place.CHANGELOG: (read_changelog, "kafka"),
    Place.POSTGRES: (read_postgres, "postgres"),
    Place.CLICKHOUSE: (read_clickhouse, "clickhouse"),
}


def read_found(
    connection: duckdb.DuckDBPyConnection, addresses: Addresses, table: Table, place: Place, namespace: str = ""
) -> None:
    """Read what `place` holds of `table` into `<place's schema>.<table>`."""
    reader, engine = _READERS[place]
    reader(connection, getattr(addresses, engine), table, namespace)
