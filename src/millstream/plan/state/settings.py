"""What a compiled plan does not hold of a job's `SET`s.

Some are written into the plan, where their change is seen; some only say how fast or how careful a job runs. Whatever
is not known to be one of those counts as a change of meaning (Flink docs, "Configuration").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WITHOUT_MEANING = (
    "execution.",
    # Keys are spread over key groups, whose number is another setting.
    "parallelism.default",
    "pipeline.auto-watermark-interval",
    "pipeline.object-reuse",
    "pipeline.operator-chaining.",
    "pipeline.watermark-alignment.",
    "restart-strategy.",
    # Savepoints are taken in the format that belongs to no backend.
    "state.backend.rocksdb.",
    "state.backend.type",
)
_IN_THE_PLAN = ("table.exec.mini-batch.", "table.exec.source.idle-timeout", "table.exec.state.ttl", "table.optimizer.")


def changed_settings(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Tell which settings with a meaning for state differ.

    Args:
        old: the `SET` pairs of the running job, values as templates.
        new: the same of the wanted job.
    """
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key) and not key.startswith((*_WITHOUT_MEANING, *_IN_THE_PLAN)):
            yield f"`{key}`: {old.get(key, 'not set')} → {new.get(key, 'not set')}"
