"""Connections to both databases, by the variables that dbt's profiles read (`dbt_project/profiles.yml`)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import clickhouse_connect
import psycopg

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

CONNECT_SECONDS = 10


def warehouse() -> psycopg.Connection[tuple[object, ...]]:
    """Log in to PostgreSQL as dbt; without a password in the environment libpq looks into PGPASSFILE."""
    return psycopg.connect(
        host=os.environ["DBT_POSTGRES_HOST"],
        port=os.environ.get("DBT_POSTGRES_PORT", "5432"),
        user=os.environ.get("DBT_POSTGRES_USER", "dbt"),
        password=os.environ.get("DBT_ENV_SECRET_POSTGRES_PASSWORD"),
        dbname=os.environ.get("DBT_POSTGRES_DATABASE", "warehouse"),
        connect_timeout=CONNECT_SECONDS,
        application_name="airflow",
        options="-c timezone=UTC",
    )


def realtime() -> Client:
    """Log in to ClickHouse; no session, so that nothing of one question is left for the next."""
    return clickhouse_connect.get_client(
        host=os.environ["DBT_CLICKHOUSE_HOST"],
        port=int(os.environ.get("DBT_CLICKHOUSE_PORT", "8123")),
        secure=os.environ.get("DBT_CLICKHOUSE_SECURE") == "true",
        username=os.environ.get("DBT_CLICKHOUSE_USER", "millstream"),
        password=os.environ.get("DBT_ENV_SECRET_CLICKHOUSE_PASSWORD", ""),
        database=os.environ.get("DBT_CLICKHOUSE_DATABASE", "realtime"),
        connect_timeout=CONNECT_SECONDS,
        autogenerate_session_id=False,
    )
