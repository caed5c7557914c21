"""What the server is started with: one JSON file that only its owner can read."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it at run time

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from millstream.errors import UsageError


class Credentials(BaseModel):
    """Name and password of one of the two users."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = Field(min_length=1)
    password: SecretStr


class KafkaTimeouts(BaseModel):
    """How soon the broker forgets a consumer that was killed.

    A killed server's group membership blocks its successor until the session times out; the
    client's default of 45 s means 45 s without new rows. 6 s is the broker's lower bound
    (`group.min.session.timeout.ms`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    session_timeout_ms: int = Field(default=6000, ge=1000)
    heartbeat_interval_ms: int = Field(default=1500, ge=100)


class ServerConfig(BaseModel):
    """The configuration file.

    Args:
        data_dir: where the engine keeps its data; one server at a time.
        log_dir: where the engine writes its own log.
        database: created at the start; the default of requests that name none.
        admin: may do everything.
        reader: may only read; see `auth`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    data_dir: Path
    log_dir: Path
    database: str = Field(default="realtime", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    admin: Credentials
    reader: Credentials
    kafka: KafkaTimeouts = KafkaTimeouts()


def load(path: Path) -> ServerConfig:
    """Read the configuration file.

    Raises:
        UsageError: the file is missing, open to others, or not as described.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path} holds passwords and others can read it", mend=f"chmod 600 {path}")
        return ServerConfig.model_validate_json(path.read_bytes())
    except OSError as refusal:
        raise UsageError(f"cannot read {path}: {refusal.strerror}") from refusal
    except ValidationError as refusal:
        # Inputs are left out of the message: one of them is a password.
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in refusal.errors(include_input=False))
        raise UsageError(f"{path} is not a valid server configuration: {details}") from None
