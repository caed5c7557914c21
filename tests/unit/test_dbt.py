"""What dbt is given by the command line, and what its project promises without an engine."""

import re
from pathlib import Path

import pytest
import yaml
from command_line import CommandLine

from millstream.engines.dbt import CLICKHOUSE_PASSWORD, POSTGRES_PASSWORD, program, variables
from millstream.errors import EngineError

REPOSITORY = Path(__file__).parents[2]
PROJECT = REPOSITORY / "dbt_project"
KPIS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["kpis"]
FAKE = """#!/bin/sh
printf '%s\\n' "$PWD" "$@"
env | grep -E '^(DBT_|MILLSTREAM_NS)' | sort
exit 7
"""


@pytest.fixture
def command(tmp_path):
    """A project with a dbt that tells what it was given and fails."""
    made = CommandLine.of_base(tmp_path, {"dbt_project/dbt_project.yml": "name: trial\n"})
    program = tmp_path / ".venv-dbt" / "bin" / "dbt"
    program.parent.mkdir(parents=True)
    program.write_text(FAKE)
    program.chmod(0o755)
    return made


def given(outcome):
    return dict(line.split("=", 1) for line in outcome.output.splitlines() if line.startswith(("DBT_", "MILLSTREAM_")))


def test_arguments_and_exit_code_pass_through(command):
    arguments = ("build", "--select", "dim_product+", "--full-refresh", "--help")
    done = command.run("dbt", *arguments)
    assert done.code == 7
    assert tuple(done.output.splitlines()[:6]) == (str(command.root / "dbt_project"), *arguments)


def test_addresses_are_the_targets_and_passwords_have_names_that_dbt_keeps_to_itself(command):
    url = "postgresql://owner:p%40ss@db:5433/warehouse"
    found = given(command.run("dbt", "build", POSTGRES_URL=url))
    assert (
        found.items()
        >= {
            "DBT_TARGET": "cluster",
            "DBT_POSTGRES_HOST": "db",
            "DBT_POSTGRES_PORT": "5433",
            "DBT_POSTGRES_USER": "owner",
            "DBT_POSTGRES_DATABASE": "warehouse",
            "DBT_CLICKHOUSE_HOST": "localhost",
            POSTGRES_PASSWORD: "p@ss",
        }.items()
    )
    assert [name for name, value in found.items() if value == "p@ss"] == [POSTGRES_PASSWORD]


def test_dbts_own_role_is_taken_when_its_password_is_given(command):
    url = "postgresql://owner:secret@db/warehouse"
    found = given(command.run("dbt", "build", POSTGRES_URL=url, DBT_POSTGRES_PASSWORD="own"))
    assert (found["DBT_POSTGRES_USER"], found[POSTGRES_PASSWORD]) == ("dbt", "own")


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        ((), "target/warehouse"),
        (("--profile", "realtime"), "target/realtime"),
        (("--profile=realtime",), "target/realtime"),
    ],
)
def test_each_profile_keeps_its_own_parsed_state(command, arguments, folder):
    assert given(command.run("dbt", "build", *arguments))["DBT_TARGET_PATH"] == folder


@pytest.mark.parametrize("option", [("--target", "clustre"), ("--target=clustre",), ("-t", "clustre")])
def test_target_is_one_of_the_projects(command, option):
    command.run("dbt", "build", *option).is_one_error(2, "there is no target `clustre`", "did you mean `cluster`?")


def test_environment_is_looked_for_in_the_project_first(tmp_path):
    places = [tmp_path / "project", tmp_path / "tool"]
    with pytest.raises(EngineError, match="dbt is not installed") as caught:
        program(places)
    assert caught.value.mend == "run `make setup`"
    for place in reversed(places):
        made = place / ".venv-dbt" / "bin" / "dbt"
        made.parent.mkdir(parents=True)
        made.touch()
        assert program(places) == made


def test_project_without_dbt_is_told_so(tmp_path):
    CommandLine.of_base(tmp_path).run("dbt", "build").is_one_error(2, "there is no dbt_project/dbt_project.yml")


def test_secure_address_has_its_own_default_port_and_no_password_is_no_variable():
    found = variables("postgresql://dbt@db/warehouse", "https://u@ch/realtime", "dev_")
    assert (found["DBT_CLICKHOUSE_SECURE"], found["DBT_CLICKHOUSE_PORT"]) == ("True", "8443")
    assert found["MILLSTREAM_NS"] == "dev_"
    assert not {POSTGRES_PASSWORD, CLICKHOUSE_PASSWORD} & set(found)


def marts():
    files = (PROJECT / "models" / "warehouse" / "marts").glob("*.yml")
    models = [model for file in files for model in yaml.safe_load(file.read_text())["models"]]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models}


@pytest.mark.parametrize("name", KPIS)
def test_kpi_is_reckoned_from_columns_of_its_mart(name):
    definition = KPIS[name]
    written = " ".join(str(definition.get(part, "")) for part in ("value", "numerator", "denominator"))
    used = set(re.findall(r"[a-z_]+(?!\w*\()", written)) - {"sum", "greatest"}
    assert used
    assert used <= marts()[definition["mart"]]


@pytest.mark.parametrize("name", KPIS)
def test_kpi_stands_in_the_analysts_page(name):
    assert f"`{name}`" in (REPOSITORY / "docs" / "dbt.md").read_text()


def test_profiles_have_every_target_and_hold_no_password():
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    targets = set(yaml.safe_load((REPOSITORY / "millstream.yml").read_text())["targets"])
    for profile in ("warehouse", "realtime"):
        outputs = profiles[profile]["outputs"]
        assert set(outputs) == targets | {"prod"}
        assert all("env_var('DBT_ENV_SECRET_" in output["password"] for output in outputs.values())
