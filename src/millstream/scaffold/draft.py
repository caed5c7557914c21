"""What a scaffold is about to write, and the writing itself: all of it or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError, UsageError
from millstream.scaffold import topics_file

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPICS = Path("kafka/topics.yml")
# What a person names must stay a name: never another folder, never a word that needs quotes in one of three dialects.
_FOLDERS = frozenset(map(Path, ("flink_sql/tables", "flink_sql/jobs", "postgres", "clickhouse")))
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class NewFile:
    """A file to be; `path` is relative to the project's folder."""

    path: Path
    text: str


@dataclass(frozen=True)
class NewTopic:
    """An entry of `kafka/topics.yml` to be; what is `None` or empty is left to the file's defaults."""

    name: str
    description: str
    partitions: int | None = None
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """Everything one `millstream new` writes and says.

    Args:
        files: new files.
        topics: new topics.
        notes: what a person should check.
        next_steps: what to do next.
        statement: an `INSERT` to put into a job by hand, empty when the files hold it.
    """

    files: tuple[NewFile, ...]
    topics: tuple[NewTopic, ...] = ()
    notes: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    statement: str = ""


def write(root: Path, draft: Draft) -> tuple[Path, ...]:
    """Write a draft into the project's folder.

    Returns:
        The files written or added to, relative to `root`.

    Raises:
        UsageError: a file would have no plain name.
        ProjectError: a file is there already, or `kafka/topics.yml` cannot take an entry; nothing was written.
    """
    for file in draft.files:
        if file.path.parent not in _FOLDERS or not _NAME.fullmatch(file.path.stem):
            mend = "use lower-case letters, digits and _, beginning with a letter: --name orders_again"
            raise UsageError(f"`{file.path.as_posix()}` is no place for a new file", mend)
    there = [file.path.as_posix() for file in draft.files if (root / file.path).exists()]
    if there:
        mend = "choose another name with --name, or delete what is there"
        raise ProjectError(f"{', '.join(there)}: there already; nothing was written", mend=mend)
    topics = _topics(root, draft)
    made: list[Path] = []
    try:
        for file in draft.files:
            _create(root / file.path, file.text, made)
        if topics is not None:
            _replace(root / TOPICS, topics)
    except BaseException:
        for path in reversed(made):
            path.unlink() if path.is_file() else path.rmdir()
        raise
    return (*(file.path for file in draft.files), *([TOPICS] if draft.topics else ()))


def _topics(root: Path, draft: Draft) -> str | None:
    if not draft.topics:
        return None
    path = root / TOPICS
    text = path.read_text(encoding="utf-8") if path.exists() else "topics:\n"
    for topic in draft.topics:
        text = topics_file.add(text, topic.name, topic.description, topic.partitions, topic.config)
    return text


def _create(path: Path, text: str, made: list[Path]) -> None:
    """Create a file that must not be there, and the folders above it; what was made is noted to be undone."""
    for folder in reversed([p for p in path.parents if not p.exists()]):
        folder.mkdir()
        made.append(folder)
    with path.open("x", encoding="utf-8") as file:
        made.append(path)
        file.write(text)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    half = path.with_name(f".{path.name}.new")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
