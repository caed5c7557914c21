"""Commands that tell how the platform is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Group

    from millstream.local.platform import Platform

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
    ready = any(s["name"] == "flink-jobmanager" and s["state"] == "ready" for s in services)
    return {"target": "local", "services": services, "jobs": _jobs(platform) if ready else []}


def _jobs(platform: Platform) -> Sequence[Mapping[str, object]]:
    from millstream.engines.flink import Flink
    from millstream.local.environment import variables

    with Flink(variables(platform.site())["FLINK_REST"]) as flink:
        return [{"name": job.name, "state": job.state.lower(), "id": job.id} for job in flink.jobs()]


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
        parts.append(render.table("\njobs", ("name", "state", "id"), [list(job.values()) for job in jobs]))
    return Group(*parts)


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


def env(json: Json = False) -> None:
    """Print client settings as shell exports: eval "$(millstream env)"."""
    import shlex
    import sys

    from millstream.cli import render, workspace
    from millstream.local.environment import client_settings

    settings = client_settings(workspace.platform().site())
    if json:
        render.data(dict(settings))
        return
    for name, value in settings.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


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
