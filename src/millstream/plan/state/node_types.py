"""Which execution nodes of Flink 2.2 hold state: every type by name, since an unknown one must never pass for harmless.

The list is that of the planner's own classes (`org.apache.flink.table.planner.plan.nodes.exec.stream`). Whether an
operator registers state was read in the operators they translate to (`flink-table-runtime`), not from the plan: some
hold state without a `state` field in the plan's JSON (temporal, interval and window joins, windows, patterns).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from millstream.compiled import Node


class Holds(StrEnum):
    """What a node keeps in a savepoint."""

    NOTHING = "nothing"
    OFFSETS = "offsets"
    WRITER = "writer"
    STATE = "state"
    UNKNOWN = "unknown"


_NOTHING = (
    "calc",
    "correlate",
    "drop-update-before",
    "exchange",
    "expand",
    "mini-batch-assigner",
    "python-calc",
    "python-correlate",
    "union",
    "watermark-assigner",
    # They give out what they gathered before a checkpoint's barrier passes.
    "local-group-aggregate",
    "local-window-aggregate",
)
_STATE = (
    "changelog-normalize",
    "deduplicate",
    "global-group-aggregate",
    "global-window-aggregate",
    "group-aggregate",
    "group-table-aggregate",
    "group-window-aggregate",
    "incremental-group-aggregate",
    "interval-join",
    "join",
    "limit",
    "match",
    "multi-join",
    "over-aggregate",
    "process-table-function",
    "python-group-aggregate",
    "python-group-table-aggregate",
    "python-group-window-aggregate",
    "python-over-aggregate",
    "rank",
    "sort",
    "sort-limit",
    "temporal-join",
    "temporal-sort",
    "window-aggregate",
    "window-deduplicate",
    "window-join",
    "window-rank",
    # Rows that wait for an answer are kept.
    "async-calc",
    "async-correlate",
)
# Not looked into, so never taken for harmless: data-stream-scan, delta-join, legacy-sink, legacy-table-source-scan,
# ml-predict-table-function, multiple-input, vector-search-table-function.
HOLDS = {
    **dict.fromkeys(_NOTHING, Holds.NOTHING),
    **dict.fromkeys(_STATE, Holds.STATE),
    "table-source-scan": Holds.OFFSETS,
    "values": Holds.OFFSETS,
}


def holds(node: Node) -> Holds:
    """Tell what a node keeps in a savepoint; `UNKNOWN` for a type that is not in the list."""
    if node.kind == "sink":
        # The upsert materializer remembers the rows of each key, as a query computed them.
        return Holds.STATE if node.content.get("requireUpsertMaterialize") else Holds.WRITER
    if node.kind == "lookup-join":
        return Holds.STATE if node.content.get("state") or node.content.get("asyncLookupOptions") else Holds.NOTHING
    if node.kind == "window-table-function":
        # Only sessions depend on what came before: the other windows are computed from the row alone.
        return Holds.STATE if "session" in str(node.content.get("windowing", "")).lower() else Holds.NOTHING
    return HOLDS.get(node.kind, Holds.UNKNOWN)
