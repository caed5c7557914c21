"""Imports point down, in the order of the layers below, and the network stays where it belongs."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"

# From top to bottom. What stands in one line does not import each other.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("apply", "testing", "local", "ksqldb", "sources", "generate", "scaffold", "rehearse"),
    ("plan", "engines", "flinkplan"),
    ("rules", "selection", "lineage"),
    ("graph", "observation", "compiled"),
    ("project",),
    ("sql",),
    ("config",),
    ("yamlfile",),
    ("errors", "suggestions", "timestamps"),
    ("diagnostics", "__init__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
NETWORK = (
    "asyncio", "clickhouse_connect", "confluent_kafka", "http", "httpx", "psycopg", "psycopg_pool", "requests",
    "socket", "socketserver", "ssl", "starlette", "urllib.request", "uvicorn",
)  # fmt: skip
NETWORKED = {"engines", "local", "ksqldb", "sources", "generate"}


def modules(source=SOURCE):
    return sorted((source / "millstream").rglob("*.py"))


def name_of(file, source=SOURCE):
    parts = file.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(file, source=SOURCE):
    return file.relative_to(source / "millstream").parts[0].removesuffix(".py")


@cache
def tree(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def is_guard(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@cache
def imports(file, *, typing=True):
    """Every module a file imports, also inside functions; without `typing`, not those that only a type checker sees."""
    skipped = set() if typing else {id(n) for guard in ast.walk(tree(file)) if is_guard(guard) for n in ast.walk(guard)}
    found = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import) and id(node) not in skipped:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and id(node) not in skipped:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def used(file, packages):
    return sorted({p for p in packages for name in imports(file) if name == p or name.startswith(f"{p}.")})


def upward(file, source=SOURCE):
    """The layers a file imports that do not stand below its own."""
    own = layer(file, source)
    others = {name.split(".")[1] for name in imports(file) if name.startswith("millstream.")} & RANK.keys() - {own}
    return sorted(other for other in others if RANK[other] <= RANK[own])


def circle(source=SOURCE):
    """The modules that import each other in a circle, and those above them."""
    files = {name_of(file, source): file for file in modules(source)}
    edges = {
        name: {other for other in imports(file, typing=False) if other in files and not name.startswith(f"{other}.")}
        for name, file in files.items()
    }
    leaves = True
    while leaves:
        leaves = {name for name, others in edges.items() if not others & edges.keys() - {name}}
        edges = {name: others for name, others in edges.items() if name not in leaves}
    return sorted(edges)


def broken(rule, files=None):
    """What each module breaks of a rule; empty when all is well."""
    found = {name_of(file): rule(file) for file in files or modules()}
    return {name: what for name, what in found.items() if what}


def test_every_module_belongs_to_a_layer():
    assert [name_of(file) for file in modules() if layer(file) not in RANK] == []


def test_imports_point_down():
    assert broken(upward) == {}


def test_no_circle_of_imports():
    assert circle() == []


def test_network_only_where_it_belongs():
    elsewhere = [file for file in modules() if layer(file) not in NETWORKED]
    assert broken(lambda file: used(file, NETWORK), elsewhere) == {}


def test_engines_do_not_know_each_other():
    def others(file):
        own = name_of(file).split(".")[2:3]
        known = {name.split(".")[2] for name in imports(file) if name.startswith("millstream.engines.")}
        return known & engines - set(own)

    engines = {"clickhouse", "connect", "dbt", "flink", "kafka", "ksqldb", "postgres", "superset"}
    assert broken(others, [file for file in modules() if layer(file) == "engines"]) == {}


def test_only_flinkplan_imports_pyflink():
    assert broken(lambda file: used(file, ["pyflink"]), [f for f in modules() if layer(f) != "flinkplan"]) == {}


def test_only_the_command_line_prints():
    def prints(file):
        calls = [n for n in ast.walk(tree(file)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        return used(file, ["rich", "typer"]) + [f"line {n.lineno}" for n in calls if n.func.id == "print"]

    assert broken(prints, [file for file in modules() if layer(file) != "cli"]) == {}


def test_modules_stay_small():
    assert broken(lambda file: len(file.read_text(encoding="utf-8").splitlines()) > 400) == {}


def test_these_checks_find_what_is_wrong(tmp_path):
    package = tmp_path / "millstream"
    package.mkdir()
    wrong = package / "sql.py"
    wrong.write_text("def f():\n    import httpx\n    from millstream import project\n")
    (package / "project.py").write_text("from millstream.sql import f\n")
    assert upward(wrong, tmp_path) == ["project"]
    assert used(wrong, NETWORK) == ["httpx"]
    assert circle(tmp_path) == ["millstream.project", "millstream.sql"]
