"""Commands called wrongly, or on a machine that does not let them: one error, its mend, the right exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from command_line import CommandLine, Outcome

from millstream.local.layout import Layout


@pytest.fixture(autouse=True)
def _no_short_folders(tmp_path):
    """A refused `up` leaves the folder of its sockets, which is not below `tmp_path`."""
    yield
    for state in (tmp_path / ".millstream", tmp_path / "closed" / "state"):
        shutil.rmtree(Layout(state).short, ignore_errors=True)


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    return CommandLine.of_base(tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("aply",),
        ("apply", "--forec"),
        ("generate", "--rate", "many"),
        ("logs",),
        ("up", "--port"),
    ],
)
def test_what_the_parser_refuses_is_bad_usage(command, arguments):
    done = command.run(*arguments)
    assert done.code == 2
    assert "Traceback" not in done.output
    assert done.output.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("up", "--only", "kafak"), ("there is no service kafak", "services: kafka, postgres")),
        (("up", "--port", "kafka"), ("NAME=PORT", "kafka=9092")),
        (("up", "--port", "kafka=99999"), ("kafka=99999", "1 to 65535")),
        (("up", "--port", "kafka=19001", "--port", "flink=19001"), ("the same port",)),
        (("up", "--port", "kafak=19001"), ("unknown port name kafak", "kafka_controller")),
        (("generate", "--as-of", "yesterday", "--target", "cluster"), ("--as-of yesterday", "2026-01-31")),
        (("generate", "--speed", "fast", "--target", "cluster"), ("--speed fast", "max")),
        (("apply", "--target", "clustre"), ("there is no target `clustre`", "did you mean `cluster`?")),
        (("logs", "kafka"), ("there is no log of kafka", "millstream up")),
    ],
)
def test_wrong_values_are_bad_usage_with_a_mend(tmp_path, arguments, said):
    CommandLine.of_base(tmp_path).run(*arguments).is_one_error(2, "mend: ", *said)


def test_status_before_the_first_up_shows_everything_stopped(command):
    done = command.run("status", "--json")
    report = json.loads(done.output)
    assert done.code == 0
    assert {service["state"] for service in report["services"]} == {"stopped"}
    assert report["jobs"] == []


@pytest.mark.parametrize("arguments", [("env",), ("answers",), ("generate", "--target", "local")])
def test_commands_that_need_the_platform_say_that_it_was_never_started(command, arguments):
    command.run(*arguments).is_one_error(3, "has not been started yet", "millstream up")


def test_generator_without_a_broker_ends_in_bounded_time_and_says_what_to_do(command):
    began = time.monotonic()
    command.run("generate", "--events", "10").is_one_error(3, "no Kafka broker answers at localhost:1", "millstream up")
    assert time.monotonic() - began < 30


def test_reset_without_a_terminal_is_refused(tmp_path):
    command = CommandLine.of_base(tmp_path)
    state = tmp_path / ".millstream"
    state.mkdir()
    (state / "ports.json").write_text("{}", encoding="utf-8")
    command.run("reset").is_one_error(4, "nothing was deleted", "reset --yes")
    assert (state / "ports.json").exists()


def test_a_file_in_the_place_of_the_state_folder_is_an_error_that_names_it(tmp_path):
    command = CommandLine.of_base(tmp_path)
    (tmp_path / ".millstream").write_text("", encoding="utf-8")
    command.run("up", "--only", "postgres").is_one_error(3, str(tmp_path / ".millstream"), "MILLSTREAM_STATE")


def test_a_state_folder_that_may_not_be_made_is_an_error_that_names_it(tmp_path):
    command = CommandLine.of_base(tmp_path / "project")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    # Root may write everywhere, unless it gives that right up.
    powerless = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root cannot give up its rights here: there is no setpriv")
    done = subprocess.run(
        (*(powerless if os.geteuid() == 0 else ()), sys.executable, "-m", "millstream", "up", "--only", "postgres"),
        env=command.environment(MILLSTREAM_PROJECT=str(command.root), MILLSTREAM_STATE=str(closed / "state")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    Outcome(done.returncode, done.stdout).is_one_error(
        3, f"Permission denied: {closed}", "run as the user it belongs to"
    )


def test_too_little_memory_starts_nothing_and_says_what_would_fit(tmp_path):
    command = CommandLine.of_base(tmp_path)
    done = command.run("up", MILLSTREAM_MEMORY_MB="700")
    done.is_one_error(3, "MiB needed (kafka ", "700 MiB left of MILLSTREAM_MEMORY_MB=700")
    assert "millstream up --only kafka --only postgres" in done.output
    assert "` leaves out clickhouse, connect, flink-jobmanager" in done.output
    assert not list((tmp_path / ".millstream" / "run").iterdir())
    command.run("up", MILLSTREAM_MEMORY_MB="much").is_one_error(2, "is no number")


def test_json_goes_to_stdout_and_words_to_stderr(command):
    done = subprocess.run(
        (sys.executable, "-m", "millstream", "doctor", "--json"),
        cwd=command.root,
        env=command.environment(MILLSTREAM_MEMORY_MB="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert not findings["memory"]["ok"]
    assert "millstream up --only" in findings["memory"]["mend"]
    assert done.returncode == 3
    assert done.stderr.startswith("error: this machine is not fit yet: memory")


@pytest.mark.parametrize("arguments", [("status", "--watch"), ("logs", "kafka", "-f")])
def test_ctrl_c_ends_what_would_go_on_for_ever(tmp_path, arguments):
    command = CommandLine.of_base(tmp_path)
    logs = tmp_path / ".millstream" / "logs"
    logs.mkdir(parents=True)
    (logs / "kafka.log").write_text("one line\n", encoding="utf-8")
    process = subprocess.Popen(
        (sys.executable, "-m", "millstream", *arguments),
        cwd=command.root,
        env=command.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert ("one line" in output) == ("logs" in arguments)


def test_ctrl_c_while_modules_are_loaded_shows_no_traceback(command):
    for delay in (0.03, 0.08, 0.15, 0.3):
        process = subprocess.Popen(
            (sys.executable, "-m", "millstream", "doctor"),
            cwd=command.root,
            env=command.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
        assert "millstream" not in output.partition("Traceback")[2]
        assert process.returncode in {0, 1, 130, -signal.SIGINT}
