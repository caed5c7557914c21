"""What the resume process is told, in a file only its owner can read: it holds the secrets that SQL files name."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic needs it at run time

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from millstream.errors import UsageError


class ResumeConfig(BaseModel):
    """Settings of the resume process.

    Args:
        control_url: the control database.
        flink_rest: `http://host:port` of the JobManager.
        checkpoint_dir: folder that holds one folder a job id.
        flink_home: Flink home whose `lib/` holds the connectors.
        java_home: Java for the planner.
        connect_url: a worker of Kafka Connect, if there is one.
        variables: names and values for `${VAR}` in SQL.
        poll_seconds: seconds between two looks at the JobManager.
        patience_seconds: how long a lost job's old tasks are waited for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    control_url: str = Field(repr=False)
    flink_rest: str
    checkpoint_dir: Path
    flink_home: Path
    java_home: Path
    connect_url: str = ""
    variables: dict[str, str] = Field(default_factory=dict, repr=False)
    poll_seconds: float = Field(default=1.0, gt=0)
    patience_seconds: float = Field(default=30.0, ge=0)


def load(path: Path) -> ResumeConfig:
    """Read the file.

    Raises:
        UsageError: it is missing or says something else than it should.
    """
    try:
        return ResumeConfig.model_validate_json(path.read_bytes())
    except OSError as exc:
        raise UsageError(f"the resume configuration cannot be read: {exc.strerror}") from exc
    except ValidationError as exc:
        # Its full text would quote the input, secrets included.
        wrong = ", ".join(".".join(map(str, error["loc"])) or error["type"] for error in exc.errors())
        raise UsageError(f"the resume configuration is wrong at: {wrong}") from exc
