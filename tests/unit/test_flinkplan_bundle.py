"""A bundle keeps templates, so it holds no secret and takes today's values when it is submitted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from millstream.errors import ProjectError
from millstream.flinkplan import Bundle, Template, secret_values
from millstream.flinkplan.settings import submission

BUNDLE = Bundle(
    tables=(Template("flink_table.t", "CREATE TABLE t (a INT) WITH ('password' = '${PG_PASSWORD}')"),),
    job=Template("job.dev_j", "INSERT INTO ${NS:-}t SELECT 1"),
    job_name="dev_j",
    settings=(("table.exec.state.ttl", "${TTL:-1 h}"),),
    parameters={"millstream.fingerprint": "a: 'b', {c}"},
    namespace="dev_",
)
VARIABLES = {"PG_PASSWORD": "it's"}


def test_bundle_survives_json():
    assert Bundle.from_json(json.loads(json.dumps(BUNDLE.to_json()))) == BUNDLE


def test_what_it_creates_is_named_as_in_sql_whatever_the_namespace():
    namespaced = replace(BUNDLE, tables=(Template("flink_table.dev_t", BUNDLE.tables[0].text),))
    assert dict(namespaced.creates) == {"t": BUNDLE.tables[0].text}


def test_source_holds_todays_values_and_names_its_secrets():
    source = BUNDLE.source(VARIABLES)
    assert source.tables[0].text == "CREATE TABLE t (a INT) WITH ('password' = 'it''s')"
    assert source.job.text == "INSERT INTO dev_t SELECT 1"
    assert source.settings == (("table.exec.state.ttl", "1 h"),)
    assert source.secrets == ("it's",)
    assert "it" not in repr(source.tables[0])


def test_unset_variable_is_refused_with_its_name():
    with pytest.raises(ProjectError, match="PG_PASSWORD"):
        BUNDLE.source({})


def test_passwords_inside_addresses_are_secrets_in_both_forms():
    found = secret_values({"POSTGRES_URL": "postgresql://u:a%2Fb@h/d", "NAME": "open", "API_KEY": "k"})
    assert set(found) == {"a%2Fb", "a/b", "k"}


def test_passwords_written_into_parameters_and_jaas_configurations_are_secrets():
    jaas = r'org.example.PlainLoginModule required username="till" password="a; \"b";'
    found = secret_values({"LEDGER": "jdbc:postgresql://h/d?user=u&password=hunter2&ssl=true", "BROKER_LOGIN": jaas})
    assert set(found) == {"hunter2", r"a; \"b"}


def test_submission_says_everything_about_checkpoints_itself():
    request = BUNDLE.submission(VARIABLES, "http://127.0.0.1:8081", "0" * 32, "file:///c", "file:///c/x/chk-7")
    found = submission(request)
    assert found["execution.checkpointing.interval"] == "2000 ms"
    assert found["execution.checkpointing.externalized-checkpoint-retention"] == "RETAIN_ON_CANCELLATION"
    assert found["execution.state-recovery.path"] == "file:///c/x/chk-7"
    assert found["execution.state-recovery.ignore-unclaimed-state"] == "false"
    assert (found["rest.address"], found["rest.port"]) == ("127.0.0.1", "8081")
    assert json.loads(found["pipeline.global-job-parameters"]) == BUNDLE.parameters


def test_a_job_cannot_take_over_what_millstream_decides():
    request = Bundle(
        BUNDLE.tables, BUNDLE.job, "j", settings=(("$internal.pipeline.job-id", "f" * 32), ("pipeline.name", "x"))
    ).submission(VARIABLES, "http://h:1", "0" * 32, "file:///c", None)
    found = submission(request)
    assert (found["$internal.pipeline.job-id"], found["pipeline.name"]) == ("0" * 32, "j")
    assert "execution.state-recovery.path" not in found
