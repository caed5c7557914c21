"""The header block of an empty result in the Native format.

The embedded engine gives no bytes at all where a server sends a block of zero rows, which tells
clients the columns (ClickHouse docs, "Native format").
"""

from __future__ import annotations

import json
import re

LOW_SEVEN_BITS = 0x7F


def varint(number: int) -> bytes:
    """LEB128, ClickHouse's VarUInt."""
    out = bytearray()
    while number > LOW_SEVEN_BITS:
        out.append(number & LOW_SEVEN_BITS | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def empty_block(json_compact: bytes) -> bytes:
    """The block of zero rows with the columns of a result in `JSONCompact`."""
    columns = json.loads(json_compact)["meta"]
    names = b"".join(_string(c["name"]) + _string(plain_type(c["type"])) for c in columns)
    return varint(len(columns)) + varint(0) + names


def _string(text: str) -> bytes:
    encoded = text.encode()
    return varint(len(encoded)) + encoded


def plain_type(name: str) -> str:
    """Drop `LowCardinality`, whose block would need a prefix that zero rows do not have."""
    while (start := re.search(r"\bLowCardinality\(", name)) is not None:
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(name[end], 0)
            end += 1
        name = name[: start.start()] + name[start.end() : end - 1] + name[end:]
    return name
