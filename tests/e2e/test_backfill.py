"""Nights that were missed: three of them made up for by a backfill give what three nights give one by one."""

from datetime import timedelta

import duckdb
import psycopg
import pytest
from airflow_api import AirflowApi
from embedded import Embedded

from oracle import compute
from oracle.landings import land_in_postgres, make_in_postgres
from oracle.samples import START, dump_samples
from oracle.warehouse_samples import first_days

pytestmark = [pytest.mark.e2e, pytest.mark.full]

NIGHTS = 3
DAG = "warehouse_daily"


class Nights:
    """A platform whose landings fill day by day, and the warehouse that is built of them."""

    def __init__(self, platform, folder):
        self.platform = platform
        self.dump = folder / "records.parquet"
        self.records = sorted(first_days(), key=lambda sample: sample.record_time)
        with self.connection() as server:
            make_in_postgres(platform.root / "postgres", server)

    def connection(self):
        return psycopg.connect(self.platform.env["POSTGRES_URL"])

    def land(self, night):
        """Let land what a night's day has brought."""
        until = (START + timedelta(days=night)).timestamp() * 1000
        dump_samples([r for r in self.records if r.record_time < until or night == NIGHTS], self.dump)
        with duckdb.connect() as expected, self.connection() as server:
            compute(expected, self.dump)
            land_in_postgres(expected, server)
            for (table,) in server.execute(
                "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
                " WHERE table_schema = 'bronze'"
            ).fetchall():
                server.execute(
                    f"UPDATE {table} SET landed_at = now() - make_interval(days => %s)"
                    " WHERE landed_at > now() - interval '12 hours'",
                    (NIGHTS + 1 - night,),
                )

    def build(self):
        self.platform.millstream("dbt", "--quiet", "build")

    def drop(self):
        with self.connection() as server:
            server.execute("DROP SCHEMA gold CASCADE; DROP SCHEMA silver CASCADE")

    def content(self):
        with self.connection() as server:
            tables = server.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'gold' ORDER BY 1"
            ).fetchall()
            return {
                name: server.execute(f"SELECT to_jsonb(r)::text FROM gold.{name} AS r ORDER BY 1").fetchall()
                for (name,) in tables
            }


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backfill")
    platform = Embedded.of_copy(folder / "project")
    try:
        platform.millstream("up", "--only", "postgres")
        yield Nights(platform, folder)
    finally:
        platform.millstream("reset", "--yes")


def test_three_nights_backfilled_give_what_three_nights_give_one_by_one(nights):
    for night in range(1, NIGHTS + 1):
        nights.land(night)
        nights.build()
    one_by_one = nights.content()
    assert all(one_by_one[f"fct_{name}"] for name in ("order_item", "shipment", "inventory_day", "purchase_order"))
    nights.drop()

    platform = nights.platform
    services = ("airflow-api", "airflow-scheduler", "airflow-dags", "airflow-triggerer")
    platform.millstream("up", *(word for name in services for word in ("--only", name)))
    with AirflowApi(f"http://{platform.site.address('airflow')}", platform.site.secrets["airflow.admin"]) as api:
        api.await_dags(DAG)
        days = ("--from-date", "2026-02-01", "--to-date", "2026-02-04")
        platform.millstream("airflow", "backfill", "create", "--dag-id", DAG, *days, "--max-active-runs", "1")
        runs = api.backfilled(DAG, NIGHTS)
    assert [run["state"] for run in runs] == ["success"] * NIGHTS
    assert [run["logical_date"][:10] for run in runs] == ["2026-02-01", "2026-02-02", "2026-02-03"]
    assert nights.content() == one_by_one
