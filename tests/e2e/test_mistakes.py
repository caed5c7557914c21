"""The judge is judged: the correct tree comes out equal, and every planted mistake comes out different.

A mistake is a file of `mistakes/`: what it breaks, the jobs to run, the edits (each must find its text exactly once,
so a mistake that no longer fits the tree is told), and the tables in which the oracle must see it.

Two sets of records serve them. Mistakes in parse jobs run over records of every fate. All others run over a small
company whose events are all good: its typed topics are made once, by the correct parse jobs, and copied for each.
"""

import shutil
import tomllib
from pathlib import Path

import duckdb
import pytest
from bounded_run import Engines, Run, spread

from millstream.flinkplan import Planner
from millstream.local.environment import variables
from millstream.local.platform import Platform
from millstream.local.services import flink
from oracle import EVENT_TOPICS, SOURCES, TABLES, Addresses, Place, compare, compute, dump, read_found, violations
from oracle.company_samples import company
from oracle.event_samples import event_samples
from oracle.samples import PARTITIONS, background, closing_markers, samples

pytestmark = pytest.mark.e2e

MISTAKES = sorted(Path(__file__).with_name("mistakes").glob("*.toml"))
SAMPLED = 3
TREE = ("flink_sql", "postgres", "kafka/topics.yml")
PARSE_JOBS = tuple(f"parse_{topic.name}" for topic in EVENT_TOPICS)
LETTERED = (*PARSE_JOBS, "land_dead_letters", "land_late_events")
FATE_JOBS = (*LETTERED, "revenue_by_city_minute")
COMPANY_NAMESPACE = "company_"
FILLED = {*SOURCES, *(topic.typed for topic in EVENT_TOPICS)}


def records_of_every_fate():
    flat = (sample for topic in EVENT_TOPICS[1:] for sample in event_samples(topic.name))
    spread_out = [sample for sample in spread([*samples(), *flat], PARTITIONS) if sample.topic != "weather"]
    return [*spread_out, *event_samples("weather"), *background(2_000), *closing_markers()]


FATES, COMPANY = records_of_every_fate(), company()


@pytest.fixture(scope="module")
def engines(platform):
    site = Platform(platform.root / ".millstream", platform.root).site()
    with Planner(flink.home(site), site.java_home) as planner:
        yield Engines(planner, {**variables(site), **platform.env}, site.layout.checkpoints.as_uri())


@pytest.fixture
def tree(platform, tmp_path):
    """A copy of the SQL tree that a test may spoil."""
    return copied_tree(platform, tmp_path / "tree")


def copied_tree(platform, root):
    for name in TREE:
        source, target = platform.root / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return root


@pytest.fixture(scope="module")
def parsed_company(engines, platform, tmp_path_factory):
    """The small company, parsed by the correct jobs, in topics to copy; and what must come of it."""
    folder = tmp_path_factory.mktemp("company")
    run = Run.of(engines, copied_tree(platform, folder / "tree"), COMPANY_NAMESPACE, PARSE_JOBS, SOURCES)
    run.send(COMPANY)
    run.finish()
    with duckdb.connect() as connection:
        expect(connection, run, folder)
        yield connection


def expect(connection, run, folder):
    """Compute what must come of the records in the run's source topics."""
    dumped, namespace = folder / "records.parquet", run.project.namespace
    dump(run.engines.bootstrap, SOURCES, dumped, namespace)
    compute(connection, dumped, namespace=namespace)


def differences(connection, run):
    """The differing tables by name, of those the run's jobs wrote."""
    addresses = Addresses(run.engines.bootstrap, run.engines.variables["POSTGRES_URL"], "")
    found = {}
    for table, place in written(run):
        read_found(connection, addresses, table, place, run.project.namespace)
        found[f"{place.schema}.{table.name}"] = compare(connection, table, place.schema)
    return {name: differences for name, differences in found.items() if differences}


def written(run):
    """Tables and places the run's jobs write, as the oracle knows them."""
    for sink in run.sinks():
        if sink.connector == "jdbc":
            name, places = sink.options["table-name"].removeprefix("bronze."), (Place.POSTGRES,)
        else:
            name, places = sink.options["topic"], (Place.TOPIC, Place.CHANGELOG)
        name = name.removeprefix(run.project.namespace)
        yield from ((table, place) for table in TABLES for place in places if found_at(table, place, name))


def found_at(table, place, name):
    return table.name == name and place in table.places


def judge_fates(connection, run, folder, jobs):
    # Letters and late events of topics that nobody parses here would be missing, whatever the mistake.
    run.send([sample for sample in FATES if f"parse_{sample.topic}" in jobs])
    run.finish()
    expect(connection, run, folder)
    return differences(connection, run)


def judge_company(connection, run):
    run.copy(COMPANY_NAMESPACE, run.topics() & FILLED)
    run.finish()
    return differences(connection, run)


def test_correct_parse_jobs_equal_the_oracle(engines, tree, tmp_path):
    with duckdb.connect() as connection:
        found = judge_fates(connection, Run.of(engines, tree, "right_", FATE_JOBS, SOURCES), tmp_path, FATE_JOBS)
        broken = violations(connection, "kafka", EVENT_TOPICS)
    assert not found, "\n".join(map(str, found.values()))
    # Among these records only orders have closing markers.
    assert [promise for promise in broken if "closing marker" not in promise or "orders" in promise] == []


def test_correct_jobs_equal_the_oracle(engines, tree, parsed_company):
    jobs = sorted(path.stem for path in (tree / "flink_sql" / "jobs").glob("*.sql") if path.stem not in LETTERED)
    found = judge_company(parsed_company, Run.of(engines, tree, "company_right_", jobs))
    assert not found, "\n".join(map(str, found.values()))


def sampled(paths):
    """Every third mistake for each run, all of them for a full one."""
    return [
        pytest.param(path, id=path.stem, marks=[pytest.mark.full] if number % SAMPLED else [])
        for number, path in enumerate(paths)
    ]


@pytest.mark.parametrize("path", sampled(MISTAKES))
def test_planted_mistake_is_seen(request, engines, tree, tmp_path, path):
    mistake = tomllib.loads(path.read_text(encoding="utf-8"))
    for edit in mistake["edits"]:
        plant(tree / edit["file"], edit["find"], edit["replace"])
    if any(job in PARSE_JOBS for job in mistake["jobs"]):
        with duckdb.connect() as connection:
            run = Run.of(engines, tree, f"{path.stem}_", mistake["jobs"], SOURCES)
            found = judge_fates(connection, run, tmp_path, mistake["jobs"])
    else:
        parsed = request.getfixturevalue("parsed_company")
        found = judge_company(parsed, Run.of(engines, tree, f"{path.stem}_", mistake["jobs"]))
    assert set(mistake["seen_in"]) <= set(found), f"{mistake['breaks']} was not seen in every table it spoils"


def plant(path, find, replacement):
    text = path.read_text(encoding="utf-8")
    assert text.count(find) == 1, f"{path.name} holds the text of this mistake {text.count(find)} times: {find!r}"
    path.write_text(text.replace(find, replacement), encoding="utf-8")
