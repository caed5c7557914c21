"""The client of Superset against one in memory that keeps what it is given, as the real one does."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.policy import HTTP

import httpx
import pytest
import yaml
from test_superset_files import asset, assets, project

from millstream.engines.superset import Superset
from millstream.errors import EngineError
from millstream.project.model import Kind, SupersetAsset

URL = "http://admin:p%40ss@superset.test"


@dataclass
class FakeSuperset:
    """Answers as Superset's REST interface does, as far as the client asks."""

    documents: dict = field(default_factory=dict)
    forms: list = field(default_factory=list)
    broken: dict = field(default_factory=dict)

    def __call__(self, request):
        path = request.url.path.removeprefix("/api/v1")
        if path == "/security/login":
            return self.login(json.loads(request.content))
        if request.headers.get("Authorization") != "Bearer token":
            return httpx.Response(401, json={"msg": "Missing Authorization Header"})
        if request.method != "GET" and request.headers.get("X-CSRFToken") != "csrf":
            return httpx.Response(400, json={"errors": [{"message": "The CSRF token is missing."}]})
        return self.answer(path, request)

    def login(self, given):
        if given["password"] != "p@ss":
            return httpx.Response(401, json={"message": "Not authorized"})
        return httpx.Response(200, json={"access_token": "token"})

    def answer(self, path, request):
        known = {
            "/security/csrf_token/": lambda: httpx.Response(200, json={"result": "csrf"}),
            "/assets/export/": lambda: httpx.Response(200, content=self.export()),
            "/assets/import/": lambda: self.take(request),
            "/chart/data": lambda: self.data(json.loads(request.content)),
        }
        if path in known:
            return known[path]()
        kind, number = re.fullmatch(r"/(\w+)/(\d*)", path).groups()
        return self.delete(int(number)) if number else self.page(f"{kind}s", request.url.params["q"])

    def export(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            for document in self.documents.values():
                packed.writestr(f"export/{document['path']}", yaml.safe_dump(document))
        return archive.getvalue()

    def take(self, request):
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + request.content)
        parts = {p.get_param("name", header="content-disposition"): p.get_payload(decode=True) for p in message.walk()}
        self.forms.append(json.loads(parts["passwords"]))
        archive = zipfile.ZipFile(io.BytesIO(parts["bundle"]))
        for name in archive.namelist():
            document = yaml.safe_load(archive.read(name))
            if "uuid" in document:
                if "refuse" in str(document):
                    error = {
                        "message": "Error importing assets",
                        "extra": {name: {"params": ["no"]}, "issue_codes": []},
                    }
                    return httpx.Response(422, json={"errors": [error]})
                self.documents[document["uuid"]] = {**document, "path": name.removeprefix("assets/")}
        return httpx.Response(200, json={"message": "OK"})

    def page(self, folder, question):
        number = int(re.search(r"page:(\d+)", question)[1])
        found = [
            {"id": n, "uuid": uuid}
            for n, (uuid, d) in enumerate(self.documents.items(), 1)
            if d["path"].startswith(folder)
        ]
        return httpx.Response(200, json={"result": found[number * 100 : (number + 1) * 100]})

    def delete(self, number):
        self.documents.pop([*self.documents][number - 1])
        return httpx.Response(200, json={"message": "OK"})

    def data(self, asked):
        for metric in asked["queries"][0]["metrics"] or []:
            if metric in self.broken:
                return self.broken[metric]
        return httpx.Response(200, json={"result": [{"error": None, "data": []}]})


@pytest.fixture
def fake():
    return FakeSuperset()


@pytest.fixture
def client(fake):
    made = Superset(URL, httpx.MockTransport(fake))
    yield made
    made.close()


def declared(tmp_path, **changes):
    return project(tmp_path, **changes).of(SupersetAsset)


def test_what_was_written_is_as_declared(tmp_path, client):
    everything = declared(tmp_path)
    assert not any(seen.exists for seen in client.observe(everything).values())
    client.write(everything, everything)
    assert {(seen.exists, seen.differences) for seen in client.observe(everything).values()} == {(True, ())}


def test_one_asset_alone_is_written_when_the_others_are_there(tmp_path, client, fake):
    everything = declared(tmp_path)
    client.write(everything, everything)
    chart = next(one for one in everything if one.id.kind is Kind.SUPERSET_CHART)
    edited = replace(chart, document={**chart.document, "slice_name": "Other"})
    now = [edited if one is chart else one for one in everything]
    assert client.observe(now)[chart.id].differences == ("slice_name is Revenue, declared is Other",)
    client.write([edited], now)
    assert client.observe(now)[chart.id].differences == ()
    assert fake.forms[1] == {}


def test_password_goes_beside_the_archive(tmp_path, client, fake):
    everything = declared(tmp_path)
    client.write(everything, everything)
    assert fake.forms == [{"databases/warehouse.yaml": "it's secret"}]
    assert "secret" not in str(fake.documents)


def test_deleting_takes_one_and_what_is_gone_is_well(tmp_path, client, fake):
    everything = declared(tmp_path)
    client.write(everything, everything)
    chart = next(one for one in everything if one.id.kind is Kind.SUPERSET_CHART)
    client.delete(chart.id.kind, chart.uuid)
    client.delete(chart.id.kind, chart.uuid)
    assert chart.uuid not in fake.documents
    assert len(fake.documents) == len(everything) - 1


def test_probe_tells_what_the_database_says(tmp_path, client, fake):
    everything = declared(tmp_path)
    client.write(everything, everything)
    charts = [one for one in everything if one.id.kind is Kind.SUPERSET_CHART]
    assert client.probe(charts, everything) == {}
    fake.broken["revenue"] = httpx.Response(400, json={"message": "Error: no\n  such column"})
    assert client.probe(charts, everything) == {charts[0].id: "Error: no such column"}


def test_assets_beyond_the_first_page_are_found(client, fake):
    fake.documents = {f"u{n}": {"uuid": f"u{n}", "path": f"charts/{n}.yaml"} for n in range(250)}
    client.delete(Kind.SUPERSET_CHART, "u249")
    assert "u249" not in fake.documents


def test_refused_import_names_file_and_reason(tmp_path, client):
    loaded = project(tmp_path)
    chart = asset(loaded, Kind.SUPERSET_CHART, "revenue")
    wrong = replace(chart, document={**chart.document, "description": "refuse"})
    with pytest.raises(EngineError) as told:
        client.write([wrong], [*assets(loaded).values()])
    assert "Error importing assets (charts/revenue.yaml: {'params': ['no']})" in told.value.summary.replace(
        "assets/", ""
    )


def test_wrong_login_is_told_without_the_password(fake):
    client = Superset("http://admin:wrongword@superset.test", httpx.MockTransport(fake))
    with pytest.raises(EngineError) as told:
        client.assets({})
    assert told.value.summary == "Superset refuses the login of admin: Not authorized"
    assert "wrongword" not in f"{told.value.summary} {told.value.mend} {client.address}"


def test_superset_that_is_away_is_told(tmp_path):
    def away(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(EngineError, match="does not answer"):
        Superset(URL, httpx.MockTransport(away)).observe(declared(tmp_path))
