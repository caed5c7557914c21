"""Read a GeoJSON FeatureCollection (RFC 7946), and say of each feature what it holds or why it is unfit.

A feature is a record. JSON that is broken somewhere is no JSON at all, so such a file is set aside whole, with the
place where it breaks.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from include.sheets.layout import Unfit
from include.sheets.reading import KEPT_OF_A_LINE, OTHER_ENCODINGS, Record, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from include.sheets.layout import Column, Layout

# It is held in memory, unlike a CSV file.
LARGEST_FILE_MB = 64
BETWEEN = re.compile(r"[\s,:]*")


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """Every feature of a file; a file that is unfit as a whole gives one record that stands for all.

    Columns `id` and `geometry` are the feature's own, the others its properties of the same name.
    """
    try:
        text = _text(path)
        features = _features_of(text)
    except Unfit as unfit:
        yield Record(1, reason=str(unfit), raw="", stands_for=1 if path.stat().st_size else 0)
        return
    for line, feature in zip(_lines(text), features, strict=True):
        yield _judged(line, feature, layout)


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE_MB * 1024**2:
        raise Unfit(f"the file is larger than {LARGEST_FILE_MB} MiB")
    content = path.read_bytes()
    if not content:
        raise Unfit("the file is empty")
    for mark, encoding in OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise Unfit(f"the file is {encoding}, not UTF-8")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise Unfit(f"byte {exc.start + 1} of the file is not UTF-8") from exc


def _features_of(text: str) -> Sequence[Any]:
    try:
        found = DECODER.decode(text)
    except json.JSONDecodeError as exc:
        raise Unfit(f"the file is no JSON: {exc.msg} in line {exc.lineno}, column {exc.colno}") from exc
    except (ValueError, RecursionError) as exc:
        raise Unfit(f"the file is no JSON that can be trusted: {exc}") from exc
    is_collection = isinstance(found, dict) and found.get("type") == "FeatureCollection"
    if not is_collection or not isinstance(found.get("features"), list):
        raise Unfit("the file is no FeatureCollection")
    features: list[Any] = found["features"]
    return features


def _lines(text: str) -> Iterator[int]:
    """The line that each feature begins on, or the next number where one line holds several: no two share a number.

    `text` is known to be a collection of features.
    """
    line, counted, number = 1, 0, 0
    at = _start_of_features(text)
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        number = max(line, number + 1)
        yield number
        at = _behind(text, at)


def _start_of_features(text: str) -> int:
    at = _skip(text, text.index("{") + 1)
    while True:
        name, at = DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if name == "features":
            return _skip(text, at + 1)
        at = _behind(text, at)


def _behind(text: str, at: int) -> int:
    """Where the value behind the one that begins here begins."""
    _, end = DECODER.raw_decode(text, at)
    return _skip(text, end)


def _skip(text: str, at: int) -> int:
    found = BETWEEN.match(text, at)
    return found.end() if found else at


def _judged(line: int, feature: Any, layout: Layout) -> Record:
    try:
        return Record(line, _values(feature, layout.columns))
    except Unfit as unfit:
        return Record(line, reason=str(unfit), raw=_kept(feature))


def _values(feature: Any, columns: Sequence[Column]) -> tuple[object, ...]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Unfit("it is no Feature")
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        raise Unfit("it has no properties")
    own = {name: feature.get(name) for name in ("id", "geometry")}
    return tuple(value(_field({**properties, **own}, column), column) for column in columns)


def _field(values: Mapping[str, Any], column: Column) -> str:
    found = values.get(column.name)
    if found is None:
        return ""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise Unfit(f"{column.name} holds half a character") from exc
    return text


def _kept(feature: Any) -> str:
    """As much of a feature as a person needs to find it; PostgreSQL keeps no zero bytes."""
    text = json.dumps(feature, ensure_ascii=False)[:KEPT_OF_A_LINE].replace("\0", "\\x00")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are unique: which of two counts, every reader decides otherwise (RFC 8259, 4)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a name stands twice among {', '.join(sorted(found))}")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
