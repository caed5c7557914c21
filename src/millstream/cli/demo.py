"""`millstream demo`: the worked example from nothing to answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from millstream.cli.workspace import Chosen
    from millstream.local.platform import Platform
    from millstream.local.services.base import Site

BACKFILL_MINUTES = 10
RATE = 50.0
FIRST_ROW_SECONDS = 180
ANSWERS = "demo/answers"
# Airflow's start would take the time that the first results need.
NOT_YET = ("airflow-api",)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(answers)


def demo() -> None:
    """Start everything, seed the shop, apply the project, send ten minutes of events and more, and show the results."""
    from millstream.cli import platform, project, seed, workspace
    from millstream.errors import EngineError
    from millstream.selection import Selection

    chosen_platform = workspace.platform()
    with platform.live_services() as on_progress:
        chosen_platform.up((), {}, on_progress, NOT_YET)
    chosen = workspace.target("local")
    seed.carry_out(chosen)
    tree = project.for_apply(chosen)
    # Topics and connectors keep what comes, so events need not wait for the jobs, whose start takes most of the time.
    project.carry_out(chosen, *tree, selection=Selection.parse((), ("resource_type:job",)))
    if chosen.site is None:
        raise EngineError(
            "target local is not the embedded platform", mend="write `platform: embedded` in millstream.yml"
        )
    # Two generators at once would break the order of record times within a partition.
    chosen_platform.stop("generator")
    _backfill(chosen)
    with platform.live_services() as on_progress:
        chosen_platform.up(("generator",), {}, on_progress)
    project.carry_out(chosen, *tree)
    _await_rows(chosen.site)
    _show(chosen.root, chosen.site)
    _bring_dashboards(chosen_platform)
    _bring_schedules(chosen_platform)
    _what_next(chosen.site)


def answers() -> None:
    """Ask both databases what a person wants to know of the example."""
    from millstream.cli import workspace

    _show(workspace.root(), workspace.platform().site())


def _backfill(chosen: Chosen) -> None:
    """Send the last ten minutes, or what is missing of them when the topic has events already."""
    from datetime import UTC, datetime, timedelta
    from math import inf

    from millstream.cli import generate, render
    from millstream.engines.kafka import Kafka
    from millstream.generate import GeneratorOptions

    bootstrap = chosen.addresses["kafka.bootstrap"]
    now = datetime.now(UTC)
    newest = Kafka(bootstrap).newest_record_time(f"{chosen.namespace}orders")
    start = max(now - timedelta(minutes=BACKFILL_MINUTES), newest + timedelta(seconds=1) if newest else _long_ago())
    seconds = (now - start).total_seconds()
    if seconds < 1:
        return
    options = GeneratorOptions(
        bootstrap,
        rate=RATE,
        duration_s=seconds,
        seed=int(now.timestamp()),
        as_of=start,
        speed=inf,
        bad_pct=2,
        late_pct=2,
        namespace=chosen.namespace,
        **generate.shop(chosen),
    )
    report = generate.run(options)
    render.err.print(f"sent {report.confirmed:,} events of the last {seconds / 60:.0f} minutes at {report.rate:,.0f}/s")


def _long_ago() -> datetime:
    from datetime import UTC, datetime

    return datetime.min.replace(tzinfo=UTC)


def _await_rows(site: Site) -> None:
    """Wait until both databases show the newest minute that can be complete, or as far as they are by then.

    Raises:
        EngineError: nothing has landed at all.
    """
    import time

    from millstream.cli import render
    from millstream.engines.clickhouse import ClickHouse
    from millstream.engines.postgres import Postgres
    from millstream.errors import EngineError
    from millstream.local.environment import reader_urls

    urls = reader_urls(site)
    places = (
        (Postgres(urls["postgres"]), "bronze.revenue_by_city_minute"),
        (ClickHouse(urls["clickhouse"]), "revenue_by_city_minute"),
    )

    def landed(recent: str) -> bool:
        asked = ((place, f"SELECT max(minute) {recent} FROM {table}") for place, table in places)  # noqa: S608 - our words
        return all(place.query(question)[1][0][0] for place, question in asked)

    deadline = time.monotonic() + FIRST_ROW_SECONDS
    while time.monotonic() < deadline:
        # A minute is complete when an event ten seconds past its end has come: that is less than 130 s after its start.
        if landed("> now() - INTERVAL '150' SECOND"):
            return
        time.sleep(0.5)
    # An empty table gives NULL, or in ClickHouse the beginning of time.
    if not landed("> '2000-01-01'"):
        raise EngineError(
            "no result has landed", mend="`millstream status` shows the jobs, `millstream logs flink-taskmanager` why"
        )
    render.err.print("this machine is busy: the results are still behind the events, and catch up by themselves")


def _show(root: Path, site: Site) -> None:
    from millstream.cli import render
    from millstream.engines.clickhouse import ClickHouse
    from millstream.engines.postgres import Postgres
    from millstream.local.environment import reader_urls
    from millstream.sql.text import SqlText

    urls = reader_urls(site)
    engines: dict[str, Postgres | ClickHouse] = {
        "postgres": Postgres(urls["postgres"]),
        "clickhouse": ClickHouse(urls["clickhouse"]),
    }
    for path in sorted((root / ANSWERS).glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        engine = engines[path.stem.rpartition(".")[2]]
        columns, rows = engine.query(text)
        title = SqlText.read(path.relative_to(root), text, {}).header.title
        render.out.print()
        render.out.print(render.table(title, columns, rows))


def _bring_dashboards(running: Platform) -> None:
    """Start Superset and give it the project's dashboards; a machine too small for it has its answers all the same."""
    from millstream.cli import platform, project, render, workspace
    from millstream.errors import EngineError, ProjectError

    try:
        with platform.live_services() as on_progress:
            running.up(("superset",), {}, on_progress)
        chosen = workspace.target("local")
        project.carry_out(chosen, *project.for_apply(chosen))
    except EngineError as exc:
        render.err.print(f"Superset is left out: {exc}")
    except ProjectError as exc:
        # The dashboards are there, and what is wrong with one of them spoils nothing else.
        render.error(exc, workspace.root())


def _bring_schedules(running: Platform) -> None:
    """Start Airflow and let its DAGs run, where there is memory for it; it makes up for the last night at once."""
    from millstream.cli import platform, render, workspace
    from millstream.errors import EngineError
    from millstream.local import airflow
    from millstream.local.services.airflow import SERVICES
    from millstream.project import dags

    try:
        with platform.live_services() as on_progress:
            running.up(tuple(service.name for service in SERVICES), {}, on_progress)
        with airflow.client(running.site()) as client:
            client.unpause(dag.name for dag in dags.read(workspace.root()))
        render.err.print("Airflow builds the star schema now: the dashboards show it day by day in a few minutes")
    except EngineError as exc:
        render.err.print(f"Airflow is left out: {exc}")


def _what_next(site: Site) -> None:
    from millstream.cli import render
    from millstream.local.environment import client_settings

    # It is what leaves the passwords in the files that are named here.
    settings = client_settings(site)

    def login(service: str) -> str:
        url, user, password = (settings[f"{service}_{what}"] for what in ("URL", "USER", "PASSWORD_FILE"))
        return f"{url}, user {user}, password in {password}"

    rows = (
        ("dashboards (Superset)", login("SUPERSET")),
        ("schedules (Airflow)", login("AIRFLOW")),
        ("Flink's web page", f"http://{site.address('flink')}"),
        ("Kafka", site.address("kafka")),
        ("PostgreSQL", f"{site.address('postgres')}, database warehouse, role bi_reader"),
        ("ClickHouse", f"http://{site.address('clickhouse')}, database realtime, user bi_reader"),
        ("ask again", "millstream answers"),
        ("build the star schema and the KPIs now", "millstream dbt build"),
        ("watch it", "millstream status --watch"),
        ("settings for your own client", 'eval "$(millstream env)"'),
        ("edit a job", "flink_sql/jobs/*.sql, then millstream apply"),
        ("stop", "make down"),
    )
    render.out.print("\nWhere it runs, and what to try\n", style="bold")
    width = max(len(what) for what, _ in rows)
    # No table: it would fold addresses and paths, which are there to be copied.
    for what, where in rows:
        render.out.print(f"{what:<{width}}  {where}")
