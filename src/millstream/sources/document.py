"""Bytes → a document → its records, by what the source declares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from lxml import etree

from millstream.project.expressions import compiled
from millstream.sources.model import Unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.project.expressions import Expression
    from millstream.project.http_source import HttpDeclaration


class Reader:
    """Reads the answers of one source."""

    def __init__(self, declared: HttpDeclaration) -> None:
        self._is_json = declared.format == "json"
        self._expression = declared.records
        self._records = compiled(declared.records, declared.format, declared.namespaces)

    def document(self, body: bytes) -> Any:
        """Parse an answer.

        Raises:
            Unmapped: it is not what it should be.
        """
        return _json(body) if self._is_json else _xml(body)

    def records(self, document: Any, body: bytes) -> Sequence[Any]:
        """The records in a document: a list, or one object.

        Raises:
            Unmapped: `records` finds neither, so the API's answers have another shape than declared.
        """
        found = evaluated(self._records, document)
        if self._is_json and isinstance(found, dict):
            return [found]
        if not isinstance(found, list) or not (self._is_json or _are_elements(found)):
            kind = "nothing" if found is None else type(found).__name__
            raise Unmapped("no_records", f"`{self._expression}` finds no list of records but {kind}", body)
        return found


def evaluated(expression: Expression, node: Any) -> Any:
    """What an expression finds; one that does not fit what is there finds nothing."""
    try:
        return expression(node)
    # A function was given a type it does not take: the answer's shape is not the declared one.
    except (ValueError, TypeError, etree.XPathError):
        return None


def raw(record: Any) -> bytes:
    """A record as bytes, for its dead letter."""
    if isinstance(record, etree._Element):  # noqa: SLF001 - the public factory is no type
        return etree.tostring(record, with_tail=False)
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_json)
    except RecursionError:
        raise Unmapped("not_json", "the answer is nested too deeply", body) from None
    except ValueError as problem:
        raise Unmapped("not_json", f"the answer is not JSON: {problem}", body) from None


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _xml(body: bytes) -> Any:
    # Entities can name files and addresses, and a few lines of them can fill the memory.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Unmapped("not_xml", f"the answer is not XML: {problem}", body) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unmapped("not_xml", "the answer declares a document type, which may hold entities", body)
    return root


def _are_elements(found: list[Any]) -> bool:
    return all(isinstance(node, etree._Element) for node in found)  # noqa: SLF001 - the public factory is no type
