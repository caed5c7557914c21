"""The embedded engine: the only importer of chdb.

Everything here blocks and is called from worker threads; chdb releases the interpreter's lock
while the engine works.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from chdb import _chdb

from millstream.errors import EngineError
from millstream.local.clickhouse.errors import ServerError, from_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.local.clickhouse.config import ServerConfig

# The embedded engine has one thread for all Kafka tables (ClickHouse's server has 16): a table holds it for its whole
# flush interval, so each waits for all the others.
_BACKGROUND_THREADS = 16

# Own fields of `KafkaTimeouts` become librdkafka properties; a new consumer starts at the oldest record.
_SETTINGS = """<clickhouse>
<logger><level>warning</level><log>{log}/engine.log</log><errorlog>{log}/engine.err.log</errorlog><size>10M</size>
<count>3</count></logger>
<kafka><session_timeout_ms>{session}</session_timeout_ms><heartbeat_interval_ms>{heartbeat}</heartbeat_interval_ms>
<auto_offset_reset>earliest</auto_offset_reset></kafka>
<background_message_broker_schedule_pool_size>{threads}</background_message_broker_schedule_pool_size>
<background_schedule_pool_size>{threads}</background_schedule_pool_size>
</clickhouse>
"""


@dataclass(frozen=True)
class Outcome:
    """What a finished statement did.

    Args:
        output: formatted result, unless it went through a pipe.
        rows: rows of the result, or rows inserted from a body.
        size: bytes of those rows in the engine's memory.
        read_rows: rows read from tables.
        read_size: bytes read from tables.
    """

    output: bytes
    rows: int
    size: int
    read_rows: int
    read_size: int


class Connection:
    """One client's state in the engine: settings, current database, temporary tables."""

    def __init__(self, address: str) -> None:
        self._connection = _chdb.connect(address)

    def run(
        self, text: str | bytes, output_format: str = "TabSeparated", parameters: Mapping[str, str] | None = None
    ) -> Outcome:
        """Run a statement to its end; bytes, because a statement may hold any in its literals.

        Args:
            text: the statement; a `FORMAT` in it wins.
            output_format: for a result whose statement names no format.
            parameters: values of `{name:Type}`, escaped as in TSV.

        Raises:
            ServerError: the engine refused or failed.
        """
        try:
            result = self._connection.query(text, output_format, params=dict(parameters or {}))
        except RuntimeError as failure:
            raise from_engine(str(failure)) from failure
        if result.has_error():
            raise from_engine(result.error_message())
        return Outcome(
            result.bytes(),
            result.rows_read(),
            result.bytes_read(),
            result.storage_rows_read(),
            result.storage_bytes_read(),
        )

    def close(self) -> None:
        """End the connection; its temporary tables go with it."""
        self._connection.close()


class Engine:
    """The engine of one data folder."""

    def __init__(self, config: ServerConfig) -> None:
        """Open the folder, which brings Kafka tables and views back to work.

        Raises:
            EngineError: the folder is in use or damaged.
        """
        config.data_dir.mkdir(parents=True, exist_ok=True)
        config.log_dir.mkdir(parents=True, exist_ok=True)
        settings = config.data_dir / "server.xml"
        settings.write_text(
            _SETTINGS.format(
                log=escape(str(config.log_dir)),
                session=config.kafka.session_timeout_ms,
                heartbeat=config.kafka.heartbeat_interval_ms,
                threads=_BACKGROUND_THREADS,
            ),
        )
        # The embedded engine takes its log level from here only, else it traces every Kafka message.
        self._address = f"{config.data_dir}?config-file={settings}&log-level=warning"
        self._kills = threading.Lock()
        try:
            self._kept = Connection(self._address)
            self._kept.run(f"CREATE DATABASE IF NOT EXISTS `{config.database}`")
            self.version = self._kept.run("SELECT version()").output.decode().strip()
            self.timezone = self._kept.run("SELECT timezone()").output.decode().strip()
        except (RuntimeError, ServerError) as failure:
            raise EngineError(
                f"the ClickHouse engine cannot open {config.data_dir}: {failure}",
                mend="end the other server on this folder, or name another folder",
            ) from failure

    def connect(self) -> Connection:
        """Open a connection with default settings (about 0.2 ms)."""
        return Connection(self._address)

    def kill(self, mark: str) -> bool:
        """End the running statement whose text holds `mark`; tell whether there was one."""
        with self._kills:
            ended = self._kept.run(f"KILL QUERY WHERE position(query, '{mark}') > 0 AND query_id != queryID() ASYNC")
        return bool(ended.output)

    def close(self) -> None:
        """Close the folder; without it the process aborts at its end."""
        self._kept.close()
