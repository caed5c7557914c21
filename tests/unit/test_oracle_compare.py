from dataclasses import replace

import duckdb
import pytest

from oracle.compare import compare
from oracle.expected import compute, empty_tables, violations
from oracle.results import DEAD_LETTERS, LATE_EVENTS, REVENUE_BY_CITY_MINUTE, TYPED
from oracle.samples import background, closing_markers, dump_samples, samples
from oracle.tables import Place
from oracle.topics import ORDERS

ORDER_ITEMS = TYPED[0]
TABLES = (ORDER_ITEMS, DEAD_LETTERS, LATE_EVENTS, REVENUE_BY_CITY_MINUTE)


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    path = tmp_path_factory.mktemp("oracle") / "records.parquet"
    dump_samples([*samples(), *background(200), *closing_markers()], path)
    return path


@pytest.fixture(scope="module")
def computed(dump):
    with duckdb.connect() as connection:
        compute(connection, dump)
        connection.execute("CREATE SCHEMA found")
        for table in TABLES:
            connection.execute(f"CREATE TABLE found.{table.name} AS SELECT * FROM expected.{table.name}")
        yield connection


@pytest.fixture
def run(computed):
    """Expected tables, and in schema `found` a perfect copy for a test to spoil."""
    computed.begin()
    yield computed
    computed.rollback()


def broken(run):
    return violations(run, "found", [ORDERS])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_equal_tables_have_no_differences(run, table):
    differences = compare(run, table, "found")
    assert not differences
    assert str(differences) == f"found.{table.name}: equal"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_order_of_rows_does_not_matter(run, table):
    run.execute(f"CREATE OR REPLACE TABLE found.{table.name} AS SELECT * FROM expected.{table.name} ORDER BY random()")
    assert not compare(run, table, "found")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_missing_row_is_reported(run, table):
    run.execute(f"DELETE FROM found.{table.name} WHERE rowid = 0")
    differences = compare(run, table, "found")
    assert (differences.missing, differences.unexpected) == (1, 0)
    assert "1 missing, such as" in str(differences)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_doubled_row_is_reported(run, table):
    run.execute(f"INSERT INTO found.{table.name} SELECT * FROM found.{table.name} WHERE rowid = 0")
    differences = compare(run, table, "found")
    assert (differences.missing, differences.unexpected) == (0, 1)
    assert "1 unexpected, such as" in str(differences)


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        (ORDER_ITEMS, "unit_price = unit_price + 0.01", "unit_price is"),
        (ORDER_ITEMS, "quantity = quantity + 1", "quantity is"),
        (ORDER_ITEMS, "ordered_at = ordered_at + INTERVAL 1 MILLISECOND", "ordered_at is"),
        (ORDER_ITEMS, "promised_at = NULL", "promised_at is NULL, expected"),
        (DEAD_LETTERS, "value_bytes = coalesce(value_bytes, ''::BLOB) || ' '::BLOB", "value_bytes is"),
        (DEAD_LETTERS, "error_type = 'other'", "error_type is other, expected"),
        (LATE_EVENTS, "event_time = record_time", "event_time is"),
        (REVENUE_BY_CITY_MINUTE, "revenue = revenue - 0.01", "revenue is"),
        (REVENUE_BY_CITY_MINUTE, "orders = orders + 1", "orders is"),
        (REVENUE_BY_CITY_MINUTE, "items = items + 1", "items is"),
    ],
)
def test_wrong_value_is_reported_with_both_values(run, table, change, told):
    run.execute(f"UPDATE found.{table.name} SET {change} WHERE rowid = 0")
    differences = compare(run, table, "found")
    assert (differences.missing, differences.unexpected) == (1, 1)
    assert told in str(differences)


def test_row_of_a_wrong_key_is_missing_and_unexpected(run):
    run.execute("UPDATE found.revenue_by_city_minute SET city_id = 99 WHERE rowid = 0")
    differences = compare(run, REVENUE_BY_CITY_MINUTE, "found")
    assert (differences.missing, differences.unexpected) == (1, 1)
    assert len(differences.first) == 2


def test_null_and_empty_bytes_differ(run):
    run.execute("UPDATE found.dead_letters SET value_bytes = ''::BLOB WHERE value_bytes IS NULL")
    assert "value_bytes is b'', expected NULL" in str(compare(run, DEAD_LETTERS, "found"))


def test_report_stays_short_when_everything_differs(run):
    run.execute("DELETE FROM found.order_items")
    differences = compare(run, ORDER_ITEMS, "found")
    assert differences.missing > 100
    assert len(str(differences).splitlines()) == 6


def test_correct_run_breaks_no_promise(run):
    assert broken(run) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DELETE FROM found.late_events WHERE rowid = 0", "0 late events"),
        ("DELETE FROM found.dead_letters WHERE rowid = 0", "0 dead letters"),
        ("INSERT INTO found.dead_letters SELECT * FROM found.dead_letters WHERE rowid = 0", "2 dead letters"),
        ("DELETE FROM found.order_items WHERE line_no = 5 AND city_id = 7", "4 of 5 typed rows"),
        ("INSERT INTO found.order_items SELECT * FROM found.order_items WHERE line_no = 5 AND city_id = 7", "6 of 5"),
        (
            (
                "INSERT INTO found.dead_letters BY NAME"
                " SELECT 'orders' AS source_topic, source_partition, source_offset FROM found.order_items"
                " WHERE line_no = 5 AND city_id = 7"
            ),
            "5 of 5 typed rows, 1 dead letters",
        ),
        ("UPDATE found.late_events SET source_partition = 77 WHERE rowid = 0", "was found but never sent"),
        ("UPDATE found.dead_letters SET value_bytes = 'x'::BLOB WHERE rowid = 0", "original bytes"),
        ("UPDATE found.dead_letters SET key_bytes = NULL WHERE rowid = 0", "original bytes"),
        ("UPDATE found.dead_letters SET error_type = 'x' WHERE error_type = 'unknown_enum'", "error type unknown_enum"),
    ],
)
def test_broken_promise_is_told(run, change, told):
    run.execute(change)
    assert any(told in violation for violation in broken(run))


def test_run_without_closing_markers_is_told(tmp_path):
    path = tmp_path / "records.parquet"
    dump_samples([replace(record, partition=2) for record in background(8)], path)
    with duckdb.connect() as connection:
        compute(connection, path)
        found = violations(connection, "expected", [ORDERS])
    assert "orders partition 2 has no closing marker: what it held back stays open" in found


def test_empty_tables_are_named(run):
    run.execute("DELETE FROM found.late_events")
    tables = [replace(table, places=(Place.POSTGRES,)) for table in (DEAD_LETTERS, LATE_EVENTS)]
    run.execute("CREATE SCHEMA postgres")
    for table in tables:
        run.execute(f"CREATE TABLE postgres.{table.name} AS FROM found.{table.name}")
    assert empty_tables(run, tables) == ["postgres.late_events"]
