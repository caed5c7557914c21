"""Write `.env` for docker-compose.yml from `.env.example`: `make compose-env`.

Values that `.env` holds already stay; what is missing is generated. Needs nothing but Python.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import string
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Letters and digits only, so that no URL, XML or JSON along the way needs escaping; 32 of them are 190 bits.
ALPHABET = string.ascii_letters + string.digits
FOLDERS = {"CHECKPOINTS_DIR": "checkpoints", "ARRIVALS_DIR": "arrivals"}


def value(name: str, folder: Path) -> str:
    """Make the value of a variable that `.env.example` leaves empty."""
    if name in FOLDERS:
        return str(folder / FOLDERS[name])
    made = {
        "MILLSTREAM_UID": lambda: str(os.getuid()),
        "MILLSTREAM_GID": lambda: str(os.getgid()),
        # Kafka's ids are 16 bytes in URL-safe base64; one that begins with a dash would look like an option.
        "KAFKA_CLUSTER_ID": lambda: base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_"),
        "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    return made.get(name, lambda: "".join(secrets.choice(ALPHABET) for _ in range(32)))()


def assignments(text: str) -> dict[str, str]:
    """Read the lines `NAME=value` of a file of variables."""
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def filled(example: str, known: dict[str, str], folder: Path) -> str:
    """Give the example's text with every value: the known one, the example's, or a new one."""
    lines = []
    for line in example.splitlines():
        name, equals, default = line.partition("=")
        is_comment = line.startswith("#") or not equals
        lines.append(line if is_comment else f"{name}={known.get(name) or default or value(name, folder)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write `.env`, mode 0600, and the folders that containers and this machine share."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".env"
    known = assignments(target.read_text(encoding="utf-8")) if target.exists() else {}
    text = filled((ROOT / ".env.example").read_text(encoding="utf-8"), known, target.resolve().parent / ".compose")
    for name in FOLDERS:
        if re.search(r"[^\w@%+=:,./-]", assignments(text)[name]):
            sys.exit(f"error: {name} would be {assignments(text)[name]!r}\n  mend: write another path into {target}")
    half = target.with_name(f"{target.name}.new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    half.replace(target)
    for name in FOLDERS:
        Path(assignments(text)[name]).mkdir(parents=True, exist_ok=True)
    print(f"{target}: {len(assignments(text)) - len(known)} values made, {len(known)} kept", file=sys.stderr)


if __name__ == "__main__":
    main()
