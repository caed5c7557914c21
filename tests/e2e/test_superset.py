"""Superset with PostgreSQL and ClickHouse alone: dashboards applied, edited by hand, brought back, and taken away."""

import json
import re
from datetime import UTC, datetime

import httpx
import psutil
import pytest
import yaml
from embedded import REPOSITORY
from superset_project import copy_of_project

from landed_rows import fill
from millstream.engines.superset.rest import Rest
from millstream.local.environment import variables
from millstream.project.superset_layout import charts_in

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not (REPOSITORY / ".venv-superset").exists(), reason="there is no .venv-superset"),
]


@pytest.fixture(scope="module")
def unfilled(tmp_path_factory):
    """Superset and what it needs, with nothing in it."""
    made = copy_of_project(tmp_path_factory.mktemp("superset") / "project")
    try:
        made.millstream("up", "--only", "superset")
        yield made
    finally:
        made.millstream("reset", "--yes")


@pytest.fixture(scope="module")
def first(unfilled):
    """The changes of the first apply."""
    return changes_of(unfilled)


@pytest.fixture(scope="module")
def platform(unfilled, first):
    """Landing tables with a few rows, and every dashboard."""
    assert first
    fill(unfilled.env["POSTGRES_URL"], unfilled.env["CLICKHOUSE_URL"], datetime.now(UTC))
    return unfilled


def changes_of(platform, *, check=True):
    """The changes that an apply made."""
    return json.loads(platform.millstream("apply", "--json", check=check).stdout)["changes"]


@pytest.fixture
def rest(platform):
    session = Rest(platform.env["SUPERSET_URL"])
    yield session
    session.close()


def listed(rest, kind, **wanted):
    """Every asset of a kind whose keys are as wanted."""
    found = rest.ask("GET", f"/{kind}/", params={"q": "(page_size:100)"})["result"]
    return [entry for entry in found if all(entry[key] == value for key, value in wanted.items())]


def test_first_apply_creates_every_file(platform, first):
    files = [*(platform.root / "superset").rglob("*.yaml")]
    created = [c for c in first if c["resource"].startswith("superset_")]
    assert len(created) == len(files) > 60
    assert {c["action"] for c in created} == {"create"}


def test_second_apply_changes_nothing(platform):
    assert changes_of(platform) == []


def test_service_listens_on_loopback_alone_and_keeps_secrets_to_itself(platform):
    process = platform.process("superset")
    members = [process, *process.children(recursive=True)]
    addresses = {c.laddr.ip for m in members for c in m.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert addresses == {"127.0.0.1"}
    secrets = json.loads((platform.state / "secrets.json").read_text(encoding="utf-8"))
    assert not [s for s in secrets.values() for m in members if any(s in argument for argument in m.cmdline())]
    assert (platform.state / "conf" / "superset.json").stat().st_mode & 0o777 == 0o600


def test_pages_let_a_browser_ask_nobody_else(rest):
    policy = httpx.get(f"{rest.address}/login/", trust_env=False).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"https?:|\w\.\w{2,}", policy)


def test_base_map_comes_from_here(rest):
    drawn = httpx.get(f"{rest.address}/maptiles/2/2/1.svg", trust_env=False)
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert "<path" in drawn.text
    assert httpx.get(f"{rest.address}/maptiles/2/9/1.svg", trust_env=False).status_code == 404


def test_databases_take_no_writes(rest):
    sql = {"client_id": "test", "sql": "DELETE FROM bronze.cities", "schema": "bronze"}
    for database in listed(rest, "database"):
        assert database["allow_dml"] is False
        assert rest.send("POST", "/sqllab/execute/", json={**sql, "database_id": database["id"]}).is_error


def test_renamed_chart_is_renamed_in_place(platform, rest):
    before = listed(rest, "chart", slice_name="Low stock")[0]["id"]
    platform.edit("superset/charts/low_stock_now.yaml", "slice_name: Low stock", "slice_name: Runs low")
    (change,) = changes_of(platform)
    assert (change["resource"], change["action"]) == ("superset_chart.low_stock_now", "update")
    assert change["reasons"] == ["slice_name is Low stock, declared is Runs low"]
    assert [chart["id"] for chart in listed(rest, "chart", slice_name="Runs low")] == [before]
    assert changes_of(platform) == []


def test_column_comes_and_goes_with_its_file(platform, rest):
    file = "superset/datasets/realtime/cold_chain_breaches.yaml"
    column = "  - column_name: again\n    type: Int32\n    expression: vehicle_id\n"
    platform.edit(file, "columns:\n", f"columns:\n{column}")
    assert [c["resource"] for c in changes_of(platform)] == ["superset_dataset.realtime.cold_chain_breaches"]
    platform.edit(file, column, "")
    (change,) = changes_of(platform)
    assert change["reasons"][0].startswith("columns[again] is ")
    number = listed(rest, "dataset", table_name="cold_chain_breaches", schema="realtime")[0]["id"]
    columns = rest.ask("GET", f"/dataset/{number}")["result"]["columns"]
    assert "again" not in {c["column_name"] for c in columns}


def test_edit_in_the_browser_is_shown_before_it_is_overwritten(platform, rest):
    chart = listed(rest, "chart", slice_name="Dead letters by reason")[0]["id"]
    rest.ask("PUT", f"/chart/{chart}", json={"description": "by hand"})
    done = platform.millstream("apply")
    shown = done.stderr.index("description is by hand, declared is nothing")
    assert shown < done.stderr.index("ask for data")
    assert rest.ask("GET", f"/chart/{chart}")["result"]["description"] is None


def test_edit_in_the_browser_becomes_a_file(platform, rest):
    dashboard = listed(rest, "dashboard", slug="sales")[0]["id"]
    chart = listed(rest, "chart", slice_name="How customers buy")[0]["id"]
    rest.ask("PUT", f"/dashboard/{dashboard}", json={"dashboard_title": "Sales of the day"})
    rest.ask("PUT", f"/chart/{chart}", json={"slice_name": "Channels"})
    done = platform.millstream("import", "superset:sales")
    assert done.stdout.split() == ["superset/dashboards/sales.yaml", "superset/charts/sales_by_channel.yaml"]
    for file, old, new in (
        ("dashboards/sales.yaml", "dashboard_title: Sales\n", "dashboard_title: Sales of the day\n"),
        ("charts/sales_by_channel.yaml", "slice_name: How customers buy\n", "slice_name: Channels\n"),
    ):
        before = (REPOSITORY / "superset" / file).read_text(encoding="utf-8")
        assert (platform.root / "superset" / file).read_text(encoding="utf-8") == before.replace(old, new)
    assert changes_of(platform) == []
    assert platform.millstream("import", "superset:sales").stdout == ""


def test_chart_made_in_the_browser_is_brought_back_with_its_dashboard(platform, rest):
    dataset = listed(rest, "dataset", table_name="low_stock")[0]["id"]
    dashboard = listed(rest, "dashboard", slug="platform-health")[0]["id"]
    params = json.dumps({"viz_type": "big_number_total", "metric": "missing", "datasource": f"{dataset}__table"})
    form = {"viz_type": "big_number_total", "datasource_id": dataset, "datasource_type": "table", "params": params}
    rest.ask("POST", "/chart/", json={**form, "slice_name": "Units we lack", "dashboards": [dashboard]})
    platform.millstream("import", "superset:platform_health")
    made = yaml.safe_load((platform.root / "superset/charts/units_we_lack.yaml").read_text(encoding="utf-8"))
    assert (made["dataset"], made["params"]) == ("realtime.low_stock", {"metric": "missing"})
    (taken_over,) = changes_of(platform)
    assert taken_over["resource"] == "superset_chart.units_we_lack"
    assert changes_of(platform) == []
    assert len(listed(rest, "chart", slice_name="Units we lack")) == 1


def test_broken_chart_is_told_though_superset_takes_it(platform):
    file = "superset/charts/stock_risks.yaml"
    platform.edit(file, "level < reorder_point", "level < no_such_column")
    done = platform.millstream("apply", check=False)
    assert done.returncode == 1
    assert f"error[SUP100] {file}:1:1" in done.stderr
    assert "no_such_column" in done.stderr
    platform.edit(file, "level < no_such_column", "level < reorder_point")
    platform.millstream("apply")


def test_viewer_sees_dashboards_and_can_change_nothing(rest):
    role = next(r["id"] for r in rest.ask("GET", "/security/roles/")["result"] if r["name"] == "Viewer")
    who = {"username": "looker", "password": "only-looks-1", "active": True, "roles": [role]}
    names = {"first_name": "Only", "last_name": "Looks", "email": "looker@localhost"}
    rest.ask("POST", "/security/users/", json=who | names)
    viewer = Rest(rest.address.replace("http://", "http://looker:only-looks-1@"))
    dashboard = listed(viewer, "dashboard", slug="live-operations")[0]["id"]
    charts = viewer.ask("GET", f"/dashboard/{dashboard}/charts")["result"]
    assert len(charts) > 10
    number = listed(rest, "dataset", table_name="low_stock")[0]["id"]
    question = {"columns": ["product"], "metrics": ["products"], "row_limit": 5}
    asked = {"datasource": {"id": number, "type": "table"}, "queries": [question]}
    assert viewer.ask("POST", "/chart/data", json=asked)["result"][0]["rowcount"] == 5
    for method, path, body in (
        ("PUT", f"/dashboard/{dashboard}", {"dashboard_title": "mine"}),
        ("DELETE", f"/dashboard/{dashboard}", None),
        ("PUT", f"/chart/{charts[0]['id']}", {"slice_name": "mine"}),
        ("POST", "/sqllab/execute/", {"database_id": 1, "sql": "SELECT 1", "client_id": "viewer"}),
        ("GET", "/assets/export/", None),
    ):
        assert viewer.send(method, path, json=body).status_code == 403, path
    viewer.close()


def test_deleted_files_take_their_assets_with_them(platform, rest):
    rest.ask("POST", "/dashboard/", json={"dashboard_title": "Not the project's"})
    names = yaml.safe_load((platform.root / "superset/dashboards/supply_chain.yaml").read_text(encoding="utf-8"))
    charts = [*charts_in(names["position"])]
    for file in ("dashboards/supply_chain", *(f"charts/{name}" for name in charts)):
        (platform.root / f"superset/{file}.yaml").unlink()
    changes = changes_of(platform)
    assert {c["action"] for c in changes} == {"delete"}
    assert len(changes) == 1 + len(charts)
    assert listed(rest, "dashboard", slug="supply-chain") == []
    assert len(listed(rest, "dashboard", dashboard_title="Not the project's")) == 1
    assert changes_of(platform) == []


def test_second_start_keeps_everything_and_makes_nothing_anew(platform):
    prepared = platform.state / "data" / "superset" / "prepared"
    before, url = prepared.stat().st_mtime_ns, variables(platform.site)["SUPERSET_URL"]
    platform.millstream("down")
    platform.millstream("up", "--only", "superset")
    assert prepared.stat().st_mtime_ns == before
    assert variables(platform.site)["SUPERSET_URL"] == url
    assert changes_of(platform) == []


def test_without_superset_its_assets_are_left_out_and_nothing_is_deleted(platform):
    platform.millstream("down")
    platform.millstream("up", "--only", "postgres", "--only", "clickhouse")
    done = platform.millstream("apply", "--json")
    assert "has no Superset" in done.stderr
    assert json.loads(done.stdout)["changes"] == []
