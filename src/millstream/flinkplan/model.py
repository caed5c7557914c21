"""Requests to the Flink planner and its replies, as plain values.

They travel between the planner's client and its worker process as one line of JSON each. Statements and `secrets`
hold passwords, so a value's `repr` never shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter

# How many requests a worker works on at once: a submission mostly waits for the JobManager.
AT_ONCE = 4


@dataclass(frozen=True)
class Statement:
    """One SQL statement after substitution, and the resource it declares, for example `flink_table.orders`."""

    resource: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class JobSource:
    """Everything Flink needs to plan one job.

    Args:
        tables: `CREATE` statements in an order in which they can be executed.
        job: one `INSERT INTO` or one `EXECUTE STATEMENT SET BEGIN … END`.
        settings: the job's own `SET` pairs.
        secrets: values that must not appear in any message.
    """

    tables: tuple[Statement, ...]
    job: Statement
    settings: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Checkpointing:
    """How a job takes checkpoints.

    Args:
        directory: URI of the folder that gets one folder a job id.
        interval_ms: milliseconds between two checkpoints, and so the latency of an exactly-once topic.
        retained: how many of the newest completed checkpoints stay on disk.
    """

    directory: str
    interval_ms: int = 2000
    retained: int = 2


@dataclass(frozen=True)
class DescribeRequest:
    """Tell what a query gives, without running it; `source.job` is the query, a `SELECT`. Needs no cluster."""

    source: JobSource
    kind: Literal["describe"] = "describe"


@dataclass(frozen=True)
class CompileRequest:
    """Compile a job's plan, see `Compiled`; needs no cluster."""

    source: JobSource
    kind: Literal["compile"] = "compile"


@dataclass(frozen=True)
class SubmitRequest:
    """Start a job: the plan it is given, or the one its statement has now.

    Args:
        rest: address of the JobManager, `http://host:port`.
        job_id: 32 hexadecimal digits; a second submission under an id the JobManager knows is refused.
        parameters: kept by the engine and readable at `/jobs/ID/config`.
        restore_path: checkpoint or savepoint to start from; `None` starts without state.
        plan: a compiled plan of the statement, whose ids the state hangs on; empty to plan anew.
        ignores_unclaimed: whether state that nobody takes up is meant to be left behind.
    """

    source: JobSource
    rest: str
    job_name: str
    job_id: str
    checkpointing: Checkpointing
    parameters: dict[str, str] = field(default_factory=dict)
    restore_path: str | None = None
    plan: str = field(default="", repr=False)
    ignores_unclaimed: bool = False
    kind: Literal["submit"] = "submit"


@dataclass(frozen=True)
class Refusal:
    """Why the planner refuses a statement.

    Lines and columns count from 1 within the statement as it was sent; the end column is inclusive. They are `None`
    where Flink gives no position.
    """

    resource: str
    message: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True)
class Described:
    """Reply to a question about a query.

    Args:
        columns: names and types of its columns.
        key: names of the columns that tell its rows apart, as far as Flink can derive them.
        insert_only: whether it only adds rows and never takes one back.
        refusals: why the query cannot be planned; then the rest is empty.
    """

    columns: tuple[tuple[str, str], ...] = ()
    key: tuple[str, ...] = ()
    insert_only: bool = True
    refusals: tuple[Refusal, ...] = ()
    kind: Literal["described"] = "described"


@dataclass(frozen=True)
class Compiled:
    """Reply to a compilation.

    Args:
        plan: the plan as JSON (FLIP-190). Tables are in it by name, so it holds no option and no secret. Its ids come
            from a counter of the JVM and mean nothing. Empty when the job is refused, or when Flink can run it but not
            write its plan down.
        refusals: why the job cannot be planned.
    """

    plan: str = field(default="", repr=False)
    refusals: tuple[Refusal, ...] = ()
    kind: Literal["compiled"] = "compiled"


@dataclass(frozen=True)
class Submitted:
    """Reply to a submission: the JobManager has started the job."""

    job_id: str
    kind: Literal["submitted"] = "submitted"


class Failure(StrEnum):
    """Why a job was not started."""

    DUPLICATE_JOB = "duplicate job"
    REFUSED = "refused"
    NOT_STARTED = "not started"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class SubmitFailed:
    """Reply to a submission that started nothing.

    `DUPLICATE_JOB`: the JobManager knows the id already, running or ended. `REFUSED`: the planner refuses the SQL, see
    `refusals`. `NOT_STARTED`: the JobManager took the job and could not start it, for example because the state does
    not fit; it lists the job as FAILED and the id is used up. `UNREACHABLE`: no answer, so the job may or may not
    have been started; its id tells.
    """

    failure: Failure
    message: str
    refusals: tuple[Refusal, ...] = ()
    kind: Literal["submit failed"] = "submit failed"


Request = CompileRequest | DescribeRequest | SubmitRequest
Reply = Compiled | Described | Submitted | SubmitFailed

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
