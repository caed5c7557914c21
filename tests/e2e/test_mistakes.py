"""The judge is judged: the correct tree comes out equal, and every planted mistake comes out different.

A mistake is a file of `mistakes/`: what it breaks, the jobs to run, the edits (each must find its text exactly once,
so a mistake that no longer fits the tree is told), and the tables in which the oracle must see it.
"""

import shutil
import tomllib
from pathlib import Path

import duckdb
import pytest
from bounded_run import Engines, run, spread

from millstream.flinkplan import Planner
from millstream.local.environment import variables
from millstream.local.platform import Platform
from millstream.local.services import flink
from oracle import compare, compute, databases, dump, kafka, violations
from oracle.samples import PARTITIONS, background, closing_markers, samples
from oracle.tables import DEAD_LETTERS, LATE_EVENTS, ORDER_ITEMS, REVENUE_BY_CITY_MINUTE

pytestmark = pytest.mark.e2e

MISTAKES = sorted(Path(__file__).with_name("mistakes").glob("*.toml"))
TREE = ("flink_sql", "kafka", "postgres")
JOBS = ("parse_orders", "revenue_by_city_minute", "land_dead_letters", "land_late_events")
RECORDS = [*spread(samples(), PARTITIONS), *background(2_000), *closing_markers()]
TABLES = {
    "parse_orders": (
        (kafka.read_json, ORDER_ITEMS),
        (kafka.read_json, DEAD_LETTERS),
        (kafka.read_json, LATE_EVENTS),
    ),
    "revenue_by_city_minute": (
        (kafka.read_changelog, REVENUE_BY_CITY_MINUTE),
        (databases.read_postgres, REVENUE_BY_CITY_MINUTE),
    ),
    "land_dead_letters": ((databases.read_postgres, DEAD_LETTERS),),
    "land_late_events": ((databases.read_postgres, LATE_EVENTS),),
}


@pytest.fixture(scope="module")
def engines(platform):
    site = Platform(platform.root / ".millstream", platform.root).site()
    with Planner(flink.home(site), site.java_home) as planner:
        yield Engines(planner, {**variables(site), **platform.env}, site.layout.checkpoints.as_uri())


@pytest.fixture
def tree(platform, tmp_path):
    """A copy of the SQL tree that a test may spoil."""
    for folder in TREE:
        shutil.copytree(platform.root / folder, tmp_path / "tree" / folder)
    return tmp_path / "tree"


def judge(engines, tree, namespace, jobs, tmp_path):
    """Run `jobs` and return the differing tables by name, and broken promises when all jobs ran."""
    run(engines, tree, namespace, RECORDS, jobs)
    dumped = tmp_path / "orders.parquet"
    dump(engines.variables["KAFKA_BOOTSTRAP"], f"{namespace}orders", dumped)
    with duckdb.connect() as connection:
        compute(connection, dumped, source_topic=f"{namespace}orders", job=f"{namespace}parse_orders")
        found = {}
        for reader, table in (pair for job in jobs for pair in TABLES[job]):
            schema = "postgres" if reader is databases.read_postgres else "kafka"
            url = engines.variables["POSTGRES_URL" if schema == "postgres" else "KAFKA_BOOTSTRAP"]
            reader(connection, url, table, namespace)
            found[f"{schema}.{table.name}"] = compare(connection, table, schema)
        broken = violations(connection, "kafka.order_items", "kafka.dead_letters", "kafka.late_events")
    return {name: differences for name, differences in found.items() if differences}, broken


def test_correct_tree_equals_the_oracle(engines, tree, tmp_path):
    differences, broken = judge(engines, tree, "right_", JOBS, tmp_path)
    assert not differences, "\n".join(map(str, differences.values()))
    assert broken == []


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_planted_mistake_is_seen(engines, tree, tmp_path, path):
    mistake = tomllib.loads(path.read_text(encoding="utf-8"))
    for edit in mistake["edits"]:
        plant(tree / edit["file"], edit["find"], edit["replace"])
    differences, _ = judge(engines, tree, f"{path.stem}_", mistake["jobs"], tmp_path)
    assert set(mistake["seen_in"]) <= set(differences), f"{mistake['breaks']} was not seen in every table it spoils"


def plant(path, find, replacement):
    text = path.read_text(encoding="utf-8")
    assert text.count(find) == 1, f"{path.name} holds the text of this mistake {text.count(find)} times: {find!r}"
    path.write_text(text.replace(find, replacement), encoding="utf-8")


def test_there_are_at_least_ten_mistakes():
    assert len(MISTAKES) >= 10
