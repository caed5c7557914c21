"""JSON read strictly by RFC 8259, for what DuckDB's reader lets pass or loses.

DuckDB takes `NaN`, keeps the first of duplicate keys where the engines keep the last, and turns number literals
into doubles. So the text is parsed here, and handed to SQL with every scalar as a string that names its own type.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn


def tagged_document(value: bytes | None) -> str | None:
    """The JSON object in `value` with scalars tagged, or None when it is not one well-formed object.

    `{"a": 1.0, "b": "x", "c": true, "d": null}` becomes
    `{"a": "number:1.0", "b": "string:x", "c": "boolean:true", "d": null}`: literals are kept as written.
    """
    if value is None:
        return None
    try:
        document = json.loads(
            value.decode("utf-8"), parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse_constant
        )
    except ValueError:
        return None
    return json.dumps(_tag(document)) if isinstance(document, dict) else None


class _Literal(str):
    """A number as it was written."""

    __slots__ = ()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _tag(value: Any) -> Any:
    match value:
        case dict():
            return {_encodable(name): _tag(member) for name, member in value.items()}
        case list():
            return [_tag(member) for member in value]
        case bool():
            return f"boolean:{str(value).lower()}"
        case _Literal():
            return f"number:{value}"
        case str():
            return f"string:{_encodable(value)}"
        case _:
            return None


def _encodable(text: str) -> str:
    # A lone surrogate escape is well-formed JSON but no character: UTF-8 encoders write a question mark for it.
    return text.encode("utf-8", "replace").decode("utf-8")
