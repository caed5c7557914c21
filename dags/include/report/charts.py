"""One chart a KPI, as SVG that needs neither script nor anything from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygal
from pygal.style import Style

if TYPE_CHECKING:
    from include.report.figures import Series

STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#5b6470",
    foreground_strong="#1d2530",
    foreground_subtle="#d6dbe1",
    colors=("#0b6e69",),
    font_family="system-ui, sans-serif",
    label_font_size=18,
)


def chart(series: Series) -> str:
    """Draw the values of a KPI over time, as an `<svg>` element."""
    drawn = pygal.Line(
        style=STYLE,
        js=[],
        show_legend=False,
        disable_xml_declaration=True,
        explicit_size=False,
        width=720,
        height=300,
        dots_size=4,
        x_label_rotation=0,
        show_minor_x_labels=False,
        margin=10,
        fill=True,
        include_x_axis=series.kpi.unit != "share",
    )
    drawn.x_labels = [f"{period:%d %b}" for period, _ in series.points]
    drawn.x_labels_major = drawn.x_labels[:: max(1, len(drawn.x_labels) // 4)]
    drawn.add(series.kpi.label, [value for _, value in series.points])
    return str(drawn.render(is_unicode=True))
