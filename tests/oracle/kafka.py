"""Topics read from beginning to end: the dump the oracle starts from, and what jobs wrote."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import confluent_kafka as ck
import duckdb

from oracle.tables import Row, Table, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_DUMP = {
    "topic": "VARCHAR",
    "partition": "INTEGER",
    "offset": "BIGINT",
    "record_time": "BIGINT",
    "key": "BLOB",
    "value": "BLOB",
}
_BATCH = 5_000
_BATCH_SECONDS = 0.2
_PATIENCE = 30.0


def dump(bootstrap: str, topics: Iterable[str], path: Path, namespace: str = "") -> int:
    """Write every committed record of `topics` to a Parquet file and return how many there are.

    Columns: topic (without namespace), partition, offset, record_time (milliseconds since 1970 UTC), key and value
    (NULL as in Kafka).
    """
    messages = read(bootstrap, *(f"{namespace}{topic}" for topic in topics))
    write_dump((_dumped(message, namespace) for message in messages), path)
    with duckdb.connect() as connection:
        found = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    assert found is not None
    return int(found[0])


def write_dump(rows: Iterable[Row], path: Path) -> None:
    """Write rows of (topic, partition, offset, record time in ms, key, value), bytes in hexadecimal, as `dump` does."""
    with duckdb.connect() as connection:
        load(connection, "records", _DUMP, rows)
        connection.execute("COPY records TO ? (FORMAT parquet)", [str(path)])


def read_json(connection: duckdb.DuckDBPyConnection, bootstrap: str, table: Table, namespace: str = "") -> None:
    """Read the JSON topic of `table` into `kafka.<table>`; numbers keep their digits."""
    messages = read(bootstrap, f"{namespace}{table.name}")
    _load(connection, table, (_row(table, _parsed(message.value())) for message in messages))


def read_changelog(connection: duckdb.DuckDBPyConnection, bootstrap: str, table: Table, namespace: str = "") -> None:
    """Read the debezium-json topic of `table` into `kafka.<table>`: the rows its changes leave standing.

    A change that takes away a row which does not stand leaves it in debt: the row's next appearance pays it.
    """
    standing: Counter[Row] = Counter()
    for message in read(bootstrap, f"{namespace}{table.name}"):
        change = _parsed(message.value())
        if change["op"] in ("u", "d"):
            standing[_row(table, change["before"])] -= 1
        if change["op"] in ("c", "r", "u"):
            standing[_row(table, change["after"])] += 1
    owed = [row for row, count in standing.items() if count < 0]
    assert not owed, f"topic {table.name} takes away rows that never stood, such as {owed[0]}"
    _load(connection, table, standing.elements())


def read(bootstrap: str, *topics: str) -> Iterator[ck.Message]:
    """Every committed message of every partition of `topics`, from the beginning to the end as it stands.

    Raises:
        TimeoutError: the broker sent nothing for 30 seconds before the end was reached.
    """
    consumer = ck.Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "oracle",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        known = consumer.list_topics(timeout=_PATIENCE).topics
        open_partitions = {(topic, partition) for topic in topics for partition in known[topic].partitions}
        consumer.assign([ck.TopicPartition(*place, ck.OFFSET_BEGINNING) for place in open_partitions])
        deadline = time.monotonic() + _PATIENCE
        while open_partitions:
            # A batch is waited for until it is full or its time is over, so that time must be short.
            messages = consumer.consume(_BATCH, _BATCH_SECONDS)
            if messages:
                deadline = time.monotonic() + _PATIENCE
            elif time.monotonic() > deadline:
                raise TimeoutError(f"no end of {sorted(open_partitions)}")
            yield from _until_end(messages, open_partitions)
    finally:
        consumer.close()


def _until_end(messages: list[ck.Message], open_partitions: set[tuple[str, int]]) -> Iterator[ck.Message]:
    for message in messages:
        error = message.error()
        if error is None:
            yield message
        elif error.code() == ck.KafkaError._PARTITION_EOF:
            open_partitions.discard((message.topic(), message.partition()))
        else:
            raise ck.KafkaException(error)


def _dumped(message: ck.Message, namespace: str) -> Row:
    return (
        message.topic().removeprefix(namespace),
        str(message.partition()),
        str(message.offset()),
        str(message.timestamp()[1]),
        _hex(message.key()),
        _hex(message.value()),
    )


def _parsed(value: bytes | None) -> Any:
    assert value is not None, "a JSON topic of results holds no tombstones"
    return json.loads(value, parse_int=str, parse_float=str)


def _load(connection: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Row]) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS kafka")
    load(connection, f"kafka.{table.name}", table.columns, rows)


def _row(table: Table, values: dict[str, Any]) -> Row:
    return tuple(
        _hex_of_base64(values[column]) if type_ == "BLOB" else values[column] for column, type_ in table.columns.items()
    )


def _hex_of_base64(text: str | None) -> str | None:
    return None if text is None else base64.b64decode(text, validate=True).hex()


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
