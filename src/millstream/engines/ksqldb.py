"""ksqlDB as an engine: streams, tables and the queries between them, over its REST API.

Source of requests, entities and error codes: ksqlDB's documentation, "ksqlDB REST API reference".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation
from millstream.sql import KSQL, NotLexical, SqlText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.project.model import KsqlStatement, ResourceId

MEND = "start ksqlDB, or check `ksqldb:` of the target"
# A statement is answered when every server of the cluster has taken it.
TIMEOUT_SECONDS = 60
BAD_STATEMENT = 40001
# By itself a query begins with the records that come after it.
FROM_THE_BEGINNING = {"ksql.streams.auto.offset.reset": "earliest"}


class KsqlDb:
    """Client of one ksqlDB cluster.

    Args:
        url: `http://host:port` of any of its servers; may hold user and password.
        transport: what carries the requests, for tests.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def observe(self, resources: Sequence[KsqlStatement]) -> Mapping[ResourceId, Observation]:
        """Compare each statement with the one that its object was made by; traits are the ids of its queries."""
        if not resources:
            return {}
        inserts = self._inserts() if any(not resource.type for resource in resources) else {}
        return {resource.id: self._look(resource, inserts) for resource in resources}

    def create(self, resource: KsqlStatement) -> None:
        """Run one statement.

        Raises:
            EngineError: ksqlDB refuses it, or could not carry it out.
        """
        properties = {**FROM_THE_BEGINNING, **resource.settings}
        for entity in self._run(resource.statement, properties):
            status = entity.get("commandStatus", {})
            if status.get("status") == "ERROR":
                raise EngineError(f"ksqlDB could not make {resource.id.name}: {_first_line(status.get('message'))}")

    def _look(self, resource: KsqlStatement, inserts: Mapping[tuple[str, ...], str]) -> Observation:
        wanted = _lexemes(resource.statement)
        if not resource.type:
            query = inserts.get(wanted)
            return Observation(exists=True, traits={"queries": query}) if query else ABSENT
        found = self._described(resource.engine_object)
        if found is None:
            return ABSENT
        differs = _lexemes(str(found.get("statement", ""))) != wanted
        return Observation(
            exists=True,
            differences=("was made by another statement",) if differs else (),
            traits={"queries": " ".join(sorted(query["id"] for query in found.get("writeQueries", ())))},
        )

    def _described(self, name: str) -> Mapping[str, Any] | None:
        answer = self._send(f"DESCRIBE `{name}`;", {})
        if answer.is_error and _content(answer).get("error_code") == BAD_STATEMENT:
            return None
        (entity,) = _entities(answer)
        found: Mapping[str, Any] = entity["sourceDescription"]
        return found

    def _inserts(self) -> Mapping[tuple[str, ...], str]:
        """The running queries that insert into a stream: their ids by what they say."""
        listed = [query for entity in self._run("SHOW QUERIES;", {}) for query in entity.get("queries", ())]
        return {
            _lexemes(query["queryString"]): query["id"] for query in listed if query["id"].startswith("INSERTQUERY")
        }

    def _run(self, statement: str, properties: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        return _entities(self._send(statement, properties))

    def _send(self, statement: str, properties: Mapping[str, str]) -> httpx.Response:
        body = {"ksql": statement, "streamsProperties": properties}
        try:
            return self._http.post("/ksql", json=body)
        except httpx.HTTPError as exc:
            # Its address may hold a password.
            where = f"{self._http.base_url.host}:{self._http.base_url.port}"
            raise EngineError(f"ksqlDB at {where} does not answer ({type(exc).__name__})", MEND) from exc


def _entities(answer: httpx.Response) -> Sequence[Mapping[str, Any]]:
    content = _content(answer)
    if answer.is_error or not isinstance(content, list):
        said = content.get("message") if isinstance(content, dict) else ""
        raise EngineError(f"ksqlDB refuses: {_first_line(said) or f'status {answer.status_code}'}")
    return content


def _content(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _first_line(text: object) -> str:
    return str(text or "").strip().partition("\n")[0]


def _lexemes(text: str) -> tuple[str, ...]:
    """What counts of a statement, white space and comments do not."""
    try:
        (statement,) = SqlText.read(Path(), text, {}, KSQL).statements
    except (NotLexical, ValueError):
        return (text,)
    return statement.lexemes
