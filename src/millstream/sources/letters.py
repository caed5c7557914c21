"""What does not map, as a dead letter: columns and JSON of `flink_sql/tables/dead_letters.sql`."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from millstream.timestamps import utc_text

if TYPE_CHECKING:
    from millstream.sources.model import Unmapped

PREFIX = "unmapped_"
# An HTTP answer has no partition; a real one is never negative.
PARTITION = -1
# Base64 makes 4 bytes of 3, and a record of the topic holds 8 MiB.
LARGEST_VALUE = 4 * 2**20


@dataclass(frozen=True)
class Letter:
    """A dead letter.

    Args:
        number: takes the place of the offset: the first 63 bits of a SHA-256 over source, error type and bytes. The
            same failure has the same number whenever and by whomever it is sent again, so it replaces itself; two
            different ones among a million share a number with a chance of 1 in 10^7.
        value: the record.
    """

    number: int
    value: bytes = field(repr=False)


def letter(job: str, topic: str, why: Unmapped, key: bytes | None = None) -> Letter:
    """Write a dead letter.

    Args:
        job: `source_<name>` with the namespace in front.
        topic: engine name of the topic it would have gone to.
        why: what is wrong, with the bytes.
        key: the record's key, as far as it has got one.
    """
    error_type = PREFIX + why.error_type
    now = utc_text(datetime.now(UTC), "milliseconds")
    kept = why.raw[:LARGEST_VALUE]
    cut = f"; the first {len(kept)} of {len(why.raw)} bytes are kept" if len(kept) < len(why.raw) else ""
    number = _number(job, error_type, why.raw)
    columns = {
        "source_topic": topic,
        "source_partition": PARTITION,
        "source_offset": number,
        "record_time": now,
        "key_bytes": _base64(key),
        "value_bytes": _base64(kept),
        "error_type": error_type,
        "error_message": why.message + cut,
        "job": job,
        "failed_at": now,
    }
    return Letter(number, json.dumps(columns, ensure_ascii=True, separators=(",", ":")).encode())


def _number(job: str, error_type: str, raw: bytes) -> int:
    digest = hashlib.sha256()
    for part in (job.encode(), error_type.encode(), raw):
        digest.update(len(part).to_bytes(8, "big") + part)
    return int.from_bytes(digest.digest()[:8], "big") >> 1


def _base64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()
