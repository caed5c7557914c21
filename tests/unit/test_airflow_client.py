"""The client of Airflow against one in memory that reads a DAG's file only after a while."""

from __future__ import annotations

import json

import httpx
import pytest

from millstream.engines.airflow import Airflow
from millstream.errors import EngineError


class FakeAirflow:
    """Answers as Airflow's REST API does, as far as the client asks; knows a DAG from the third question on."""

    def __init__(self, reads=("nightly",)):
        self.reads = reads
        self.asked = 0
        self.unpaused = []
        self.pools = {}

    def __call__(self, request):
        body = json.loads(request.content)
        if request.url.path == "/auth/token":
            if body != {"username": "admin", "password": "secret"}:
                return httpx.Response(401, json={"detail": "Invalid credentials"})
            return httpx.Response(201, json={"access_token": "token"})
        if request.headers.get("Authorization") != "Bearer token":
            return httpx.Response(401, json={"detail": "Not authenticated"})
        if request.url.path == "/api/v2/pools":
            (action,) = body["actions"]
            self.pools |= {pool["name"]: pool["slots"] for pool in action["entities"]}
            return httpx.Response(200, json={})
        return self.dag(request.url.path.rpartition("/")[2], body)

    def dag(self, name, body):
        self.asked += 1
        if self.asked < 3 or name not in self.reads:
            return httpx.Response(404, json={"detail": f"Dag with id {name} was not found"})
        assert body == {"is_paused": False}
        self.unpaused.append(name)
        return httpx.Response(200, json={"dag_id": name, "is_paused": False})


def client(fake, password="secret"):
    return Airflow("http://airflow.test", "admin", password, transport=httpx.MockTransport(fake))


def test_dag_is_waited_for_and_unpaused():
    fake = FakeAirflow()
    with client(fake) as airflow:
        airflow.unpause(["nightly"], poll=0)
    assert fake.unpaused == ["nightly"]
    assert fake.asked == 3


def test_dag_that_airflow_cannot_read_is_named_with_where_to_look():
    with client(FakeAirflow(reads=())) as airflow, pytest.raises(EngineError, match="nightly") as caught:
        airflow.unpause(["nightly"], patience=0.01, poll=0)
    assert "list-import-errors" in caught.value.mend


def test_pools_are_made():
    fake = FakeAirflow()
    with client(fake) as airflow:
        airflow.set_pools([{"name": "dbt", "slots": 1}])
    assert fake.pools == {"dbt": 1}


def test_refusal_and_silence_are_engine_errors_without_the_password():
    with pytest.raises(EngineError, match="Invalid credentials") as caught, client(FakeAirflow(), "wrong"):
        pass
    assert "wrong" not in str(caught.value)

    def silent(_):
        raise httpx.ConnectError("refused")

    with pytest.raises(EngineError, match="does not answer"), client(silent):
        pass
