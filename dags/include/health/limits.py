"""`limits.yml`: what the platform must keep."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

PATH = Path(__file__).parents[2] / "limits.yml"
NAME = r"^[a-z_][a-z0-9_]*$"


class _Strict(BaseModel):
    # A mistyped limit that is passed over in silence would be none.
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobLimits(_Strict):
    """Of every streaming job.

    Args:
        restarts: since it was submitted.
        checkpoint_age_s: seconds since its newest complete checkpoint.
    """

    restarts: int = 3
    checkpoint_age_s: float = 60


class TableLimits(_Strict):
    """Of one landing table.

    Args:
        time: the column that says when what a row tells of happened.
        freshness_s: seconds from the newest of it to now.
        latency_s: seconds from it to the row's landing, of 95 in 100 rows of the last five minutes.
    """

    time: str = Field(pattern=NAME)
    freshness_s: float | None = None
    latency_s: float | None = None


class Query(_Strict):
    """A number that SQL tells; `{ns}` in it stands for the namespace."""

    database: Literal["postgres", "clickhouse"] = "postgres"
    sql: str
    most: float
    unit: str = ""


class Limits(_Strict):
    """Everything that is looked at."""

    services: tuple[str, ...] = ()
    jobs: JobLimits = JobLimits()
    lag_records: float = 20_000
    slot_retained_mb: float = 1024
    disk_free_mb: int = 2000
    postgres: dict[str, TableLimits] = {}
    clickhouse: dict[str, TableLimits] = {}
    queries: dict[str, Query] = {}


def load(path: Path = PATH) -> Limits:
    """Read the limits.

    Raises:
        pydantic.ValidationError: says which key is unknown or which value is wrong.
    """
    return Limits.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
