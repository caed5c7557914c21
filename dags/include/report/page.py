"""The report as one HTML file: nothing in it is fetched from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from include.report.figures import Quality, Series

TEMPLATE = Path(__file__).with_name("page.html.j2")


def render(day: date, figures: Sequence[Series], quality: Quality, draw: Callable[[Series], str]) -> str:
    """Make the page.

    Args:
        day: of the report.
        figures: one card each, in this order.
        quality: how good the data are.
        draw: makes a series an `<svg>` element.
    """
    # What suppliers wrote into their files is shown here, so everything but the charts is escaped.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    cards = [_card(series, draw) for series in figures]
    return template.render(day=f"{day:%d %B %Y}", cards=cards, quality=quality)


def _card(series: Series, draw: Callable[[Series], str]) -> Mapping[str, Any]:
    kpi, newest = series.kpi, series.newest
    is_share = kpi.unit == "share"
    return {
        "label": kpi.label,
        "value": "n/a" if newest is None else f"{newest:.1%}" if is_share else _number(newest),
        "unit": "" if is_share else kpi.unit,
        "period": _period(series) if series.points else "",
        "chart": draw(series) if any(value is not None for _, value in series.points) else "",
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.2f}"  # noqa: PLR2004 - cents of thousands


def _period(series: Series) -> str:
    return f"{series.points[-1][0]:{'%B %Y' if series.kpi.period == 'month' else '%d %b'}}"
