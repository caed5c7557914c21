"""ksqlDB's client: what it asks of the REST API, and what it makes of the documented answers.

No server of ksqlDB runs here; the answers are those of its "REST API reference".
"""

from __future__ import annotations

import json

import httpx
import pytest
from projects import load, make

from millstream.engines.ksqldb import KsqlDb
from millstream.errors import EngineError
from millstream.project.model import KsqlStatement

SOURCE = """-- Orders
CREATE STREAM ${NS:-}orders (id STRING KEY) WITH (KAFKA_TOPIC = '${NS:-}orders', VALUE_FORMAT = 'JSON');
"""
QUERY = """-- Big orders
SET 'processing.guarantee' = 'exactly_once_v2';
CREATE TABLE ${NS:-}big AS SELECT id, COUNT(*) AS n FROM ${NS:-}orders GROUP BY id EMIT CHANGES;
"""
INSERT = "-- More orders\nINSERT INTO ${NS:-}orders SELECT id FROM ${NS:-}others;\n"
OTHERS = SOURCE.replace("Orders", "Others").replace("orders", "others")
REFUSED = {
    "@type": "statement_error",
    "error_code": 40001,
    "message": "line 1:8: no viable alternative",
    "entities": [],
}
ABSENT = REFUSED | {"message": "Could not find STREAM/TABLE 'BIG' in the Metastore"}


class Server:
    """Objects by name with the statements that made them, and the queries that insert."""

    def __init__(self, objects=(), inserts=(), refuses=()):
        self.objects, self.inserts, self.refuses = dict(objects), dict(inserts), refuses
        self.asked = []

    def __call__(self, request):
        body = json.loads(request.content)
        self.asked.append(body)
        text = body["ksql"]
        if text == "SHOW QUERIES;":
            queries = [{"id": name, "queryString": said} for name, said in self.inserts.items()]
            return httpx.Response(200, json=[{"@type": "queries", "queries": queries}])
        if text.startswith("DESCRIBE"):
            return self._describe(text.split("`")[1])
        if self.refuses:
            return httpx.Response(400, json=self.refuses)
        return httpx.Response(200, json=[{"@type": "currentStatus", "commandStatus": {"status": "SUCCESS"}}])

    def _describe(self, name):
        if name not in self.objects:
            return httpx.Response(400, json=ABSENT)
        made = {"name": name, "statement": self.objects[name], "writeQueries": [{"id": f"CTAS_{name}_5"}]}
        return httpx.Response(200, json=[{"@type": "sourceDescription", "sourceDescription": made}])

    @property
    def client(self):
        return KsqlDb("http://user:pass@ksql:8088", httpx.MockTransport(self))


@pytest.fixture
def statements(tmp_path):
    files = {
        "ksql/sources/orders.sql": SOURCE, "ksql/sources/others.sql": OTHERS, "ksql/queries/big.sql": QUERY,
        "ksql/queries/more_orders.sql": INSERT,
    }  # fmt: skip
    found = load(make(tmp_path, files)).of(KsqlStatement)
    return {statement.id.name: statement for statement in found}


def test_what_nobody_made_is_absent(statements):
    found = Server().client.observe(list(statements.values()))
    assert [seen.exists for seen in found.values()] == [False] * 4


def test_object_is_compared_by_the_statement_that_made_it(statements):
    made = "create table BIG as\n select id, COUNT(*) as n from orders group by id emit changes"
    same = statements["big"].statement.replace("\n", "  ")
    for text, differences in ((same, ()), (made.replace("id,", "id, 1 AS one,"), ("was made by another statement",))):
        seen = Server({"BIG": text}).client.observe([statements["big"]])[statements["big"].id]
        assert (seen.exists, seen.differences, seen.traits) == (True, differences, {"queries": "CTAS_BIG_5"})


def test_insert_is_known_by_what_it_says(statements):
    insert = statements["more_orders"]
    assert (
        not Server(inserts={"INSERTQUERY_3": "INSERT INTO orders SELECT other FROM others;"})
        .client.observe([insert])[insert.id]
        .exists
    )
    assert Server(inserts={"INSERTQUERY_3": insert.statement}).client.observe([insert])[insert.id].exists


def test_query_begins_with_the_oldest_record_and_with_the_settings_of_its_file(statements):
    server = Server()
    server.client.create(statements["big"])
    (asked,) = server.asked
    assert asked["ksql"].startswith("CREATE TABLE big AS SELECT")
    assert asked["streamsProperties"] == {
        "ksql.streams.auto.offset.reset": "earliest",
        "processing.guarantee": "exactly_once_v2",
    }


def test_refusal_is_told_in_the_words_of_ksqldb(statements):
    with pytest.raises(EngineError, match="ksqlDB refuses: line 1:8: no viable alternative"):
        Server(refuses=REFUSED).client.create(statements["orders"])


def test_server_that_is_away_is_told_without_its_password(statements):
    def away(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(EngineError, match="ksqlDB at ksql:8088 does not answer") as caught:
        KsqlDb("http://user:pass@ksql:8088", httpx.MockTransport(away)).observe([statements["orders"]])
    assert "pass" not in str(caught.value)
