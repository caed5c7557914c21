"""Changes of jobs, rehearsed on a real Kafka and Flink: a platform for it, and what each case showed.

`python tests/e2e/restored.py RESULTS SECONDS [CASE…]` adds to a file of results, from which `scripts/changes_table.py`
writes docs/changes.md. With `--cases FOLDER` it takes not the corpus, but the pairs that `python -m mutations --export`
has written.
"""

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import psycopg
from change_cases import ROOT, TABLES, Change
from embedded import Embedded

from millstream.engines.flink import Flink
from millstream.errors import EngineError
from millstream.flinkplan import Planner
from millstream.local.services import flink
from millstream.rehearse import Result, Stage, read_events, rehearse

SERVICES = ("kafka", "postgres", "flink-taskmanager")
# Each case runs up to three jobs at once, of one slot each; PostgreSQL's rows are only asked for.
AT_ONCE = 3
BREAKS = {Result.REFUSED, Result.DIFFERS}


@contextmanager
def cluster(folder):
    """A platform with what the corpus needs, and the table that its lookups ask."""
    embedded = Embedded.of_copy(folder / "project")
    try:
        embedded.millstream("up", *(word for name in SERVICES for word in ("--only", name)))
        with psycopg.connect(embedded.env["POSTGRES_URL"]) as connection:
            for statement in (TABLES / "postgres" / "products.sql").read_text(encoding="utf-8").split(";"):
                connection.execute(statement)
            connection.execute("GRANT SELECT ON products TO flink_writer")
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


@contextmanager
def stage(embedded):
    """What rehearsals run on."""
    site = embedded.site
    variables = embedded.env
    with (
        Planner(flink.home(site), site.java_home, timeout=600) as planner,
        Flink(variables["FLINK_REST"], timeout=60) as client,
    ):
        folder = site.layout.data / "flink" / "rehearsals"
        yield Stage(planner, client, variables["FLINK_REST"], variables["KAFKA_BOOTSTRAP"], variables, folder)


def rehearsed(change, on):
    return rehearse(change.bundles, read_events(change.folder / "events.jsonl"), on)


def is_seen(truth, found):
    """Whether a rehearsal shows the truth of a case: a right restore for a keepable one, a wrong one for a breaking."""
    outcomes = [outcome.result for outcome in (found.carried, found.plain) if outcome]
    return Result.PROVED in outcomes if truth == "keepable" else bool(BREAKS & set(outcomes))


def as_result(change, found):
    """One line of the table of results."""

    def told(outcome):
        return outcome and {
            "result": str(outcome.result),
            "reason": outcome.reason[:300],
            "differing": len(outcome.rows),
        }

    case = change.told
    return {
        "case": change.folder.name,
        "title": case["title"],
        # A generated pair is of none.
        "family": case.get("family", ""),
        "truth": case["truth"],
        "verdict": str(found.verdict or ""),
        "millstream": told(found.carried),
        "flink": told(found.plain),
        "obstacle": found.obstacle,
    }


class Results:
    """The file of results: a case is added as soon as it is known."""

    def __init__(self, file):
        self.file = file
        self.known = {one["case"]: one for one in json.loads(file.read_text(encoding="utf-8"))} if file.exists() else {}
        self._lock = Lock()

    def add(self, change, found):
        with self._lock:
            self.known[change.folder.name] = as_result(change, found)
            listed = sorted(self.known.values(), key=lambda one: one["case"])
            self.file.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    """Rehearse the named cases, or those that the file of results lacks; begin none when the seconds are over."""
    arguments = _arguments()
    results, deadline = Results(arguments.results), time.monotonic() + arguments.seconds
    cases = [Change(file.parent) for file in sorted(arguments.cases.glob("*/case.toml"))]
    named = arguments.names or {case.folder.name for case in cases} - results.known.keys()

    def one(change):
        if time.monotonic() > deadline:
            return
        try:
            results.add(change, rehearsed(change, on))
        except EngineError as exc:
            sys.stderr.write(f"{change.folder.name}: {exc}\n")

    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder)) as embedded,
        stage(embedded) as on,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        list(pool.map(one, [case for case in cases if case.folder.name in named]))
    sys.stderr.write(f"{len(results.known)} of {len(cases)} cases are known\n")


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="JSON file that is added to")
    parser.add_argument("seconds", type=float, help="begin no case after so long")
    parser.add_argument("names", nargs="*", metavar="case", help="folder's name; those without results unless given")
    parser.add_argument("--cases", type=Path, default=ROOT, help="folder of cases")
    return parser.parse_args()


if __name__ == "__main__":
    main()
