"""Files loaded into a real PostgreSQL: every record is in its table or in quarantine, and the counts add up."""

import itertools
import json

import psycopg
import pytest
from control_server import running_warehouse

from include.sheets.layout import PRICES
from include.sheets.loading import Outcome, load, make_tables
from include.sheets.places import PLACES

HEADER = "supplier_id,sku,unit_cost,valid_from\n"


@pytest.fixture(scope="module")
def server():
    with running_warehouse() as running:
        yield running


@pytest.fixture
def warehouse(server):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS reference CASCADE")
        make_tables(connection)
        yield connection


def loaded(warehouse, tmp_path, *lines, name="a.csv"):
    path = tmp_path / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return load(warehouse, path, name, PRICES)


def quarantine(warehouse):
    return warehouse.execute(
        "SELECT file, line, records, reason, raw FROM reference.quarantine ORDER BY 1, 2"
    ).fetchall()


def prices(warehouse):
    return warehouse.execute(
        "SELECT supplier_id, sku, unit_cost::text, file FROM reference.prices ORDER BY 1, 2"
    ).fetchall()


def test_good_rows_load_and_bad_ones_are_in_quarantine_with_line_and_reason(warehouse, tmp_path):
    outcome = loaded(warehouse, tmp_path, "1,A,2.00,2026-01-01", "2,B,-1.00,2026-01-01", "3,=X(),1.00,2026-01-01")
    assert outcome == Outcome("a.csv", 3, loaded=1, quarantined=2)
    assert prices(warehouse) == [(1, "A", "2.00", "a.csv")]
    assert quarantine(warehouse) == [
        ("a.csv", 3, 1, "unit_cost is negative", "2,B,-1.00,2026-01-01"),
        ("a.csv", 4, 1, "sku begins like a formula", "3,=X(),1.00,2026-01-01"),
    ]


def test_repeated_line_counts_once_and_contradicting_lines_not_at_all(warehouse, tmp_path):
    outcome = loaded(
        warehouse,
        tmp_path,
        *("1,A,2.00,2026-01-01", "2,B,3.00,2026-01-01", "1,A,2.00,2026-01-01", "2,B,3.01,2026-01-01"),
        "1,A,2.00,2026-01-02",
    )
    assert outcome == Outcome("a.csv", 5, loaded=2, quarantined=3)
    assert [(line, reason, raw) for _, line, _, reason, raw in quarantine(warehouse)] == [
        (3, "lines 3 to 5 give one key different values", "2,B,3.00,2026-01-01"),
        (4, "repeats line 2", "1,A,2.00,2026-01-01"),
        (5, "lines 3 to 5 give one key different values", "2,B,3.01,2026-01-01"),
    ]


def test_wrong_header_sets_every_record_aside_in_one_row(warehouse, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("supplier,sku\n1,A\n2,B\n")
    assert load(warehouse, path, "b.csv", PRICES) == Outcome("b.csv", 2, loaded=0, quarantined=2)
    ((_, line, count, reason, raw),) = quarantine(warehouse)
    assert (line, count, reason, raw) == (1, 2, f"the header is not {HEADER.strip()}", "supplier,sku")


def test_empty_file_is_in_quarantine_though_it_holds_nothing(warehouse, tmp_path):
    (tmp_path / "c.csv").touch()
    assert load(warehouse, tmp_path / "c.csv", "c.csv", PRICES) == Outcome("c.csv", 0, 0, 0)
    assert quarantine(warehouse) == [("c.csv", 1, 0, "the file is empty", "")]


def test_features_load_and_those_that_contradict_each_other_are_in_quarantine(warehouse, tmp_path):
    def feature(place, name):
        shape = {"type": "Point", "coordinates": [4.5, 51.9]}
        return {"type": "Feature", "id": place, "properties": {"kind": "road", "name": name}, "geometry": shape}

    features = [feature("a", "A"), feature("b", "B"), feature("b", "C"), feature("c", "=C"), feature("a", "A")]
    path = tmp_path / "geo.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, indent=1))
    assert load(warehouse, path, "geo.json", PLACES) == Outcome("geo.json", 5, loaded=1, quarantined=4)
    found = warehouse.execute("SELECT kind, id, geometry #>> '{coordinates,0}' FROM reference.places").fetchall()
    assert found == [("road", "a", "4.5")]
    assert [(line, reason) for _, line, _, reason, _ in quarantine(warehouse)] == [
        (19, "lines 19 to 34 give one key different values"),
        (34, "lines 19 to 34 give one key different values"),
        (49, "name begins like a formula"),
        (64, "repeats line 4"),
    ]


def test_same_content_is_not_loaded_again_and_a_mended_file_replaces_all_of_the_old_one(warehouse, tmp_path):
    first = loaded(warehouse, tmp_path, "1,A,2.00,2026-01-01", "2,B,x,2026-01-01")
    again = loaded(warehouse, tmp_path, "1,A,2.00,2026-01-01", "2,B,x,2026-01-01")
    assert again == Outcome(first.file, first.records, first.loaded, first.quarantined, unchanged=True)
    mended = loaded(warehouse, tmp_path, "2,B,5.00,2026-01-01")
    assert mended == Outcome("a.csv", 1, 1, 0)
    assert prices(warehouse) == [(2, "B", "5.00", "a.csv")]
    assert quarantine(warehouse) == []


def test_later_sheet_corrects_an_earlier_one_in_whatever_order_they_came(warehouse, tmp_path):
    sheets = {"2026-01.csv": "1,A,2.00,2026-01-01", "2026-02.csv": "1,A,9.00,2026-01-01"}
    for order in itertools.permutations(sheets):
        for name in order:
            loaded(warehouse, tmp_path, sheets[name], name=name)
        assert prices(warehouse) == [(1, "A", "9.00", "2026-02.csv")]
        warehouse.execute("TRUNCATE reference.files, reference.price_sheets")


def test_failure_in_the_middle_leaves_what_was_there(warehouse, tmp_path, monkeypatch):
    loaded(warehouse, tmp_path, "1,A,2.00,2026-01-01")

    def broken(*_):
        raise OSError("the disk is gone")

    monkeypatch.setattr("include.sheets.loading._account", broken)
    with pytest.raises(OSError, match="disk"):
        loaded(warehouse, tmp_path, "2,B,3.00,2026-01-01")
    assert prices(warehouse) == [(1, "A", "2.00", "a.csv")]


def test_large_file_with_bad_lines_in_it_adds_up(warehouse, tmp_path):
    """A hundred megabytes take the same path."""
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(100_000):
            cost = "-1.00" if number % 1000 == 0 else "1.50"
            file.write(f"{number + 1},SKU-{number % 977},{cost},2026-01-01\n")
    assert load(warehouse, path, "large.csv", PRICES) == Outcome("large.csv", 100_000, 99_900, 100)
