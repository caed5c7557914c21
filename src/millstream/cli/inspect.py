"""Commands that tell how the platform is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from millstream.local.platform import Platform

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml whose namespace is meant.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
LOG_LINES = 100


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (status, logs, env, doctor):
        app.command()(command)


def status(
    json: Json = False, watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep looking until Ctrl-C.")] = False
) -> None:
    """Show every service and job."""
    from millstream.cli import render, workspace

    platform = workspace.platform()
    if json:
        render.data(_report(platform))
    elif watch:
        _watch(platform)
    else:
        render.out.print(_tables(_report(platform)))


def _watch(platform: Platform) -> None:
    import time

    from rich.live import Live

    from millstream.cli import render

    with Live(_tables(_report(platform)), console=render.out, auto_refresh=False) as live:
        while True:
            time.sleep(1)
            live.update(_tables(_report(platform)), refresh=True)


def _report(platform: Platform) -> Mapping[str, object]:
    from dataclasses import asdict

    from millstream.local import status

    services = [asdict(service) for service in status.observe(platform)]
    return {"target": "local", "services": services, **_streams(platform, services), **_captures(platform, services)}


def _streams(platform: Platform, services: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """Jobs, those that should be there and are not, and consumers, as far as the services behind them answer."""
    from millstream.local import streams

    ready = {service["name"] for service in services if service["state"] == "ready"}
    site = platform.site() if ready else None
    jobs = _asked(streams.jobs, site) if "flink-jobmanager" in ready else []
    can_miss = {"flink-jobmanager", "postgres"} <= ready
    return {
        "jobs": jobs,
        "missing_jobs": _asked(lambda site: streams.missing_jobs(site, jobs), site) if can_miss else [],
        "lags": _asked(streams.lags, site) if "kafka" in ready else [],
    }


def _captures(platform: Platform, services: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """Connectors, slots, HTTP sources, and what a changed source breaks, as far as the services behind them answer."""
    from millstream.cli import captures
    from millstream.local import streams

    ready = {service["name"] for service in services if service["state"] == "ready"}
    site = platform.site() if ready else None
    return {
        "connectors": _asked(streams.connectors, site) if "connect" in ready else [],
        "slots": [streams.as_report(slot) for slot in _asked(streams.slots, site)] if "postgres" in ready else [],
        "sources": _asked(streams.http_sources, site) if "sources" in ready else [],
        "warnings": captures.warnings(platform) if "postgres" in ready else [],
    }


def _asked(question: Callable[[Any], Sequence[Any]], site: object) -> Sequence[Any]:
    """An answer, or nothing from a service that has gone since it was seen ready: the next look tells."""
    from millstream.errors import EngineError

    try:
        return question(site)
    except EngineError:
        return []


def _tables(report: Mapping[str, object]) -> Group:
    from rich.console import Group

    from millstream.cli import render

    services: list[Mapping[str, object]] = report["services"]  # type: ignore[assignment]
    jobs: list[Mapping[str, object]] = report["jobs"]  # type: ignore[assignment]
    columns = ("name", "state", "address", "pid", "MiB", "up for", "detail")
    shown = [
        [*(service[key] for key in ("name", "state", "address", "pid", "rss_mb")), _age(service), service["detail"]]
        for service in services
    ]
    parts = [render.table("services", columns, shown)]
    if jobs:
        shown_of_jobs = ("name", "state", "id", "restarts")
        parts.append(render.table("\njobs", shown_of_jobs, [[job[key] for key in shown_of_jobs] for job in jobs]))
    return Group(*parts, *_capture_tables(report))


def _capture_tables(report: Mapping[str, object]) -> Sequence[Table | Text]:
    from millstream.cli import render

    connectors: list[Mapping[str, Any]] = report["connectors"]  # type: ignore[assignment]
    slots: list[Mapping[str, Any]] = report["slots"]  # type: ignore[assignment]
    sources: list[Mapping[str, Any]] = report["sources"]  # type: ignore[assignment]
    warnings: list[Mapping[str, Any]] = report["warnings"]  # type: ignore[assignment]
    found: dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = {
        ("\nconnectors", ("name", "state", "tasks", "failed")): [
            (c["name"], c["state"], ", ".join(c["tasks"]), "; ".join(c["failures"])) for c in connectors
        ],
        ("\nreplication slots", ("name", "active", "log kept", "MiB", "detail")): [
            (s["name"], s["active"], s["wal_status"], s["retained_bytes"] >> 20, _and(s["trouble"], s["mend"]))
            for s in slots
        ],
        ("\nHTTP sources", ("name", "state", "since", "sent", "dead letters", "detail")): [
            tuple(source.values()) for source in sources
        ],
    }
    tables = [render.table(title, columns, rows) for (title, columns), rows in found.items() if rows]
    return [*tables, *_warnings(warnings)]


def _warnings(found: Sequence[Mapping[str, Any]]) -> Sequence[Text]:
    """Sentences, which a table would fold into a column of words."""
    from rich.text import Text

    shown = [Text("\nwarnings", style="bold")] if found else []
    for warning in found:
        shown.append(
            Text.assemble((f"warning[{warning['code']}]", "bold yellow"), f" {warning['where'] or ''}".rstrip())
        )
        shown += [Text(f"  {line}") for line in (warning["summary"], warning["mend"]) if line]
    return shown


def _and(what: str, mend: str | None) -> str:
    return f"{what}; {mend}" if mend else what


def _age(service: Mapping[str, object]) -> str:
    """How long a service has been running, short enough for a narrow terminal."""
    from datetime import UTC, datetime

    if service["since"] is None:
        return ""
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(str(service["since"]))).total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(0, seconds)} s"


def logs(
    service: str,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new lines until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines from the end.")] = LOG_LINES,
) -> None:
    """Print the end of a service's log."""
    import sys

    from millstream.cli import workspace
    from millstream.errors import UsageError
    from millstream.local.logs import read
    from millstream.suggestions import did_you_mean

    folder = workspace.platform().layout.logs
    known = sorted(path.stem for path in folder.glob("*.log"))
    if service not in known:
        mend = did_you_mean(service, known, f"logs: {', '.join(known)}") if known else "run `millstream up` first"
        raise UsageError(f"there is no log of {service}", mend=mend)
    for text in read(folder / f"{service}.log", lines, follow=follow):
        sys.stdout.write(text)
        sys.stdout.flush()


def env(target: Target = None, json: Json = False) -> None:
    """Print client settings as shell exports: eval "$(millstream env)"."""
    import shlex
    import sys

    from millstream import config
    from millstream.cli import render, workspace
    from millstream.engines.dbt import CLICKHOUSE_PASSWORD
    from millstream.local.environment import client_settings

    namespace = config.load(workspace.root()).embedded(target).namespace
    settings = client_settings(workspace.platform().site(), namespace)
    if json:
        render.data(dict(settings))
        return
    for name, value in settings.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    # dbt's ClickHouse client reads no password file, so the shell does.
    password = shlex.quote(settings["CLICKHOUSE_PASSWORD_FILE"])
    sys.stdout.write(f'export {CLICKHOUSE_PASSWORD}="$(cat {password})"\n')


def doctor(json: Json = False) -> None:
    """Check memory, disk, ports, Python, platform, versions and clock."""
    from dataclasses import asdict

    from millstream.cli import render, workspace
    from millstream.errors import EngineError
    from millstream.local import doctor

    findings = doctor.examine(workspace.platform())
    if json:
        render.data([asdict(finding) for finding in findings])
    else:
        rows = [(f.check, "ok" if f.ok else "bad", f.found, "" if f.ok else f.mend) for f in findings]
        render.out.print(render.table("this machine", ("check", "", "found", "mend"), rows))
    if bad := [finding.check for finding in findings if not finding.ok]:
        raise EngineError(f"this machine is not fit yet: {', '.join(bad)}", mend="see the table's last column")
