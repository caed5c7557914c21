"""`millstream airflow`: Airflow's own command line, in the settings its services run with."""

from __future__ import annotations

from typing import Annotated

import typer

# Everything behind `airflow` is Airflow's own, `--help` too.
PASSED_ON = {"ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(context_settings=PASSED_ON)(airflow)


def airflow(
    arguments: Annotated[list[str], typer.Argument(metavar="[ARGUMENTS OF AIRFLOW]...")] = [],  # noqa: B006 - as typer wants
) -> None:
    """Run a command of Airflow on the embedded platform: millstream airflow dags list."""
    import os

    from millstream.cli import workspace
    from millstream.local.airflow import program, settings

    site = workspace.platform().site()
    executable = str(program(site))
    environment = {**os.environ, **settings(site)}
    os.execve(executable, (executable, *arguments), environment)  # noqa: S606 - Airflow's exit code becomes ours
