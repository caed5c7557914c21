"""Generated passwords of the embedded platform: made once, kept in one file of mode 0600."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from millstream.local.launch import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# PostgreSQL roles of the same names, ClickHouse's two users, the key of fingerprints' keyed hashes, and what Airflow
# and Superset sign, encrypt and log in with.
NAMES = (
    "postgres.millstream",
    "postgres.flink_writer",
    "postgres.dbt",
    "postgres.bi_reader",
    "postgres.shop_app",
    "postgres.debezium",
    "postgres.airflow",
    "postgres.superset",
    "clickhouse.admin",
    "clickhouse.reader",
    "fingerprint.key",
    "superset.secret_key",
    "superset.guest_key",
    "superset.admin",
    "airflow.admin",
    "airflow.fernet",
    "airflow.jwt",
    "airflow.session",
)


def load(path: Path) -> Mapping[str, str]:
    """Read the secrets, generating those that are missing.

    Letters and digits only, so that no file format along the way needs escaping; 32 of them are 190 bits.
    """
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
        known |= {name: "".join(secrets.choice(alphabet) for _ in range(32)) for name in missing}
        write_private(path, json.dumps(known, indent=2))
    return known
