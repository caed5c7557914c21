"""`kafka/sources/*.yml`: HTTP APIs that are polled into topics, one a file; the file's name is the source's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from millstream.project.expressions import NotAnExpression, compiled
from millstream.project.http_source import TIMES, HttpDeclaration
from millstream.project.model import HttpSource, Kind, ResourceId
from millstream.project.variables import malformed, references
from millstream.suggestions import did_you_mean
from millstream.yamlfile import YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.yamlfile import Key

    Finding = tuple[tuple[Key, ...], str, str | None]

CODE = "SRC001"
FOLDER = "kafka/sources"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2


def read_source(file: File, reading: Reading) -> None:
    """Read one file of `kafka/sources/`."""
    yaml = YamlFile(file.path, file.text, CODE)
    declaration, diagnostics = yaml.read(HttpDeclaration)
    reading.diagnostics += diagnostics
    if declaration is None:
        return
    for keys, summary, mend in _findings(file.path.stem, declaration):
        reading.error(CODE, summary, yaml.where(*keys), mend)
    for keys, name in _unset(declaration, reading):
        mend = f"export {name}, or write ${{{name}:-default}}"
        reading.error("SRC002", f"variable `{name}` is not set", yaml.where(*keys), mend)
    identity = ResourceId(Kind.HTTP_SOURCE, file.path.stem, reading.namespace)
    reading.resources.append(HttpSource(identity, file.path, declaration, yaml, where=yaml.where("url")))


def _findings(name: str, declared: HttpDeclaration) -> Iterator[Finding]:
    if not _NAME.fullmatch(name):
        yield (), f"`{name}` is no name for a source", "name the file with letters, digits and underscores"
    yield from _requests(declared)
    yield from _expressions(declared)
    yield from _names(declared)
    if declared.conditional and not declared.asks_conditionally:
        mend = "leave it out: that one page is unchanged says nothing of the others"
        yield ("conditional",), "`conditional` does not go with pagination or POST", mend
    if declared.body is not None and declared.method == "GET":
        yield ("body",), "a GET request has no body", "write `method: POST`, or use `params`"


def _requests(declared: HttpDeclaration) -> Iterator[Finding]:
    if not re.match(r"https?://|\$\{", declared.url):
        yield ("url",), "the address must begin with http:// or https://", None
    for part, text in declared.requested().items():
        if wrong := malformed(text):
            yield tuple(part.split(".", 1)), f"`{wrong}` is not a variable", "write ${NAME} or ${NAME:-default}"
    for header, value in declared.headers.items():
        if not _HEADER.fullmatch(header) or any(c in value for c in "\r\n\0"):
            yield ("headers", header), f"`{header}` is no HTTP header", "names have no spaces, values are one line"


def _expressions(declared: HttpDeclaration) -> Iterator[Finding]:
    texts: list[tuple[tuple[Key, ...], str]] = [(("records",), declared.records)]
    texts += [(("fields", name), rule.path) for name, rule in declared.fields.items() if rule.path]
    if declared.pagination and declared.pagination.next:
        texts.append((("pagination", "next"), declared.pagination.next))
    for keys, text in texts:
        try:
            compiled(text, declared.format, declared.namespaces)
        except NotAnExpression as problem:
            yield keys, f"`{text}` is {problem}", None


def _names(declared: HttpDeclaration) -> Iterator[Finding]:
    for key, name in (("key", declared.key), ("record_time", declared.record_time)):
        rule = declared.fields.get(name) if name else None
        if name and rule is None:
            known = "fields: " + ", ".join(declared.fields)
            yield (key,), f"`{name}` is not one of the fields", did_you_mean(name, declared.fields, known)
        elif rule and rule.optional:
            yield (key,), f"`{name}` is optional, so a record could be without its {key.replace('_', ' ')}", None
        elif rule and key == "record_time" and rule.type not in TIMES:
            yield (key,), f"`{name}` is no time", f"give it a `type:` {', '.join(TIMES)}"
    for name, rule in declared.fields.items():
        if not _is_zone(rule.zone):
            yield ("fields", name), f"`{rule.zone}` is no time zone", "write an IANA name, such as Europe/Berlin"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def _unset(declared: HttpDeclaration, reading: Reading) -> Iterator[tuple[tuple[Key, ...], str]]:
    for part, text in declared.requested().items():
        for name, default in references(text).items():
            if default is None and name not in reading.variables:
                yield tuple(part.split(".", 1)), name
