"""One poll: ask, map, send, remember; in this order, so that nothing is forgotten before it is confirmed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from millstream.project.model import DEAD_LETTERS
from millstream.sources.address import Request, request
from millstream.sources.letters import PREFIX, Letter, letter
from millstream.sources.mapping import Mapping as FieldMapping
from millstream.sources.model import Outcome, Record, SourceFailed, Unmapped
from millstream.sources.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.project.http_source import HttpDeclaration
    from millstream.sources.attempts import Attempts
    from millstream.sources.fetch import Client
    from millstream.sources.memory import Memory
    from millstream.sources.model import Answer
    from millstream.sources.sink import Sink

_UNCHANGED = 304
# What an answer is known by, and the header that asks for another (RFC 9110, section 13.1).
_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
_PRESENT = b"sent"


@dataclass(frozen=True)
class Source:
    """A source as it was applied.

    Args:
        name: its file's name.
        namespace: in front of its topics and its job name.
        declared: what it does.
    """

    name: str
    namespace: str
    declared: HttpDeclaration

    @property
    def topic(self) -> str:
        """Engine name of its topic."""
        return self.namespace + self.declared.topic

    @property
    def dead_letters(self) -> str:
        """Engine name of the topic for what does not map."""
        return self.namespace + DEAD_LETTERS

    @property
    def job(self) -> str:
        """What its dead letters name as their job."""
        return f"{self.namespace}source_{self.name}"

    @property
    def digest(self) -> str:
        """Of all it does: an answer that is unchanged is new to a source that is not."""
        return hashlib.sha256(self.declared.model_dump_json().encode()).hexdigest()


@dataclass
class _Batch:
    """What one page gives."""

    records: list[Record] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


class Poller:
    """Polls one source.

    Args:
        source: what to poll.
        variables: values of `${VAR}`; never shown.
        client: makes its requests.
        attempts: decides when.
        memory: what it knows.
        sink: where its records go.
    """

    def __init__(  # noqa: PLR0913 - each of them is a fake in some test
        self,
        source: Source,
        variables: Mapping[str, str],
        *,
        client: Client,
        attempts: Attempts,
        memory: Memory,
        sink: Sink,
    ) -> None:
        self._source = source
        self._variables = variables
        self._client = client
        self._attempts = attempts
        self._memory = memory
        self._sink = sink
        self._mapping = FieldMapping(source.declared)
        self._pages = Pages(source.declared)
        self._is_caught_up = False

    def poll(self) -> Outcome:
        """Poll once.

        Raises:
            SourceFailed: it did not come to its end; what was sent until then is remembered.
            Stopped: it was told to end.
        """
        asked = request(self._source.declared, self._variables)
        self._catch_up()
        try:
            return self._walk(asked)
        except Unmapped as why:
            self._deliver(_Batch(letters=[self._letter(why)]))
            raise SourceFailed(f"{PREFIX}{why.error_type}: {asked.redacted(why.message)}") from None

    def _walk(self, asked: Request) -> Outcome:
        conditions = self._memory.validators(self._source.digest) if self._source.declared.asks_conditionally else {}
        last: dict[str, Answer] = {}

        def get(url: str | None) -> Answer:
            last["answer"] = self._attempts.call(lambda: self._client.get(asked, url, conditions))
            if last["answer"].status == _UNCHANGED:
                raise _Unchanged
            return last["answer"]

        outcome = Outcome()
        try:
            for page in self._pages.walk(asked, get):
                outcome += self._deliver(self._batch(page.records))
        except _Unchanged:
            return Outcome(unchanged=True)
        headers = last["answer"].headers
        known = {ask: headers[name] for name, ask in _CONDITIONS.items() if name in headers}
        self._memory.finish(known, self._source.digest)
        return outcome

    def _batch(self, found: Sequence[Any]) -> _Batch:
        batch = _Batch()
        for position, one in enumerate(found, start=1):
            try:
                batch.records.append(self._mapping.record(one, position))
            except Unmapped as why:
                batch.letters.append(self._letter(why))
        return batch

    def _letter(self, why: Unmapped, key: bytes | None = None) -> Letter:
        return letter(self._source.job, self._source.topic, why, key)

    def _deliver(self, batch: _Batch) -> Outcome:
        """Send what is new of a page, and remember it once it is confirmed."""
        fresh = self._fresh(batch.records)
        letters = [one for one in _unique(batch.letters) if self._memory.content(_identity(one)) is None]
        # Until it is confirmed and noted, an interruption leaves open what the topic has.
        self._is_caught_up = not fresh
        receipt = self._sink.send(fresh, letters)
        refused = [
            self._letter(Unmapped("refused_by_topic", reason, record.raw or record.value), record.key)
            for record, reason in receipt.refused
        ]
        if refused:
            self._sink.send((), refused)
        noted = [(record.identity, record.content) for record in batch.records]
        noted += [(_identity(one), _PRESENT) for one in (*batch.letters, *refused)]
        self._memory.note(noted, receipt.ends)
        self._is_caught_up = True
        sent = len(fresh) - len(refused)
        return Outcome(sent, len(letters) + len(refused), len(batch.records) - len(fresh))

    def _fresh(self, records: Sequence[Record]) -> list[Record]:
        """The records whose identity ends this page with other content than was sent last."""
        newest = {record.identity: record.content for record in records}
        changed = {identity for identity, content in newest.items() if self._memory.content(identity) != content}
        fresh: dict[tuple[bytes, bytes], Record] = {}
        for record in records:
            if record.identity in changed:
                # The last of equal ones stays, so that the order still ends with the newest content.
                fresh.pop((record.identity, record.content), None)
                fresh[record.identity, record.content] = record
        return list(fresh.values())

    def _catch_up(self) -> None:
        """Note what the topic has and the memory does not: a killed process sent it."""
        if self._is_caught_up:
            return
        has_time = self._source.declared.record_time is not None
        ends: dict[int, int] = {}
        noted: list[tuple[bytes, bytes]] = []
        for found in self._sink.behind(self._memory.ends()):
            ends[found.partition] = found.offset + 1
            record = Record(found.key, found.value, found.time_ms if has_time else None)
            noted.append((record.identity, record.content))
        self._memory.note(noted, ends)
        self._is_caught_up = True


class _Unchanged(Exception):  # noqa: N818 - the way out of a poll that has nothing new
    """The API says that its answer is the one already known."""


def _identity(one: Letter) -> bytes:
    return b"letter:" + one.number.to_bytes(8, "big")


def _unique(letters: Sequence[Letter]) -> list[Letter]:
    return list({one.number: one for one in letters}.values())
