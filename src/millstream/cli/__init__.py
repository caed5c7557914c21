"""The `millstream` command: the only place that prints, asks, or sets an exit code.

Commands live in modules of their own and import what they need when they run, so that `millstream --help` answers
at once.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from millstream.cli import (
    airflow,
    bring,
    check,
    dbt,
    demo,
    generate,
    inspect,
    lineage,
    new,
    platform,
    project,
    seed,
    setup,
    sources,
)
from millstream.errors import MillstreamError

if TYPE_CHECKING:
    from types import FrameType

app = typer.Typer(
    help="Declarative, SQL-first streaming on real engines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    setup,
    demo,
    platform,
    inspect,
    check,
    lineage,
    project,
    new,
    seed,
    generate,
    sources,
    dbt,
    airflow,
    bring,
):
    module.register(app)

INTERRUPTED = 130


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line and exit; the exit code is the error's own, see `millstream.errors`."""
    # One that was told to ignore Ctrl-C, as a shell tells what it starts in the background, goes on ignoring it.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except MillstreamError as exc:
        _fail(exc)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone, as in `millstream status | head -1`.
        sys.stderr.close()
    except OSError as exc:
        from millstream.cli import system

        _fail(system.explain(exc))


def _fail(exc: MillstreamError) -> NoReturn:
    from millstream.cli import render, workspace

    render.error(exc, workspace.nearest())
    sys.exit(exc.exit_code)
