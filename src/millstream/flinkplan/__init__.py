"""Flink's planner, behind plain values.

`session` and `compiled` are the only importers of PyFlink and run in a worker process of its own; everything else is
exported here and starts no JVM.
"""

from millstream.flinkplan.bundle import Bundle, Template, secret_values
from millstream.flinkplan.client import Planner
from millstream.flinkplan.model import (
    Checkpointing,
    Failure,
    JobSource,
    Refusal,
    Statement,
    SubmitFailed,
    SubmitRequest,
    Submitted,
)

__all__ = [
    "Bundle",
    "Checkpointing",
    "Failure",
    "JobSource",
    "Planner",
    "Refusal",
    "Statement",
    "SubmitFailed",
    "SubmitRequest",
    "Submitted",
    "Template",
    "secret_values",
]
