"""JMESPath and XPath expressions of HTTP sources: compiled, or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from lxml import etree

Format: TypeAlias = Literal["json", "xml"]
# Gives what an expression finds in a document or record: JSON values, or for XML lists of nodes, texts and numbers.
Expression: TypeAlias = Callable[[Any], Any]


_FUNCTIONS = Functions.FUNCTION_TABLE


class NotAnExpression(Exception):  # noqa: N818 - worded as the finding
    """An expression is malformed; the message says why."""


def compiled(text: str, format_: Format, namespaces: Mapping[str, str]) -> Expression:
    """Compile an expression.

    Args:
        text: JMESPath for JSON (jmespath.org), XPath 1.0 for XML.
        format_: of the answers.
        namespaces: prefixes an XPath may use.

    Raises:
        NotAnExpression: it is malformed, or calls a function that does not exist.
    """
    return _jmespath(text) if format_ == "json" else _xpath(text, namespaces)


def _jmespath(text: str) -> Expression:
    try:
        expression = jmespath.compile(text)
    except JMESPathError as problem:
        raise NotAnExpression(f"not JMESPath: {_first_line(problem)}") from problem
    # Functions are looked up only when they are called, which a first poll may not do.
    if unknown := next((name for name in _calls(expression.parsed) if name not in _FUNCTIONS), None):
        raise NotAnExpression(f"not JMESPath: there is no function {unknown}()")
    return expression.search


def _calls(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        yield from _calls(child)


def _xpath(text: str, namespaces: Mapping[str, str]) -> Expression:
    try:
        found = etree.XPath(text, namespaces=dict(namespaces), regexp=False, smart_strings=False)
        # Prefixes and functions are looked up when it is evaluated.
        found(etree.Element("probe"))
    except (etree.XPathError, ValueError) as problem:
        raise NotAnExpression(f"not XPath: {_first_line(problem)}") from problem
    return found


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0].rstrip(":")
