"""`millstream check` as a person or a code host runs it: no engine, every finding at once, the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import CONFIG, CommandLine
from projects import CASES, VARIABLES

FILE = "flink_sql/jobs/parse_orders.sql"
UNKNOWN = "-- Parse orders\nINSERT INTO order_items\nSELECT order_id, city_id, amount, record_time\nFROM good_order;\n"
DECLARED = f"variables: [{', '.join(VARIABLES)}]\n"


def base(path):
    return (CASES / "base" / path).read_text(encoding="utf-8")


def bare(command):
    """The same project on a machine that has set none of its variables."""
    return CommandLine(command.root, {})


@pytest.mark.parametrize("name", ["check", "validate"])
def test_right_project_ends_with_zero(tmp_path, name):
    done = CommandLine.of_base(tmp_path).run(name, "--no-planner")
    assert (done.code, done.output) == (0, "nothing is wrong\n")


def test_all_diagnostics_are_shown_together(tmp_path):
    topics = base("kafka/topics.yml").replace("partitions:", "partition:", 1)
    done = CommandLine.of_base(tmp_path, {FILE: UNKNOWN, "kafka/topics.yml": topics}).run("check", "--no-planner")
    done.is_one_error(1, "TOP001", "FLK002", "the project has 2 error(s)")


def test_warnings_alone_do_not_fail(tmp_path):
    view = "-- Cheap\nCREATE VIEW cheap AS\nSELECT order_id\nFROM orders;\n"
    done = CommandLine.of_base(tmp_path, {"flink_sql/views/cheap.sql": view}).run("check", "--no-planner")
    assert done.code == 0
    assert "warning[USE001] flink_sql/views/cheap.sql:2:13" in done.output
    assert "no errors, 1 warning(s)" in done.output


def test_json_has_every_finding_with_its_place(tmp_path):
    done = CommandLine.of_base(tmp_path, {FILE: UNKNOWN}).run("check", "--no-planner", "--json")
    assert done.code == 1
    document, _, words = done.output.partition("\nerror: ")
    first = json.loads(document)["diagnostics"][0]
    assert words == "the project has 1 error(s)\n"
    assert first == {
        "severity": "error",
        "code": "FLK002",
        "summary": "it reads `good_order`, which nobody declares",
        "path": FILE,
        "line": 4,
        "column": 6,
        "end_line": 4,
        "end_column": 15,
        "mend": "did you mean `good_orders`?",
    }


def test_json_of_a_right_project_is_an_empty_list(tmp_path):
    done = CommandLine.of_base(tmp_path).run("check", "--no-planner", "--json")
    assert json.loads(done.output) == {"diagnostics": []}


def test_a_wrong_millstream_yml_is_a_finding_too(tmp_path):
    command = CommandLine.of_base(tmp_path, {"millstream.yml": CONFIG.replace("platform:", "platfrom:")})
    done = command.run("check", "--no-planner", "--format", "github")
    assert done.code == 1
    assert done.output.startswith("::error file=millstream.yml,line=5,endLine=5,col=5,endColumn=12,title=CFG001::")


def test_addresses_and_passwords_of_the_platform_need_not_be_known(tmp_path):
    done = bare(CommandLine.of_base(tmp_path)).run("check", "--no-planner", "--target", "local")
    assert done.code == 0, done.output


def test_variables_that_the_project_declares_need_no_value(tmp_path):
    command = bare(CommandLine.of_base(tmp_path, {"millstream.yml": DECLARED + CONFIG}))
    done = command.run("check", "--no-planner")
    assert done.code == 0, done.output


def test_a_variable_that_nobody_declares_stays_an_error(tmp_path):
    table = base("flink_sql/tables/orders.sql").replace("${KAFKA_BOOTSTRAP}", "${KAFKA_BOOTSRAP}")
    command = bare(CommandLine.of_base(tmp_path, {"flink_sql/tables/orders.sql": table}))
    done = command.run("check", "--no-planner", "--target", "local")
    done.is_one_error(1, "SQL001", "flink_sql/tables/orders.sql:10:37", "`KAFKA_BOOTSRAP` is not set")


def test_a_target_that_does_not_exist_is_bad_usage(tmp_path):
    done = CommandLine.of_base(tmp_path).run("check", "--target", "locale", "--no-planner")
    done.is_one_error(2, "there is no target `locale`", "did you mean `local`?")


def test_an_unknown_format_is_bad_usage(tmp_path):
    assert CommandLine.of_base(tmp_path).run("check", "--format", "sarif").code == 2


def test_connectors_that_were_never_fetched_are_no_fault_of_the_project(tmp_path):
    command = CommandLine.of_base(tmp_path / "project")
    done = command.run("check", MILLSTREAM_CACHE=str(tmp_path / "empty"))
    done.is_one_error(3, "JARs of flink", "make setup")


def test_check_leaves_no_file_in_the_project(tmp_path):
    command = CommandLine.of_base(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    command.run("check", "--no-planner", "--target", "local")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_planner_is_asked_and_its_findings_stand_in_the_file(tmp_path):
    command = bare(CommandLine.of_base(tmp_path, {FILE: base(FILE).replace("amount,", "amout,")}))
    done = command.run("check", "--target", "local", "--format", "github", timeout=600)
    assert done.code == 1
    place = f"file={FILE},line=4,endLine=4,col=27,endColumn=31"
    assert f"::error {place},title=FLK100::Column 'amout' not found" in done.output
    assert "title=FLK011" in done.output


def test_a_line_that_fills_screens_is_cut_around_its_place(tmp_path):
    job = "-- Parse orders\nINSERT INTO order_items SELECT" + " 1 +" * 500 + " amount FROM nowhere" + " " * 5000 + ";\n"
    done = CommandLine.of_base(tmp_path, {FILE: job}).run("check", "--no-planner")
    excerpt = next(line for line in done.output.splitlines() if "│" in line and "nowhere" in line)
    assert len(excerpt) < 200
    assert done.output.splitlines()[done.output.splitlines().index(excerpt) + 1].index("^") == excerpt.index("nowhere")


def test_the_example_of_this_repository_has_nothing_wrong():
    command = CommandLine(Path(__file__).parents[2], {})
    for target in ("local", "compose", "cluster"):
        done = command.run("check", "--no-planner", "--target", target)
        assert (done.code, done.output) == (0, "nothing is wrong\n")
