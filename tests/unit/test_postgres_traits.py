"""What a live table tells beyond its columns, on a real PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from control_server import running_postgres

from millstream.engines.postgres import Postgres
from millstream.project.model import Kind, Relation, ResourceId

STATEMENT = "CREATE TABLE bronze.totals (city text NOT NULL, revenue numeric(12, 2), PRIMARY KEY (city))"
TOTALS = Relation(ResourceId(Kind.POSTGRES_TABLE, "bronze.totals"), Path("postgres/totals.sql"), STATEMENT, STATEMENT)


@pytest.fixture(scope="module")
def server():
    with running_postgres() as running:
        yield running


def by_hand(server, statement):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def postgres(server):
    by_hand(server, "DROP SCHEMA IF EXISTS bronze CASCADE")
    made = Postgres(server.url)
    made.create(TOTALS)
    return made


def traits(postgres):
    (seen,) = postgres.observe([TOTALS]).values()
    assert seen.exists
    return seen.traits


def test_an_index_that_comes_and_goes_is_a_trait(server, postgres):
    before = traits(postgres)
    by_hand(server, "CREATE INDEX by_revenue ON bronze.totals (revenue)")
    assert traits(postgres) == before | {
        "index by_revenue": "CREATE INDEX by_revenue ON bronze.totals USING btree (revenue)"
    }
    by_hand(server, "DROP INDEX bronze.by_revenue")
    assert traits(postgres) == before


def test_a_table_that_was_created_again_has_another_id(server, postgres):
    before = traits(postgres)
    by_hand(server, "DROP TABLE bronze.totals")
    assert not postgres.observe([TOTALS])[TOTALS.id].exists
    postgres.create(TOTALS)
    assert traits(postgres)["id"] != before["id"]


def test_columns_are_compared_as_before(server, postgres):
    assert postgres.observe([TOTALS])[TOTALS.id].differences == ()
    by_hand(server, "ALTER TABLE bronze.totals ADD COLUMN note text")
    assert postgres.observe([TOTALS])[TOTALS.id].differences == ("column note is text, declared is nothing",)
