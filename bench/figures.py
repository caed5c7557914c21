"""How figures are summed up, shown and kept, together with how busy the machine was."""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.cli import render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Args:
        name: what was measured.
        value: the measurement.
        unit: of `value` and `aim`.
        aim: what it should not exceed, when there is one.
    """

    name: str
    value: float
    unit: str
    aim: float | None = None

    @property
    def row(self) -> tuple[str, ...]:
        """The figure as cells of a table."""
        aim = "" if self.aim is None else f"≤ {self.aim:,g} {self.unit}"
        share = "" if self.aim is None else f"{self.value / self.aim:.2f}"
        return self.name, f"{self.value:,.{0 if self.value >= 100 else 2}f} {self.unit}", aim, share


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print figures beside their aims."""
    table(title, ("measured", "value", "aim", "of the aim"), [figure.row for figure in figures])


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a small table."""
    render.out.print()
    render.out.print(render.table(title, columns, rows))


def conditions() -> Mapping[str, object]:
    """What a reader of the figures must know of the machine."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "platform": sys.platform,
    }


def with_json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the option that every benchmark has."""
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file, too")
    return parser


def keep(file: str | None, figures: Sequence[Mapping[str, object]], began: Mapping[str, object]) -> None:
    """Print the load and, when asked to, write the figures as JSON."""
    ended = conditions()
    print(f"\nload at the start {began['load']}, at the end {ended['load']}, {ended['cores']} cores")
    if file:
        text = json.dumps({"began": began, "ended": ended, "figures": list(figures)}, indent=2)
        Path(file).write_text(text + "\n", encoding="utf-8")
