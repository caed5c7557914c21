"""Prove a verdict: restore the changed job on a real Flink, and compare with the new query had it always run.

The running job and the changed one are started in throw-away topics, with records of their own; nothing that runs is
touched. The pipeline is the list of files:

events     which records are sent before the savepoint, and which after it
standins   throw-away topics in the place of tables
staging    a job turned to them
runs       one job on its way: submitted, seen to have read everything, stopped
rehearsal  the runs of one change: as it was, restored in two ways, and from scratch
contents   what each run has written, compared
"""

from millstream.rehearse.changes import changes
from millstream.rehearse.events import read_events, sampled
from millstream.rehearse.model import (
    Event,
    JobChange,
    NotRehearsable,
    Outcome,
    Phase,
    Rehearsal,
    Result,
    RowDifference,
)
from millstream.rehearse.rehearsal import Stage, rehearse, topics

__all__ = [
    "Event",
    "JobChange",
    "NotRehearsable",
    "Outcome",
    "Phase",
    "Rehearsal",
    "Result",
    "RowDifference",
    "Stage",
    "changes",
    "read_events",
    "rehearse",
    "sampled",
    "topics",
]
