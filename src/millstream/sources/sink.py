"""Where a source's records go, as narrow as it needs; and a sink in memory that obeys the same contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.sources.letters import Letter
    from millstream.sources.model import Record


class Refused(NamedTuple):
    """A record that the topic will never take, and why."""

    record: Record
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: the refused, and the offset behind the last confirmed one, by partition."""

    refused: tuple[Refused, ...] = ()
    ends: Mapping[int, int] = field(default_factory=dict)


class Found(NamedTuple):
    """A record as the topic has it."""

    partition: int
    offset: int
    key: bytes
    value: bytes
    time_ms: int


class Sink(Protocol):
    """One source's way into its topic and into the dead letters.

    Raises:
        SourceFailed: from any call, when the broker refuses for another reason than the record.
        Stopped: the source is to end while the broker is waited for.
    """

    def send(self, records: Sequence[Record], letters: Sequence[Letter]) -> Receipt:
        """Send, and return when every record is confirmed or refused."""

    def behind(self, ends: Mapping[int, int]) -> Iterator[Found]:
        """What the topic has behind these offsets; of a partition that is not named, its newest records."""

    def close(self) -> None:
        """Let go of connections."""


class MemorySink:
    """A topic of one partition in memory; `refuses` stands for the rules of a broker."""

    def __init__(self, refuses: Mapping[bytes, str] | None = None) -> None:
        self.records: list[Record] = []
        self.letters: list[Letter] = []
        self._refuses = refuses or {}

    def send(self, records: Sequence[Record], letters: Sequence[Letter]) -> Receipt:
        """Take everything but what is refused by its key."""
        refused = tuple(Refused(record, self._refuses[record.key]) for record in records if record.key in self._refuses)
        self.records += [record for record in records if record.key not in self._refuses]
        self.letters += letters
        return Receipt(refused, {0: len(self.records)})

    def behind(self, ends: Mapping[int, int]) -> Iterator[Found]:
        """What was sent behind an offset."""
        for offset in range(ends.get(0, 0), len(self.records)):
            record = self.records[offset]
            yield Found(0, offset, record.key, record.value, record.time_ms or 0)

    def close(self) -> None:
        """Nothing to let go of."""
