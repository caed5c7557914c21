"""`millstream dbt`: dbt with the addresses of the target; nothing else is done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.cli.workspace import Chosen

PROJECT = "dbt_project"
PROFILE = "warehouse"
ROLE = "dbt"
# Everything behind `dbt` is dbt's own, `--help` too.
PASSED_ON = {"ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(context_settings=PASSED_ON)(dbt)


def dbt(arguments: list[str] = typer.Argument(None, metavar="[ARGUMENTS OF DBT]...")) -> None:
    """Run dbt in dbt_project/ against the target that `--target` names: millstream dbt build --profile realtime."""
    import os
    import sys
    from pathlib import Path

    from millstream.cli import workspace
    from millstream.engines.dbt import program
    from millstream.errors import UsageError

    given = arguments or []
    chosen = workspace.target(option(given, "--target", "-t"))
    folder = chosen.root / PROJECT
    if not (folder / "dbt_project.yml").is_file():
        raise UsageError(f"there is no {PROJECT}/dbt_project.yml in {chosen.root}")
    executable = program((chosen.root, Path(sys.prefix).parent))
    environment = {**os.environ, **settings(chosen)}
    profile = option(given, "--profile") or environment.get("DBT_PROFILE", PROFILE)
    # Each profile keeps its own parsed state, or every change of profile would parse everything anew.
    environment.setdefault("DBT_TARGET_PATH", f"target/{profile}")
    os.chdir(folder)
    os.execve(executable, (str(executable), *given), environment)  # noqa: S606 - dbt's exit code becomes ours


def settings(chosen: Chosen) -> Mapping[str, str]:
    """What dbt's profiles read, for a target."""
    from millstream.engines.dbt import POSTGRES_PASSWORD, variables
    from millstream.local.environment import dbt_variables

    if chosen.site is not None:
        return {**dbt_variables(chosen.site, chosen.namespace), "DBT_TARGET": chosen.name}
    found = variables(chosen.addresses["postgres.url"], chosen.addresses["clickhouse.url"], chosen.namespace)
    # The address is the owner's; who gives dbt's own password wants dbt's own role.
    password = chosen.variables.get("DBT_POSTGRES_PASSWORD")
    own = {"DBT_POSTGRES_USER": ROLE, POSTGRES_PASSWORD: password} if password else {}
    return {**found, **own, "DBT_TARGET": chosen.name}


def option(arguments: Sequence[str], *names: str) -> str | None:
    """The value of an option among arguments, given as `--name value` or `--name=value`."""
    for argument, following in zip(arguments, (*arguments[1:], None), strict=True):
        name, equals, value = argument.partition("=")
        if name in names:
            return value if equals else following
    return None
