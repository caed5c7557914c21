"""`millstream generate`: send the example's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rich.progress import Progress as Bar

    from millstream.cli.workspace import Chosen
    from millstream.generate import GeneratorOptions, Progress, Report


class ShopOptions(TypedDict):
    """The part of `GeneratorOptions` that a target decides."""

    shop_url: str | None
    arrivals_log: Path | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(generate)


def generate(
    rate: Annotated[float, typer.Option(help="Events a second of the generator's clock, over all topics.")] = 50,
    duration: Annotated[
        float | None, typer.Option(help="Seconds of the generator's clock; default: until Ctrl-C.")
    ] = None,
    events: Annotated[int | None, typer.Option(help="How many events to send, instead of a duration.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed and start give the same bytes.")] = 1,
    as_of: Annotated[
        str | None, typer.Option(help="Start of its clock: ISO-8601, or -600s / -10m / -2h before now.")
    ] = None,
    speed: Annotated[str, typer.Option(help="How much faster than the wall's its clock runs, or max.")] = "1",
    bad: Annotated[float, typer.Option(help="Percent of bad records.")] = 0,
    late: Annotated[float, typer.Option(help="Percent of late records.")] = 0,
    close: Annotated[
        bool, typer.Option("--close", help="End with markers that close every window; throw-away runs only.")
    ] = False,
    scenario: Annotated[
        str, typer.Option(help="Kind of day: calm, black-friday, cold-chain-failure or supplier-crisis.")
    ] = "calm",
    target: Annotated[str | None, typer.Option(help="Target of millstream.yml.")] = None,
) -> None:
    """Send the worked example's events and wait until the broker has confirmed every one."""
    from millstream.cli import render, workspace
    from millstream.generate import GeneratorOptions

    chosen = workspace.target(target)
    options = GeneratorOptions(
        bootstrap=chosen.addresses["kafka.bootstrap"],
        namespace=chosen.namespace,
        rate=rate,
        duration_s=duration,
        events=events,
        seed=seed,
        as_of=_start(as_of),
        speed=_speed(speed),
        bad_pct=bad,
        late_pct=late,
        close=close,
        scenario=scenario,
        **shop(chosen),
    )
    report = run(options)
    render.err.print(_summary(report))


def shop(chosen: Chosen) -> ShopOptions:
    """Where the shop of a target is that a run changes; nothing when the target has none."""
    from pathlib import Path

    url, log = chosen.variables.get("SHOP_URL"), chosen.variables.get("ARRIVALS_LOG")
    return {"shop_url": url or None, "arrivals_log": Path(log) if log else None}


def run(options: GeneratorOptions) -> Report:
    """Send events behind a progress bar that shows the real rate."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from millstream import generate
    from millstream.cli import render

    columns = (
        TextColumn("events"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=render.err, disable=not render.err.is_terminal) as bar:
        return generate.run(options, _follow(bar, options.total))


def _follow(bar: Bar, total: int | None) -> Callable[[Progress], None]:
    task = bar.add_task("events", total=total, rate="")

    def on_progress(progress: Progress) -> None:
        bar.update(task, completed=progress.confirmed, rate=f"{progress.rate:,.0f}/s")

    return on_progress


def _summary(report: Report) -> str:
    stopped = ", stopped before the end" if report.stopped else ""
    return (
        f"{report.confirmed:,} of {report.sent:,} events confirmed in {report.seconds:.1f} s "
        f"({report.rate:,.0f}/s): {report.bad:,} bad, {report.late:,} late{stopped}"
    )


def _start(text: str | None) -> datetime | None:
    from datetime import UTC, datetime, timedelta

    from millstream.errors import UsageError

    if text is None:
        return None
    try:
        if text.startswith("-"):
            unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[text[-1]]
            return datetime.now(UTC) - timedelta(**{unit: float(text[1:-1])})
        return datetime.fromisoformat(text)
    except (KeyError, ValueError) as exc:
        raise UsageError(
            f"--as-of {text} is no time", mend="write 2026-01-31T09:00:00Z, or -10m for ten minutes ago"
        ) from exc


def _speed(text: str) -> float:
    import math

    from millstream.errors import UsageError

    if text == "max":
        return math.inf
    try:
        return float(text)
    except ValueError as exc:
        raise UsageError(f"--speed {text} is no number", mend="write a number such as 10, or max") from exc
