"""What the files in `dags/` say by themselves: a DAG's name, dbt's profile it builds, and the assets between DAGs.

Files are parsed and never run. What a file computes is not known: it is left out, and noted.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "dags"
_GROUPS = {"DbtTaskGroup", "DbtDag"}


@dataclass(frozen=True)
class Build:
    """A group of Cosmos: the dbt profile it runs, and the models it selects by name; none for all of them."""

    profile: str
    select: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dag:
    """A DAG.

    Args:
        name: its id.
        path: its file, relative to the project's folder.
        builds: what it builds with dbt.
        gives: assets that its tasks announce, as the file writes them, constants filled in.
        awaits: assets that its schedule waits for, in the same form.
        unread: what could not be read from the file alone.
    """

    name: str
    path: str
    builds: tuple[Build, ...] = ()
    gives: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read(root: Path) -> tuple[Dag, ...]:
    """Every DAG that a file in `dags/` declares in a `with DAG("name", …)` or as a call with a written name."""
    functions = dict(_functions(root / FOLDER))
    return tuple(dag for path in sorted((root / FOLDER).glob("*.py")) for dag in _dags(path, root, functions))


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return None  # Airflow itself shows what is wrong with the file


def _functions(folder: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions in `dags/include/` that make a group of Cosmos, as `module.function`."""
    for path in sorted((folder / "include").glob("*.py")):
        tree = _parsed(path)
        for node in tree.body if tree else ():
            if isinstance(node, ast.FunctionDef) and any(_name(call) in _GROUPS for call in _calls(node)):
                yield f"{path.stem}.{node.name}", node


def _dags(path: Path, root: Path, functions: Mapping[str, ast.FunctionDef]) -> Iterator[Dag]:
    tree = _parsed(path)
    if tree is None:
        return
    constants = _constants(tree)
    declared = [(call, _text(call.args[0], constants)) for call in _calls(tree) if _name(call) == "DAG" and call.args]
    names = [(call, name) for call, name in declared if name]
    relative = path.relative_to(root).as_posix()
    if len(names) > 1:
        # Which task belongs to which DAG would take running the file.
        several = ("it declares several DAGs; their tasks were left out",)
        yield from (Dag(name, relative, unread=several) for _, name in names)
    elif names:
        call, name = names[0]
        builds, unread = _builds(tree, constants, functions)
        outlets = [value for inner in _calls(tree) for value in _keyword(inner, "outlets")]
        gives, computed = _assets(outlets, constants)
        awaits, _ = _assets(_keyword(call, "schedule"), constants)
        yield Dag(name, relative, builds, gives, awaits, (*unread, *computed))


def _builds(
    tree: ast.AST, constants: Mapping[str, str], functions: Mapping[str, ast.FunctionDef]
) -> tuple[tuple[Build, ...], tuple[str, ...]]:
    found: list[Build] = []
    unread: list[str] = []
    for call in _calls(tree):
        made = functions.get(ast.unparse(call.func))
        if made is not None:
            given = _arguments(made, call, constants)
            groups = [(inner, given) for inner in _calls(made) if _name(inner) in _GROUPS]
        else:
            groups = [(call, dict(constants))] if _name(call) in _GROUPS else []
        for group, known in groups:
            build = _build(group, known)
            if build:
                found.append(build)
            else:
                unread.append("profile or selection of a group of dbt tasks is computed")
    return tuple(dict.fromkeys(found)), tuple(unread)


def _build(group: ast.Call, known: Mapping[str, str]) -> Build | None:
    """A group's profile and selection; nothing when one of them is not written out."""
    profile, selected = "", list[str]()
    for call in _calls(group):
        if _name(call) == "ProfileConfig":
            profile = next((_text(value, known) or "" for value in _keyword(call, "profile_name")), "")
        if _name(call) == "RenderConfig":
            if list(_keyword(call, "exclude")) or list(_keyword(call, "selector")):
                return None
            for value in _keyword(call, "select"):
                texts = [_text(item, known) for item in value.elts] if isinstance(value, ast.List) else [None]
                if not all(text and text.isidentifier() for text in texts):
                    return None
                selected += [text for text in texts if text]
    return Build(profile, tuple(selected)) if profile else None


def _arguments(function: ast.FunctionDef, call: ast.Call, constants: Mapping[str, str]) -> dict[str, str]:
    names = [argument.arg for argument in function.args.args]
    given = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords if k.arg)]
    return {name: text for name, value in given if (text := _text(value, constants)) is not None}


def _assets(values: Iterator[ast.expr] | list[ast.expr], constants: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Assets of lists, and what in them is computed."""
    found: list[str] = []
    computed: list[str] = []
    for value in values:
        for item in value.elts if isinstance(value, ast.List) else ():
            known = isinstance(item, ast.Call) and all(_text(a, constants) is not None for a in item.args)
            if known and isinstance(item, ast.Call):
                found.append(f"{ast.unparse(item.func)}({', '.join(_text(a, constants) or '' for a in item.args)})")
            else:
                computed.append("some of the assets it announces are computed")
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(computed))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _keyword(call: ast.Call, name: str) -> Iterator[ast.expr]:
    return (keyword.value for keyword in call.keywords if keyword.arg == name)


def _constants(tree: ast.Module) -> dict[str, str]:
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    pairs = [(t, node.value.value) for node in assigned for t in node.targets if isinstance(node.value, ast.Constant)]
    return {t.id: value for t, value in pairs if isinstance(t, ast.Name) and isinstance(value, str)}


def _text(value: ast.expr, constants: Mapping[str, str]) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return constants.get(value.id) if isinstance(value, ast.Name) else None
