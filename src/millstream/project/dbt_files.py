"""dbt's models as their files tell them: the `ref` and `source` calls in their Jinja, those of called macros too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment

from millstream import yamlfile
from millstream.project.dbt_values import DbtModel, DbtRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

NAMESPACE = "MILLSTREAM_NS"
# A schema that no database has: in a rendered query, models stand in it under their names.
MODELS = "dbt model"
NEEDS_DBT = "its SQL uses more of dbt than ref and source; dbt has to compile it"
_ENABLED = re.compile(r"target\.type\s*==\s*['\"](\w+)['\"]")
_JINJA = SandboxedEnvironment(undefined=StrictUndefined, extensions=["jinja2.ext.do"])


@dataclass(frozen=True)
class Calls:
    """What a template calls: models, sources as pairs, and any other name, which may be a macro."""

    refs: frozenset[str] = frozenset()
    sources: frozenset[tuple[str, str]] = frozenset()
    macros: frozenset[str] = frozenset()

    def __or__(self, other: Calls) -> Calls:
        return Calls(self.refs | other.refs, self.sources | other.sources, self.macros | other.macros)


def read(root: Path, folder: str, namespace: str) -> tuple[dict[str, DbtModel], tuple[str, ...]]:
    """Every model by name, and the files whose Jinja cannot be read.

    Args:
        root: the project's folder.
        folder: dbt's project, relative to it.
        namespace: what `env_var('MILLSTREAM_NS')` is.
    """
    macros = _macros(root / folder / "macros")
    sources = _sources(root / folder / "models", namespace)
    adapters = _adapters(root / folder)
    found: dict[str, DbtModel] = {}
    unread: list[str] = []
    for path in sorted((root / folder / "models").rglob("*.sql")):
        name = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            called = _with_macros(calls(_JINJA.parse(text)), macros)
        except (TemplateSyntaxError, UnicodeDecodeError):
            found[path.stem] = DbtModel(path.stem, name, note="its Jinja cannot be read")
            unread.append(name)
            continue
        query = _rendered(text, sources, namespace)
        layer = path.relative_to(root / folder / "models").parts[0]
        note = "" if query else NEEDS_DBT
        reads = tuple(_reads(called, sources))
        found[path.stem] = DbtModel(path.stem, name, reads, query, adapters.get(layer, ""), note)
    return found, tuple(unread)


def calls(tree: nodes.Node) -> Calls:
    """The calls in a template; one of `ref` or `source` whose arguments are not written out tells nothing."""
    refs, sources, others = set(), set(), set()
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name):
            continue
        texts = [a.value for a in call.args if isinstance(a, nodes.Const) and isinstance(a.value, str)]
        if call.node.name == "ref" and texts:
            refs.add(texts[-1])
        elif call.node.name == "source" and len(texts) == 2:  # noqa: PLR2004 - source and table
            sources.add((texts[0], texts[1]))
        else:
            others.add(call.node.name)
    return Calls(frozenset(refs), frozenset(sources), frozenset(others))


def _macros(folder: Path) -> dict[str, Calls]:
    found: dict[str, Calls] = {}
    for path in sorted(folder.rglob("*.sql")):
        try:
            tree = _JINJA.parse(path.read_text(encoding="utf-8"))
        except (TemplateSyntaxError, UnicodeDecodeError):
            # Tags of dbt's own (`test`, `materialization`) hold nothing that a model calls by name.
            continue
        found |= {macro.name: calls(macro) for macro in tree.find_all(nodes.Macro)}
    return found


def _adapters(project: Path) -> dict[str, str]:
    """The engine that `dbt_project.yml` enables each folder of models for, by `+enabled: target.type == '…'`."""
    try:
        content = yamlfile.load((project / "dbt_project.yml").read_text(encoding="utf-8"))
        folders = content["models"][content["name"]]
        written = {str(name): str(settings.get("+enabled", "")) for name, settings in folders.items()}
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return {}  # no such setting: the landings that models read tell their engine
    return {name: found[1] for name, text in written.items() if (found := _ENABLED.search(text))}


def _with_macros(own: Calls, macros: Mapping[str, Calls]) -> Calls:
    done: set[str] = set()
    while fresh := own.macros & macros.keys() - done:
        done |= fresh
        for name in fresh:
            own |= macros[name]
    return own


def _sources(folder: Path, namespace: str) -> dict[tuple[str, str], DbtRead]:
    return {(source, table): read for source, table, read in _declared(folder, namespace)}


def _declared(folder: Path, namespace: str) -> Iterator[tuple[str, str, DbtRead]]:
    for path in sorted(folder.rglob("*.y*ml")):
        for source in _listed(path):
            name = str(source.get("name", ""))
            schema = _text(source.get("schema", name), namespace)
            for table in source.get("tables") or []:
                own = str(table["name"])
                identifier = _text(table.get("identifier", own), namespace)
                yield name, own, DbtRead(f"{name}.{own}", True, schema, identifier)


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        content = yamlfile.load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return []  # dbt refuses the file; its sources stay under the names that models call them by
    return content.get("sources") or [] if isinstance(content, dict) else []


def _text(template: object, namespace: str) -> str:
    try:
        return _JINJA.from_string(str(template)).render(env_var=_env_var(namespace))
    except TemplateError:
        return str(template)


def _env_var(namespace: str) -> Callable[..., str]:
    """What dbt calls `env_var`, with defaults alone: the environment holds secrets, and none has a place in a name."""

    def env_var(name: str, default: str | None = None) -> str:
        if name == NAMESPACE:
            return namespace
        if default is None:
            raise UndefinedError(name)
        return default

    return env_var


def _reads(called: Calls, sources: Mapping[tuple[str, str], DbtRead]) -> Iterator[DbtRead]:
    for name in sorted(called.refs):
        yield DbtRead(name, False, MODELS, name)
    for pair in sorted(called.sources):
        yield _source(pair, sources)


def _source(pair: tuple[str, str], sources: Mapping[tuple[str, str], DbtRead]) -> DbtRead:
    return sources.get(pair) or DbtRead(".".join(pair), True, *pair)


def _rendered(text: str, sources: Mapping[tuple[str, str], DbtRead], namespace: str) -> str:
    """The SQL of a full build, empty when it takes macros or variables of dbt."""

    def ref(*names: str, **_: object) -> str:
        return f'"{MODELS}"."{names[-1]}"'

    def source(*pair: str) -> str:
        found = _source((pair[0], pair[1]), sources)
        return f'"{found.schema}"."{found.table}"'

    known = {"ref": ref, "source": source, "config": lambda **_: "", "is_incremental": lambda: False}
    try:
        return _JINJA.from_string(text).render(**known, env_var=_env_var(namespace))
    except (TemplateError, TypeError, IndexError):
        return ""
