"""Several sources at once: one that hangs blocks nobody, and what was last applied is what runs."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from control_server import running_postgres
from scripted_api import DECLARED, answer, readings, serving

from millstream.apply.providers import Steps
from millstream.apply.providers.http_sources import HttpSources
from millstream.engines.control import AppliedSource, Control
from millstream.plan import Action, Change, Effect
from millstream.project.http_source import HttpDeclaration
from millstream.project.model import HttpSource, Kind, Project, ResourceId
from millstream.sources.process import Running, Site
from millstream.sources.sink import MemorySink
from millstream.yamlfile import YamlFile

SECRET = "what was quoted"


@pytest.fixture(scope="module")
def server():
    with running_postgres() as running:
        yield running


@pytest.fixture
def control(server):
    made = Control(server.url)
    made.migrate()
    yield made
    for source in made.sources.current("demo", "local"):
        made.sources.drop("demo", "local", source.resource)
    made.close()


@contextmanager
def running(control, folder, sinks=None, **variables):
    """The process's own loop, a look at a time, with sinks in memory by the source's name."""
    sinks = {} if sinks is None else sinks
    folder.mkdir(exist_ok=True)
    site = Site("demo", "local", "nowhere:9092", variables, folder)
    made = Running(control, site, lambda _, source, __: sinks.setdefault(source.name, MemorySink()))
    try:
        yield made, sinks
    finally:
        made.end()


def apply(control, name, **changes):
    declared = HttpDeclaration.model_validate(DECLARED | changes)
    content = declared.model_dump(mode="json")
    control.sources.apply(AppliedSource("demo", "local", f"http_source.{name}", name, "", content))


def until(made, control, condition):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        made.look()
        found = {source.name: source for source in control.sources.current("demo", "local")}
        if condition(found):
            return found
        time.sleep(0.05)
    pytest.fail(f"did not come: {found}")


def test_a_source_that_hangs_blocks_nobody(control, tmp_path):
    with serving(lambda _: time.sleep(5)) as hanging, serving() as api:
        apply(control, "hangs", url=f"{hanging.address}/", timeout=4)
        apply(control, "works", url=f"{api.address}/")
        with running(control, tmp_path) as (made, _):
            found = until(made, control, lambda found: found["works"].sent == 2)
    assert found["hangs"].polled_at is None


def test_a_failing_source_is_visible_since_when_and_why_until_it_is_well_again(control, tmp_path):
    before = datetime.now(UTC)
    says = [answer({}, status=500)] * 6
    with serving(*says, readings()) as api:
        apply(control, "readings", url=f"{api.address}/")
        with running(control, tmp_path) as (made, _):
            failing = until(made, control, lambda found: found["readings"].trouble)["readings"]
            well = until(made, control, lambda found: found["readings"].polled_at)["readings"]
    assert failing.trouble == "answers 500 Internal Server Error"
    assert before <= failing.failing_since
    assert (well.trouble, well.failing_since, well.sent) == (None, None, 2)


def test_a_mistake_of_ours_ends_no_source(control, tmp_path, caplog):
    class Broken(MemorySink):
        def send(self, *given):
            if len(given[0]) and not self.letters:
                self.letters.append(None)
                raise ZeroDivisionError(SECRET)
            return super().send(*given)

    with serving() as api:
        apply(control, "readings", url=f"{api.address}/")
        with running(control, tmp_path, {"readings": Broken()}) as (made, _):
            found = until(made, control, lambda found: found["readings"].sent)
    assert found["readings"].sent == 2
    assert "ZeroDivisionError" in caplog.text
    assert SECRET not in caplog.text


def test_an_applied_change_replaces_what_runs_and_a_dropped_source_ends(control, tmp_path):
    with serving() as api, serving() as other:
        apply(control, "readings", url=f"{api.address}/")
        with running(control, tmp_path) as (made, sinks):
            until(made, control, lambda found: found["readings"].sent == 2)
            apply(
                control,
                "readings",
                url=f"{other.address}/",
                fields={"id": {"path": "id", "type": "text"}},
                record_time=None,
            )
            until(made, control, lambda found: found["readings"].sent == 4)
            control.sources.drop("demo", "local", "http_source.readings")
            until(made, control, lambda found: not found and not made._threads)
            asked = len(other.requests)
            time.sleep(0.2)
            assert len(other.requests) == asked
    assert json.loads(sinks["readings"].records[-1].value) == {"id": "2"}


def test_the_fields_of_a_record_keep_the_order_of_the_file(control, tmp_path):
    fields = {"zeta": "id", "id": {"path": "id", "type": "text"}, "a": "temp"}
    with serving() as api:
        apply(control, "readings", url=f"{api.address}/", fields=fields, record_time=None)
        with running(control, tmp_path) as (made, sinks):
            until(made, control, lambda found: found["readings"].sent == 2)
    assert sinks["readings"].records[0].value == b'{"zeta":1,"id":"1","a":20.5}'


def test_variables_are_resolved_where_it_runs_and_kept_nowhere(control, tmp_path):
    with serving() as api:
        apply(control, "readings", headers={"X-Api-Key": "${TOKEN}"})
        with running(control, tmp_path, API=api.address, TOKEN="s3cret-token") as (made, _):
            found = until(made, control, lambda found: found["readings"].sent == 2)
    assert api.requests[0][1]["x-api-key"] == "s3cret-token"
    assert "s3cret-token" not in str(found["readings"].declaration)
    assert all(b"s3cret-token" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_declaration_of_another_version_is_told_not_guessed(control, tmp_path):
    control.sources.apply(AppliedSource("demo", "local", "http_source.old", "old", "", {"adress": "http://x"}))
    with running(control, tmp_path) as (made, _):
        found = until(made, control, lambda found: found["old"].trouble)
    assert "apply it again" in found["old"].trouble


def project_of(*sources):
    return Project("demo", None, "", tuple(sources))


def declared_source(name, **changes):
    file = YamlFile(None, "", "")
    return HttpSource(
        ResourceId(Kind.HTTP_SOURCE, name), None, HttpDeclaration.model_validate(DECLARED | changes), file
    )


def test_apply_creates_updates_and_deletes_in_place(control):
    source = declared_source("readings")
    changed = replace(source, declaration=HttpDeclaration.model_validate(DECLARED | {"interval": "1h"}))
    declared, edited, removed = (
        HttpSources(control.sources, project_of(*sources), "local") for sources in ((source,), (changed,), ())
    )
    steps = Steps("a1", SimpleNamespace(recheck=lambda: None), control.journal, lambda *_: None)
    assert not declared.observe()[source.id].exists
    declared.carry_out([Change(source.id, Action.CREATE, Effect.NONE, ())], steps)
    assert declared.observe()[source.id].differences == ()
    assert edited.observe()[source.id].differences == ("`interval` changed",)
    assert removed.undeclared() == [source.id]
    removed.carry_out([Change(source.id, Action.DELETE, Effect.IN_PLACE, ())], steps)
    assert control.sources.current("demo", "local") == ()
