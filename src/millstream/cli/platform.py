"""Commands that start, stop and reset the embedded platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.table import Table

    from millstream.local.climb import Progress
    from millstream.local.services.base import Site

Names = Annotated[
    list[str], typer.Option("--only", metavar="SERVICE", help="Only this service and what it needs; repeatable.")
]
Ports = Annotated[
    list[str], typer.Option("--port", metavar="NAME=PORT", help="Insist on a port, for example kafka=9092; repeatable.")
]
Without = Annotated[
    list[str],
    typer.Option(
        "--without",
        metavar="SERVICE",
        envvar="MILLSTREAM_WITHOUT",
        help="Of all services leave out this one and what needs it; repeatable.",
    ),
]
LAST_PORT = 65535


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, down, restart, reset):
        app.command()(command)


def up(only: Names = [], port: Ports = [], without: Without = []) -> None:  # noqa: B006 - typer wants the empty list
    """Start the embedded platform and wait until every service answers."""
    from millstream.cli import workspace

    with live_services() as on_progress:
        workspace.platform().up(only, _ports(port), on_progress, without)


def down() -> None:
    """Stop the platform; data stays, jobs are suspended with a savepoint and go on at the next `up`."""
    from millstream.cli import workspace
    from millstream.local import planner

    with live_services() as on_progress:
        workspace.platform().down(_suspend, on_progress)
    planner.end()


def _suspend(site: Site) -> None:
    from millstream.cli import render
    from millstream.errors import EngineError
    from millstream.local.services.resume import suspend_jobs

    try:
        outcomes = suspend_jobs(site)
    except EngineError as exc:
        render.err.print(f"jobs were not suspended ({exc.summary}); they go on from their newest checkpoint")
        return
    for outcome in outcomes:
        if outcome.trouble:
            render.err.print(f"{outcome.resource} took no savepoint ({outcome.trouble}); its newest checkpoint serves")


def restart(services: Annotated[list[str], typer.Argument(metavar="SERVICE...")]) -> None:
    """Restart single services."""
    from millstream.cli import workspace

    with live_services() as on_progress:
        workspace.platform().restart(services, on_progress)


def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the platform and delete all of its data."""
    from millstream.cli import render, workspace
    from millstream.errors import ApprovalRequired
    from millstream.local import planner

    platform = workspace.platform()
    if not yes:
        question = f"Delete every topic, table, job and password in {platform.layout.state}?"
        if not render.err.is_terminal or not typer.confirm(question, err=True):
            raise ApprovalRequired("nothing was deleted", mend="answer yes, or call `millstream reset --yes`")
    with live_services() as on_progress:
        platform.reset(on_progress)
    planner.end()


def _ports(given: Sequence[str]) -> Mapping[str, int]:
    from millstream.errors import UsageError

    pairs = [text.partition("=") for text in given]
    if bad := [name + sep + number for name, sep, number in pairs if not number.isdecimal()]:
        raise UsageError(f"--port {bad[0]} is not of the form NAME=PORT", mend="write for example --port kafka=9092")
    numbers = {name: int(number) for name, _, number in pairs}
    if wrong := [f"{name}={number}" for name, number in numbers.items() if not 0 < number <= LAST_PORT]:
        raise UsageError(f"--port {wrong[0]} is no port", mend=f"ports are 1 to {LAST_PORT}")
    if len(set(numbers.values())) < len(pairs):
        raise UsageError("--port gives two services the same port, or one service two", mend="give each a port once")
    return numbers


def live_services() -> _LiveServices:
    """A table that follows services as they change; plain lines when stderr is no terminal."""
    return _LiveServices()


class _LiveServices:
    """Context manager that gives a progress callback, safe to call from several threads."""

    def __init__(self) -> None:
        import time

        from rich.live import Live

        from millstream.cli import render

        self._console = render.err
        self._now = time.monotonic
        self._began = self._now()
        self._rows: dict[str, tuple[Progress, float]] = {}
        self._live = Live(console=self._console, get_renderable=self._table, refresh_per_second=8)

    def __enter__(self) -> Callable[[Progress], None]:
        if self._console.is_terminal:
            self._live.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def _report(self, progress: Progress) -> None:
        elapsed = self._now() - self._began
        before = self._rows.get(progress.service)
        self._rows[progress.service] = (progress, elapsed)
        changed = before is None or before[0].state != progress.state
        if changed and not self._console.is_terminal:
            self._console.print(
                f"{elapsed:6.1f} s  {progress.service:<18} {progress.state}  {_first_line(progress.detail)}".rstrip()
            )

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        colours = {"ready": "green", "starting": "yellow", "failed": "red", "stopped": "dim"}
        table = Table(box=None, pad_edge=False, show_header=False)
        for name, (progress, elapsed) in self._rows.items():
            state = Text(progress.state, colours[progress.state])
            shown = elapsed if progress.state != "starting" else self._now() - self._began
            table.add_row(name, state, f"{shown:.1f} s", _first_line(progress.detail))
        return table


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
