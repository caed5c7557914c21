"""dbt on real engines: what it makes of the landings is what the oracle says, again and again, also when more lands."""

import json
from contextlib import closing
from types import SimpleNamespace

import clickhouse_connect
import duckdb
import psycopg
import pytest
from embedded import REPOSITORY, Embedded

from millstream.apply.providers import dbt
from millstream.engines.clickhouse import ClickHouse
from millstream.engines.postgres import Postgres
from oracle import Addresses, compare, compute
from oracle.gold import compute_gold, gold_tables, read_gold
from oracle.landings import age_in_postgres, land_in_clickhouse, land_in_postgres, make_in_clickhouse, make_in_postgres
from oracle.samples import dump_samples
from oracle.warehouse_samples import first_days, later

pytestmark = pytest.mark.e2e

NAMESPACE = "trial_"
# Here nothing lands while dbt builds, so nothing is looked for behind the newest row, and no test may wait for it.
STILL = ("--vars", "{settling: 0 seconds, look_back: 0 seconds}")


class Warehouse:
    """A platform with both databases, the landings in them, and dbt."""

    def __init__(self, platform, folder):
        self.platform = platform
        self.dump = folder / "records.parquet"
        env = platform.env
        self.addresses = Addresses("", env["POSTGRES_URL"], env["CLICKHOUSE_URL"])

    def make(self):
        with psycopg.connect(self.addresses.postgres) as server:
            make_in_postgres(self.platform.root / "postgres", server, NAMESPACE)
        with closing(self._clickhouse()) as client:
            make_in_clickhouse(self.platform.root / "clickhouse", client, NAMESPACE)

    def land(self, records, version):
        dump_samples(records, self.dump)
        with duckdb.connect() as connection:
            compute(connection, self.dump, namespace=NAMESPACE)
            with psycopg.connect(self.addresses.postgres) as server:
                land_in_postgres(connection, server, NAMESPACE)
            with closing(self._clickhouse()) as client:
                land_in_clickhouse(connection, client, version, NAMESPACE)

    def age(self, **landed_at):
        with psycopg.connect(self.addresses.postgres) as server:
            age_in_postgres(server, NAMESPACE, **landed_at)

    def freshness(self, profile):
        """Exit code of `dbt source freshness`, and what it says of each table."""
        done = self.dbt("source", "freshness", "--profile", profile, check=False)
        said = json.loads((self.platform.root / f"dbt_project/target/{profile}/sources.json").read_text())
        return done.returncode, {found["unique_id"].rpartition(".")[2]: found["status"] for found in said["results"]}

    def dbt(self, *arguments, check=True):
        return self.platform.millstream("dbt", "--no-use-colors", *arguments, check=check)

    def build(self):
        for profile in ("warehouse", "realtime"):
            self.dbt("build", "--profile", profile, *STILL)

    def wrong(self):
        """Everything in which the built tables differ from the oracle's, and those that are empty."""
        with duckdb.connect() as connection:
            compute(connection, self.dump, namespace=NAMESPACE)
            compute_gold(connection)
            differences = []
            for table in gold_tables(connection):
                schema = table.places[0].schema
                read_gold(connection, self.addresses, table, NAMESPACE)
                differences.append(compare(connection, table, schema))
                assert connection.execute(f"SELECT 1 FROM {schema}.{table.name} LIMIT 1").fetchone(), table.name
        return [str(difference) for difference in differences if difference]

    def query(self, statement):
        with psycopg.connect(self.addresses.postgres, autocommit=True) as server:
            return server.execute(statement).fetchall()

    def written(self, model):
        """How many rows the last build of the warehouse wrote of a model."""
        results = json.loads((self.platform.root / "dbt_project/target/warehouse/run_results.json").read_text())
        (found,) = (r for r in results["results"] if r["unique_id"] == f"model.millstream.{model}")
        return found["adapter_response"]["rows_affected"]

    def _clickhouse(self):
        return clickhouse_connect.get_client(dsn=self.addresses.clickhouse, autogenerate_session_id=False)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dbt")
    platform = Embedded.of_copy(folder / "project")
    (platform.root / ".venv-dbt").symlink_to(REPOSITORY / ".venv-dbt")
    platform.edit("millstream.yml", "    platform: embedded\n", f"    platform: embedded\n    namespace: {NAMESPACE}\n")
    try:
        platform.millstream("up", "--only", "postgres", "--only", "clickhouse")
        made = Warehouse(platform, folder)
        made.make()
        made.land(first_days(), version=1)
        made.age()
        made.build()
        yield made
    finally:
        platform.millstream("reset", "--yes")


def test_first_build_is_exact_in_both_databases(warehouse):
    assert warehouse.wrong() == []


def test_second_build_changes_nothing_and_writes_no_fact(warehouse):
    warehouse.build()
    assert warehouse.wrong() == []
    assert warehouse.written("fct_order_item") == 0


def test_late_rows_and_changes_of_the_past_find_their_place(warehouse):
    warehouse.land([*first_days(), *later()], version=2)
    warehouse.build()
    assert warehouse.wrong() == []
    (lines,) = warehouse.query(f"SELECT count(*) FROM gold.{NAMESPACE}fct_order_item")
    assert 0 < warehouse.written("fct_order_item") < lines[0]


def test_every_source_is_fresh_when_it_has_just_landed_and_what_always_flows_is_stale_when_it_stops(warehouse):
    warehouse.land([*first_days(), *later()], version=3)
    warehouse.age(landed_at="now")
    for profile, tables in (("realtime", 8), ("warehouse", 15)):
        code, said = warehouse.freshness(profile)
        assert (code, set(said.values()), len(said)) == (0, {"pass"}, tables), said
    warehouse.age()
    code, said = warehouse.freshness("warehouse")
    stale = {table for table, verdict in said.items() if verdict == "error"}
    assert (code, stale) == (
        1,
        {"order_items_enriched", "shipment_event_history", "inventory_change_history", "inventory_levels"},
    )


def test_a_price_that_the_stream_joined_otherwise_fails_the_build(warehouse):
    landing = f"bronze.{NAMESPACE}order_items_enriched"
    change = f"UPDATE {landing} SET list_price = list_price {{}} 1 WHERE order_id = 'came late' RETURNING 1"
    assert warehouse.query(change.format("+"))
    try:
        failed = warehouse.dbt("test", "-s", "same_price_and_team_as_the_stream", *STILL, check=False)
    finally:
        warehouse.query(change.format("-"))
    assert failed.returncode == 1
    assert "Got 2 results" in failed.stdout


def test_who_reads_may_read_the_marts_and_nothing_of_silver(warehouse):
    tables = warehouse.query(
        "SELECT table_schema, has_schema_privilege('bi_reader', table_schema, 'USAGE') AND"
        " has_table_privilege('bi_reader', format('%I.%I', table_schema, table_name), 'SELECT')"
        " FROM information_schema.tables WHERE table_schema IN ('gold', 'silver')"
    )
    assert set(tables) == {("gold", True), ("silver", False)}


def test_what_was_built_is_seen_and_so_is_what_was_dropped(warehouse):
    engines = SimpleNamespace(
        postgres=Postgres(warehouse.addresses.postgres), clickhouse=ClickHouse(warehouse.addresses.clickhouse)
    )
    declared = dbt.relations(SimpleNamespace(root=warehouse.platform.root, namespace=NAMESPACE))
    models = {path.stem for path in (REPOSITORY / "dbt_project" / "models").rglob("*.sql")}
    assert {model.name for model in declared} == models
    assert {
        model.name: found
        for model, found in dbt.DbtModels(engines.postgres, engines.clickhouse, declared).observe().items()
        if found.differences
    } == {}
    with psycopg.connect(warehouse.addresses.postgres, autocommit=True) as server:
        server.execute(f"ALTER TABLE gold.{NAMESPACE}sales_day DROP COLUMN margin")
    with closing(warehouse._clickhouse()) as client:
        client.command(f"DROP TABLE {NAMESPACE}delivery_hour")
    try:
        found = {
            model.name: seen
            for model, seen in dbt.DbtModels(engines.postgres, engines.clickhouse, declared).observe().items()
            if seen.differences
        }
    finally:
        warehouse.build()
    assert {name: seen.exists for name, seen in found.items()} == {"sales_day": True, "delivery_hour": False}
    assert found["sales_day"].differences[0].startswith("has no column margin; ")
    assert warehouse.wrong() == []


def test_docs_are_generated_and_hold_no_password(warehouse):
    warehouse.dbt("docs", "generate", "--no-compile", *STILL)
    folder = warehouse.platform.root / "dbt_project"
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "target/warehouse/catalog.json" in written
    secrets = json.loads((warehouse.platform.state / "secrets.json").read_text())
    found = [str(path) for path in written for secret in secrets.values() if secret.encode() in path.read_bytes()]
    assert found == []
