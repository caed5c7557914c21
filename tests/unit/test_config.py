"""`millstream.yml`: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from millstream import config
from millstream.errors import ProjectError, UsageError

GOOD = """project: demo
default_target: local
targets:
  local:
    platform: embedded
    namespace: dev_
  cluster:
    kafka: {bootstrap: "${KAFKA:-k:9092}"}
    flink: {rest: "${FLINK}"}
    postgres: {url: "${PG}"}
    clickhouse: {url: "http://ch:8123"}
    control: {url: "postgresql://${USER}:${PASSWORD}@db/control"}
"""


def load(root, text=GOOD):
    (root / "millstream.yml").write_text(text, encoding="utf-8")
    return config.load(root)


def test_targets(tmp_path):
    found = load(tmp_path)
    assert found.project == "demo"
    assert found.target() == found.target("local")
    assert (found.target().embedded, found.target().namespace) == (True, "dev_")
    assert not found.target("cluster").embedded


def test_references_are_resolved_when_a_target_is_used(tmp_path):
    target = load(tmp_path).target("cluster")
    environment = {"FLINK": "http://f:8081", "PG": "postgresql://p", "USER": "u", "PASSWORD": "p"}
    addresses = target.resolve(environment)
    assert addresses["kafka.bootstrap"] == "k:9092"
    assert addresses["control.url"] == "postgresql://u:p@db/control"
    with pytest.raises(ProjectError) as caught:
        target.resolve({})
    assert [d.code for d in caught.value.diagnostics] == ["CFG002"] * 4
    assert "export FLINK and PG and USER and PASSWORD" in caught.value.mend


def test_unknown_target_suggests_a_close_one(tmp_path):
    with pytest.raises(UsageError) as caught:
        load(tmp_path).target("clustre")
    assert caught.value.mend == "did you mean `cluster`?"


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("platform: embedded", "platfrom: embedded", "5:5", "did you mean `platform`? legal keys: platform, namespace"),
        ("targets:", "target:", "3:1", "did you mean `targets`?"),
        ("bootstrap:", "host:", "8:13", "legal keys: bootstrap"),
        ("namespace: dev_", "namespace: Dev-", "6:5", "namespace"),
        ("platform: embedded", "platform: docker", "5:5", "embedded"),
        ("default_target: local", "default_target: lokal", "2:1", "did you mean `local`?"),
        ("  cluster:", "  local:", "7:3", "twice"),
        ("project: demo", "", "2:1", "`project` is missing"),
        ('"${PG}"', '"postgresql://me:hunter2@db/x"', "10:16", "${VARIABLE}"),
        ('"http://ch:8123"', '"http://ch:8123?password=hunter2"', "11:18", "${VARIABLE}"),
        (
            "    platform: embedded\n",
            "    platform: embedded\n    flink: {rest: x}\n",
            "4:3",
            "knows its own addresses",
        ),
        ('    flink: {rest: "${FLINK}"}\n', "", "7:3", "flink"),
        ("targets:", "targets: [", "3:10", "not YAML"),
    ],
)
def test_refused_with_place_and_mend(tmp_path, before, after, place, said):
    assert before in GOOD
    with pytest.raises(ProjectError) as caught:
        load(tmp_path, GOOD.replace(before, after, 1))
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "CFG001"
    assert said in f"{diagnostic.summary} {diagnostic.mend}"
    assert "hunter2" not in f"{diagnostic}"
    assert str(diagnostic.where).startswith("millstream.yml:")
    if place != "3:10":
        assert str(diagnostic.where) == f"millstream.yml:{place}"


@pytest.mark.parametrize("text", ["", "- a\n", "project: [\n", "a: 1\n"])
def test_what_is_no_configuration_is_refused(tmp_path, text):
    with pytest.raises(ProjectError) as caught:
        load(tmp_path, text)
    assert caught.value.diagnostics


def test_missing_and_unreadable_file_say_what_to_do(tmp_path):
    with pytest.raises(ProjectError) as caught:
        config.load(tmp_path)
    assert "millstream.yml" in caught.value.summary
    assert caught.value.mend
    (tmp_path / "millstream.yml").write_bytes(b"project: caf\xe9\n")
    with pytest.raises(ProjectError, match="cannot be read"):
        config.load(tmp_path)


def test_this_repository_is_configured():
    found = config.load(Path(__file__).parents[2])
    assert found.target().embedded
    assert found.target("cluster").addresses["kafka.bootstrap"] == "${KAFKA_BOOTSTRAP}"
