"""The files of a project's SQL folders: found, decoded, and refused when they are not what they seem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.sql.substitution import position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class File:
    """A text file of the project; `path` is relative to the project's folder, line ends are line feeds."""

    path: Path
    text: str


def sql_files(root: Path, folder: str, *, without: str | None = None) -> Iterator[File | Diagnostic]:
    """Yield the `.sql` files below a folder in the order of their paths, or what is wrong with one.

    Args:
        root: the project's folder.
        folder: relative to it.
        without: a subfolder to leave out.
    """
    left_out = root / without if without else None
    for path in sorted((root / folder).rglob("*.sql")):
        if left_out is None or left_out not in path.parents:
            yield read(root, path.relative_to(root))


def yaml_files(root: Path, folder: str) -> Iterator[File | Diagnostic]:
    """Yield the `.yml` and `.yaml` files right in a folder in the order of their names, or what is wrong with one."""
    for path in sorted((root / folder).glob("*.y*ml")):
        yield read(root, path.relative_to(root))


def nested_yaml_files(root: Path, folder: str) -> Iterator[File | Diagnostic]:
    """Yield the `.yml` and `.yaml` files anywhere below a folder, as `yaml_files` does."""
    for path in sorted((root / folder).rglob("*.y*ml")):
        yield read(root, path.relative_to(root))


def read(root: Path, path: Path) -> File | Diagnostic:
    """Read one file: UTF-8, with or without byte order mark, with either kind of line ends."""
    where = SourceRange(path)
    full = root / path
    try:
        if not full.resolve().is_relative_to(root.resolve()):
            return error("PRJ002", "the file is a link that leads out of the project", where, "copy the file here")
        text = full.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = full.read_bytes()[: problem.start].count(b"\n") + 1
        return error("PRJ001", "the file is not UTF-8 text", SourceRange(path, line), "save it as UTF-8")
    except OSError as problem:
        summary = f"the file cannot be read: {problem.strerror or problem}"
        return error("PRJ001", summary, where, "make it a readable file")
    except RuntimeError:
        # What Python 3.11 and 3.12 say of it.
        return error("PRJ002", "the file is a link that leads to itself", where, "put the file in its place")
    if "\0" in text:
        place = SourceRange(path, *position(text, text.index("\0")))
        return error("PRJ001", "a NUL character stands here: no engine takes one", place, "remove it")
    return File(path, text.replace("\r\n", "\n").replace("\r", "\n"))
