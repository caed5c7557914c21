"""Flink's exceptions become sentences with positions and without secrets; the chains here were recorded from 2.2.1."""

from __future__ import annotations

import pytest

from millstream.flinkplan import Failure, JobSource, Statement
from millstream.flinkplan.reasons import Cause, explain, redact, refusal, submit_failed

TABLE = Statement("flink_table.dev_orders", "CREATE TABLE dev_orders …")
JOB = Statement("job.dev_totals", "INSERT INTO …")
SOURCE = JobSource((TABLE,), JOB, secrets=("hunter2", "it's me", "hunter2-long"))


def validation(message: str) -> Cause:
    return Cause("org.apache.flink.table.api.ValidationException", message)


def test_position_comes_from_the_exception_and_not_from_its_text():
    text = "From line 9, column 9 to line 9, column 9: Column 'vv' not found in any table"
    placed = Cause("org.apache.calcite.runtime.CalciteContextException", text, (3, 7, 3, 8))
    found = refusal(SOURCE, JOB, [validation("SQL validation failed. SQL validation failed. " + text), placed])
    assert found.message == "Column 'vv' not found in any table"
    assert (found.line, found.column, found.end_line, found.end_column) == (3, 7, 3, 8)


def test_mistake_in_a_tables_options_is_blamed_on_the_table():
    wrapped = (
        "Unable to create a sink for writing table 'default_catalog.default_database.dev_orders'.\n\n"
        "Table options are:\n\n'connector'='kafka'\n'password'='hunter2'"
    )
    found = refusal(
        SOURCE, JOB, [validation(wrapped), validation("Could not find required sink format 'value.format'.")]
    )
    assert found.resource == "flink_table.dev_orders"
    assert found.line is None
    assert found.message == (
        "Unable to create a sink for writing table 'dev_orders': Could not find required sink format 'value.format'"
    )


def test_parser_message_names_the_token_only():
    text = 'Encountered "," at line 1, column 24.\nWas expecting one of:\n    "CONSTRAINT" ...'
    parse = Cause("org.apache.calcite.sql.parser.SqlParseException", text, (1, 24, 1, 24))
    assert explain([parse], ()) == "unexpected `,`"


def test_end_of_statement_is_said_in_words():
    text = 'Encountered "<EOF>" at line 1, column 34.\nWas expecting one of: …'
    assert explain([Cause("x.SqlParseException", text, (1, 34, 1, 34))], ()) == "the statement ends too early"


def test_part_of_a_secret_torn_by_the_parser_is_hidden():
    text = "Encountered \"\\'s me\\'\" at line 1, column 5.\nWas expecting …"
    assert "s me" not in explain([Cause("x.SqlParseException", text, (1, 5, 1, 9))], SOURCE.secrets)


@pytest.mark.parametrize("text", ["x hunter2-long y", "x hunter2 y", "x it's me y", "x it''s me y"])
def test_secrets_are_cut_out_in_either_form(text: str):
    assert redact(text, SOURCE.secrets) == "x *** y"


def test_java_names_do_not_reach_the_reader():
    text = (
        "Could not find any factory for identifier 'kafkaz' that implements "
        "'org.apache.flink.table.factories.DynamicTableFactory' in the classpath."
    )
    assert explain([validation(text)], ()) == "Could not find any factory for identifier 'kafkaz'"


SUBMISSION = [
    Cause("org.apache.flink.table.api.TableException", "Failed to execute sql"),
    Cause("org.apache.flink.util.FlinkException", "Failed to execute job 'totals'."),
]


@pytest.mark.parametrize(
    ("rest", "failure", "message"),
    [
        (
            [
                Cause("x.JobSubmissionException", "Failed to submit ExecutionPlan."),
                Cause("x.RestClientException", "[…DuplicateJobSubmissionException: Job has already been submitted.…]"),
            ],
            Failure.DUPLICATE_JOB,
            "already knows",
        ),
        (
            [
                Cause("x.JobSubmissionException", "Failed to submit ExecutionPlan."),
                Cause("java.net.ConnectException", "Connection refused"),
            ],
            Failure.UNREACHABLE,
            "Connection refused",
        ),
        (
            [
                Cause("java.lang.RuntimeException", "org.apache.flink.runtime.client.JobInitializationException: …"),
                Cause(
                    "java.io.FileNotFoundException", "Cannot find checkpoint or savepoint file/directory 'file:///x'"
                ),
            ],
            Failure.NOT_STARTED,
            "Cannot find checkpoint",
        ),
        (
            [Cause("java.util.concurrent.TimeoutException", "the JobManager was killed")],
            Failure.UNREACHABLE,
            "was killed",
        ),
    ],
)
def test_submission_failures_are_told_apart(rest: list[Cause], failure: Failure, message: str):
    found = submit_failed(SOURCE, SUBMISSION + rest)
    assert found.failure is failure
    assert message in found.message


def test_refusal_before_anything_was_sent_carries_its_place():
    placed = Cause("org.apache.calcite.runtime.CalciteContextException", "Object 'x' not found", (1, 2, 1, 3))
    found = submit_failed(SOURCE, [validation("SQL validation failed. …"), placed])
    assert found.failure is Failure.REFUSED
    assert [(one.resource, one.line) for one in found.refusals] == [("job.dev_totals", 1)]
