"""What counts for a job's fingerprint, and what does not."""

from __future__ import annotations

import pytest
from projects import CASES, VARIABLES, load, make

from millstream.project.fingerprint import changes, fingerprint
from millstream.project.model import Job
from millstream.sql.canonical import canonical

KEY = b"key"
STABLE = frozenset({"KAFKA_BOOTSTRAP", "WAREHOUSE_JDBC_URL", "FLINK_POSTGRES_USER", "FLINK_POSTGRES_PASSWORD"})
JOB = "flink_sql/jobs/parse_orders.sql"
VIEW = "flink_sql/views/good_orders.sql"
TABLE = "flink_sql/tables/order_items.sql"
BASE = {path: (CASES / "base" / path).read_text(encoding="utf-8") for path in (JOB, VIEW, TABLE)}


def take(root, *, job="parse_orders", namespace="", stable=STABLE, key=KEY, flink="2.2.1", **variables):  # noqa: PLR0913
    project = load(root, namespace, **variables)
    found = next(j for j in project.of(Job) if j.id.name == job)
    values = VARIABLES | variables
    return fingerprint(found, project, variables=values, stable=stable, key=key, versions={"flink": flink})


@pytest.fixture
def told(tmp_path):
    """Tell what differs after a change of files."""

    def tell(path, before, after, job="parse_orders"):
        text = (CASES / "base" / path).read_text(encoding="utf-8")
        assert before in text
        old = take(make(tmp_path / "old"), job=job)
        new = take(make(tmp_path / "new", {path: text.replace(before, after)}), job=job)
        assert (old.digest == new.digest) == (old.parts == new.parts)
        return changes(old.parts, new.parts)

    return tell


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (JOB, "SELECT order_id,", "SELECT   order_id ,\n\n"),
        (JOB, "-- Parse orders", "-- Something else ${NOT_SET}"),
        (JOB, "FROM good_orders", "/* why not */ FROM good_orders -- here"),
        (JOB, "INSERT INTO", "insert into"),
        (JOB, "FROM good_orders", "FROM `good_orders`"),
        (JOB, "SET 'parallelism.default' = '4';", "set  'parallelism.default'='4' ;"),
        (VIEW, "WHERE city_id <> 0;", "where city_id <>0"),
        (TABLE, "ordered_at  TIMESTAMP_LTZ(3)", "ordered_at timestamp_ltz ( 3 )"),
        ("flink_sql/tables/orders.sql", "METADATA FROM 'timestamp' VIRTUAL", "metadata from 'timestamp' virtual"),
        ("flink_sql/tables/revenue_by_city.sql", "revenue DECIMAL(14, 2)", "revenue DECIMAL(14, 2), more INT"),
        ("postgres/revenue_by_city.sql", "numeric(14, 2)", "numeric(15, 2)"),
    ],
)
def test_what_does_not_count(told, path, before, after):
    assert told(path, before, after) == ()


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        (JOB, "SELECT order_id", "SELECT UPPER(order_id)", "the statement changed"),
        (JOB, "FROM good_orders", "FROM good_orders /*+ OPTIONS('scan.parallelism' = '1') */", "the statement changed"),
        (JOB, "amount,", "AMOUNT,", "the statement changed"),
        (JOB, "= '4'", "= '2'", "setting `parallelism.default` changed"),
        (JOB, "SET 'parallelism.default' = '4';", "", "setting `parallelism.default` was removed"),
        (JOB, "SET 'p", "SET 'pipeline.object-reuse' = 'true';\nSET 'p", "setting `pipeline.object-reuse` was added"),
        (VIEW, "<> 0", "<> 1", "view `good_orders` changed"),
        ("flink_sql/tables/orders.sql", "'format' = 'json'", "'format' = 'JSON'", "table `orders` changed"),
        (TABLE, "DECIMAL(12, 2)", "DECIMAL(13, 2)", "table `order_items` changed"),
        (TABLE, "${NS:-}parse_orders'", "${NS:-}parse_orders_2'", "table `order_items` changed"),
    ],
)
def test_what_counts(told, path, before, after, expected):
    assert told(path, before, after) == (expected,)


def test_case_counts_inside_strings_and_hints(told):
    hinted = "FROM good_orders /*+ OPTIONS('a' = '{}') */"
    assert told(JOB, "FROM good_orders", hinted.format("x")) == ("the statement changed",)


def test_function_names_have_no_case_but_tables_have():
    assert canonical("SELECT sum(a), my_fn (b) FROM t") == canonical("select SUM(a), MY_FN(b) from t")
    assert canonical("INSERT INTO Orders (a) SELECT 1") != canonical("INSERT INTO orders (a) SELECT 1")
    assert canonical("SELECT * FROM UNNEST(x) AS T (a)") != canonical("SELECT * FROM UNNEST(x) AS t (a)")
    assert canonical("SELECT a.B FROM a") != canonical("SELECT a.b FROM a")


def test_two_statements_never_run_together():
    assert canonical("SELECT 'a' 'b'") != canonical("SELECT 'a'' ''b'")
    assert canonical("SELECT `a` b") != canonical("SELECT `a b`")


def test_address_that_the_platform_hands_out_may_change(tmp_path):
    root = make(tmp_path)
    assert take(root).digest == take(root, KAFKA_BOOTSTRAP="elsewhere:1").digest


def test_any_other_value_counts_by_a_keyed_hash(tmp_path):
    root = make(tmp_path)
    old, new = take(root, stable=frozenset()), take(root, stable=frozenset(), KAFKA_BOOTSTRAP="elsewhere:1")
    assert changes(old.parts, new.parts) == ("table `order_items` changed", "table `orders` changed")
    assert take(root, stable=frozenset(), key=b"other").digest != old.digest


def test_namespace_counts(tmp_path):
    root = make(tmp_path)
    assert take(root).digest != take(root, namespace="dev_").digest


def test_version_change_says_from_what_to_what(tmp_path):
    root = make(tmp_path)
    expected = ("version `flink` went from 2.2.1 to 2.2.2",)
    assert changes(take(root).parts, take(root, flink="2.2.2").parts) == expected


def test_no_value_shows_in_a_fingerprint(tmp_path):
    root = make(tmp_path)
    assert "secret" not in repr(take(root, job="revenue_by_city", stable=frozenset()))


def test_reading_twice_gives_the_same(tmp_path):
    root = make(tmp_path)
    assert take(root) == take(root)
