"""Which resources a command is about, in dbt's words (dbt docs, "Node selection syntax").

`name`, `job.name`, `path:flink_sql/jobs`, `resource_type:job` and `state:modified` (what the plan would change) name
resources; `*` stands for anything. `+name` takes what it needs along, `name+` what needs it, `1+name` and `name+2` so
many steps. Several selectors are a union, a comma between them is an intersection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.project.model import Kind
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from millstream.graph import Graph
    from millstream.project.model import Project, ResourceId

_FORM = re.compile(r"(?P<above>\d*\+)?(?:(?P<method>[a-z_]+):)?(?P<value>[^+]+)(?P<below>\+\d*)?")
_KINDS = tuple(str(kind) for kind in Kind)
_STATES = ("modified",)


@dataclass(frozen=True)
class Selector:
    """One condition.

    Args:
        written: as its author wrote it.
        method: `name`, `path`, `resource_type` or `state`.
        value: what that is compared with; may hold `*`.
        above: how many steps upstream come along; `None` for all of them.
        below: the same downstream.
    """

    written: str
    method: str
    value: str
    above: int | None = 0
    below: int | None = 0

    @classmethod
    def parse(cls, written: str) -> Selector:
        """Read `[N+][method:]value[+N]`.

        Raises:
            UsageError: there is no such method, type or state.
        """
        form = _FORM.fullmatch(written)
        if form is None:
            raise UsageError(f"`{written}` selects nothing", mend="write a resource's name, as in +name or name+")
        selector = cls(
            written,
            form["method"] or "name",
            form["value"].rstrip("/"),
            _steps(form["above"]),
            _steps(form["below"]),
        )
        selector._check()
        return selector

    def _check(self) -> None:
        legal = {"name": (), "path": (), "resource_type": _KINDS, "state": _STATES}
        values = legal.get(self.method)
        if values is None:
            otherwise = f"there are {', '.join(f'{method}:' for method in legal if method != 'name')} and plain names"
            raise _unknown(self.written, f"`{self.method}:` is no method", self.method, legal, otherwise)
        if values and not any(fnmatchcase(value, self.value) for value in values):
            what = f"there is no {self.method.replace('_', ' ')} `{self.value}`"
            raise _unknown(self.written, what, self.value, values, f"there are {', '.join(values)}")


def _steps(written: str | None) -> int | None:
    if not written:
        return 0
    return int(digits) if (digits := written.strip("+")) else None


def _unknown(written: str, what: str, name: str, legal: Iterable[str], otherwise: str) -> UsageError:
    return UsageError(f"`{written}` selects nothing: {what}", mend=did_you_mean(name, legal, otherwise))


Terms = tuple[tuple[Selector, ...], ...]


@dataclass(frozen=True)
class Selection:
    """What was asked for: a union of intersections, less another one. Nothing asked for means everything."""

    selected: Terms = ()
    excluded: Terms = ()

    @classmethod
    def parse(cls, select: Iterable[str] = (), exclude: Iterable[str] = ()) -> Selection:
        """Read the values of `--select` and `--exclude`; blanks part selectors as well.

        Raises:
            UsageError: one of them can mean nothing in any project.
        """
        return cls(_terms(select), _terms(exclude))

    @property
    def is_everything(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.selected or self.excluded)

    def resolve(
        self, project: Project, graph: Graph, modified: frozenset[ResourceId] = frozenset()
    ) -> frozenset[ResourceId]:
        """The resources that are meant.

        Args:
            project: what is declared.
            graph: its edges.
            modified: what the plan would change; may hold resources that are declared no longer.

        Raises:
            UsageError: nothing has a name or path that was asked for.
        """
        paths = {resource.id: resource.path.as_posix() for resource in project.resources}
        field = _Field(paths, graph, modified)
        chosen = field.union(self.selected) if self.selected else field.everything
        return chosen - field.union(self.excluded)


EVERYTHING = Selection()


def _terms(values: Iterable[str]) -> Terms:
    words = [word for value in values for word in value.split()]
    return tuple(tuple(Selector.parse(part) for part in word.split(",")) for word in words)


@dataclass(frozen=True)
class _Field:
    """What selectors choose from."""

    paths: Mapping[ResourceId, str]
    graph: Graph
    modified: frozenset[ResourceId]

    @property
    def everything(self) -> frozenset[ResourceId]:
        return frozenset(self.paths) | self.modified

    def union(self, terms: Terms) -> frozenset[ResourceId]:
        return frozenset().union(*(self._all_of(term) for term in terms))

    def _all_of(self, term: tuple[Selector, ...]) -> frozenset[ResourceId]:
        return frozenset.intersection(*(self._one(selector) for selector in term))

    def _one(self, selector: Selector) -> frozenset[ResourceId]:
        found = self._named(selector)
        return found | self.graph.above(found, selector.above) | self.graph.below(found, selector.below)

    def _named(self, selector: Selector) -> frozenset[ResourceId]:
        if selector.method == "state":
            return self.modified
        if selector.method == "resource_type":
            return frozenset(r for r in self.everything if fnmatchcase(r.kind, selector.value))
        if selector.method == "path":
            found = {r for r, path in self.paths.items() if _lies_in(path, selector.value)}
        else:
            found = {r for r in self.everything if any(fnmatchcase(name, selector.value) for name in names(r))}
        if not found:
            raise self._missing(selector)
        return frozenset(found)

    def _missing(self, selector: Selector) -> UsageError:
        if selector.method == "path":
            legal = {part for path in self.paths.values() for part in _parents(path)}
            return _unknown(
                selector.written,
                f"nothing is declared in `{selector.value}`",
                selector.value,
                legal,
                "paths are those of the files, from the project's folder on",
            )
        legal = {name for resource in self.everything for name in names(resource)}
        return _unknown(
            selector.written, "nothing has that name", selector.value, legal, "names are those of the files"
        )


def names(resource: ResourceId) -> tuple[str, ...]:
    """What a resource may be called: its own name, that without its schema, and both with its kind in front."""
    own = (resource.name, resource.name.rpartition(".")[2], resource.engine_name)
    return tuple(dict.fromkeys((*own, *(f"{resource.kind}.{name}" for name in own))))


def _lies_in(path: str, wanted: str) -> bool:
    wanted = wanted.removeprefix("./")
    return any(fnmatchcase(part, wanted) for part in _parents(path))


def _parents(path: str) -> tuple[str, ...]:
    """A file and the folders around it."""
    parts = path.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts) + 1))
