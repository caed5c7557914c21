"""KPIs as `dbt_project.yml` defines them, and the SQL that computes one for each day or month."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MONTHLY = "_month"
NEWEST = """
SELECT period, value
FROM (SELECT {period} AS period, {value} AS value FROM {mart} GROUP BY 1 ORDER BY 1 DESC LIMIT {periods}) AS newest
ORDER BY period
"""


@dataclass(frozen=True)
class Kpi:
    """One KPI.

    Args:
        name: its name in `dbt_project.yml`.
        label: what a person calls it.
        unit: of its values; `share` is shown in percent.
        mart: the table it is computed from.
        value: an aggregate over the mart's columns.
    """

    name: str
    label: str
    unit: str
    mart: str
    value: str

    @property
    def period(self) -> str:
        """What one of its values is of."""
        return "month" if self.mart.endswith(MONTHLY) else "day"

    def sql(self, periods: int) -> sql.Composed:
        """The newest periods with their values, oldest first."""
        period = "month_start" if self.period == "month" else "to_date(date_key::text, 'YYYYMMDD')"
        return sql.SQL(NEWEST).format(
            period=sql.SQL(period),
            value=sql.SQL(self.value),
            mart=sql.Identifier("gold", f"{os.environ.get('MILLSTREAM_NS', '')}{self.mart}"),
            periods=sql.Literal(periods),
        )


def load(project: Path) -> tuple[Kpi, ...]:
    """Read the KPIs of a dbt project, in its order."""
    declared = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    return tuple(_kpi(name, kpi) for name, kpi in declared["vars"]["kpis"].items())


def _kpi(name: str, declared: Mapping[str, Any]) -> Kpi:
    if "value" in declared:
        value = declared["value"]
    else:
        quotient = f"({declared['numerator']})::numeric / nullif({declared['denominator']}, 0)"
        value = f"round({quotient}, {declared['decimals']})"
    return Kpi(name, declared["label"], declared["unit"], declared["mart"], value)
