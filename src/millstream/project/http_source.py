"""What an HTTP source is told: the content of a file in `kafka/sources/`, and of what was applied of it.

Addresses, parameters, headers and bodies keep their `${VAR}` references; only the process that polls resolves them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from millstream.project.quantities import Seconds, Size  # noqa: TC001 - pydantic reads them at run time
from millstream.project.variables import references
from millstream.yamlfile import Strict

MEBIBYTE = 2**20
# What a source may keep in memory while it reads one answer.
LARGEST_ANSWER = 32 * MEBIBYTE

Text = Annotated[str, StringConstraints(min_length=1)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FieldType = Literal["any", "text", "integer", "number", "boolean", "time", "unix_seconds", "unix_millis"]
TIMES = ("time", "unix_seconds", "unix_millis")


def _texts(value: object) -> object:
    """YAML reads `1`, `true` and lists; an address has texts only. A list is joined by commas, as APIs want it."""
    if isinstance(value, list):
        return ",".join(str(_texts(item)) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Parameter = Annotated[str, BeforeValidator(_texts)]


class FieldRule(Strict):
    """Where one output field comes from; a bare text in YAML is its path.

    Args:
        path: JMESPath (JSON) or XPath (XML), on the record.
        position: the record's place in the answer's list, counted from 1, instead of a path.
        type: what it is made: `any` keeps a JSON value as it is; the three kinds of time give
            `YYYY-MM-DDTHH:MM:SS.mmmZ`.
        optional: whether it may be missing or null; it is written as null then.
        values: what stands for each value of the API; any other value is a mistake.
        zone: IANA name of the zone of times that have none, by default UTC.
    """

    path: Text | None = None
    position: Literal[True] | None = None
    type: FieldType = "any"
    optional: bool = False
    values: dict[Parameter, str | int | float | bool] | None = None
    zone: str = "UTC"

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is None) == (self.position is None):
            raise ValueError("give `path` or `position: true`, one of the two")
        return self


class Retry(Strict):
    """How an answer that failed is asked for again: exponential back-off from `first` to `longest`, with jitter."""

    attempts: int = Field(default=4, ge=1, le=20)
    first: Seconds = 1.0
    longest: Seconds = 30.0


class RateLimit(Strict):
    """At most so many requests in each stretch of so many seconds, retries and pages included."""

    requests: int = Field(ge=1)
    per: Seconds


class PageNumber(Strict):
    """A parameter that counts pages, until a page without records."""

    param: Text
    first: int = 1


class Pagination(Strict):
    """How the next page is found: one of three ways.

    Args:
        next: JMESPath or XPath to the next page's address in the answer.
        link: follow `Link: <…>; rel="next"` (RFC 8288).
        page: count a parameter up.
        most: pages of one poll; what comes behind them is a failure that is shown, not silence.
    """

    next: Text | None = None
    link: Literal[True] | None = None
    page: PageNumber | None = None
    most: int = Field(default=100, ge=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if len([way for way in (self.next, self.link, self.page) if way is not None]) != 1:
            raise ValueError("give one of `next`, `link: true` and `page`")
        return self


class HttpDeclaration(Strict):
    """The whole of one source.

    Args:
        topic: name of the topic it fills, without the namespace.
        timeout: seconds for one whole answer, from the first byte sent to the last received.
        records: JMESPath to the list of records, or XPath to their nodes; one object counts as a list of one.
        key: the output field that is the record's key.
        record_time: the output field, of a time type, that is the record's time; else it is the time of the poll.
        conditional: whether an unchanged answer is asked for with ETag and Last-Modified; not with pagination.
        largest_answer: bytes after decompression.
    """

    description: str = ""
    topic: Text
    url: Text
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Parameter] = Field(default_factory=dict)
    headers: dict[str, Text] = Field(default_factory=dict)
    body: str | None = None
    interval: Seconds
    timeout: Seconds = 30.0
    largest_answer: Size = LARGEST_ANSWER
    format: Literal["json", "xml"] = "json"
    namespaces: dict[str, Text] = Field(default_factory=dict)
    records: Text
    fields: dict[FieldName, FieldRule] = Field(min_length=1)
    key: Text
    record_time: Text | None = None
    pagination: Pagination | None = None
    rate_limit: RateLimit | None = None
    retry: Retry = Retry()
    conditional: bool | None = None

    @property
    def asks_conditionally(self) -> bool:
        """Whether it sends what it knows of the last answer: by default wherever that is safe."""
        return self.pagination is None and self.method == "GET" and self.conditional is not False

    def requested(self) -> dict[str, str]:
        """Everything of its requests that may hold variables, by where it stands."""
        parts = {"url": self.url} | ({"body": self.body} if self.body else {})
        parts |= {f"params.{name}": value for name, value in self.params.items()}
        return parts | {f"headers.{name}": value for name, value in self.headers.items()}

    def variables(self) -> frozenset[str]:
        """Names of the variables its requests use."""
        return frozenset(name for text in self.requested().values() for name in references(text))
