"""The KPIs of dbt's project (`vars: kpis` in `dbt_project.yml`) as metrics of Superset's datasets.

A KPI is defined there alone. A dataset that has the columns it is made of names it, and gets expression, label,
description and format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from millstream import yamlfile
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from millstream.project.reading import Reading
    from millstream.yamlfile import YamlFile

CODE = "SUP007"
FILE = "dbt_project/dbt_project.yml"
# How Superset writes values of a unit (d3-format); counts have none.
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "EUR": {"d3format": ",.0f", "currency": {"symbol": "EUR", "symbolPosition": "prefix"}},
    "share": {"d3format": ".1%"},
    "min": {"d3format": ",.1f"},
    "d": {"d3format": ",.1f"},
}
COUNT: Mapping[str, Any] = {"d3format": ",d"}


def read(root: Path) -> Mapping[str, Mapping[str, Any]]:
    """The metric of every KPI, by name; what dbt itself would refuse is left to dbt."""
    try:
        declared = yamlfile.load((root / FILE).read_text(encoding="utf-8"))["vars"]["kpis"]
        return {str(name): _metric(str(name), kpi) for name, kpi in declared.items()}
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return {}


def _metric(name: str, kpi: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        "metric_name": name,
        "expression": expression(kpi),
        "verbose_name": kpi.get("label"),
        "description": kpi.get("description"),
    }
    return {**{key: value for key, value in said.items() if value}, **FORMATS.get(str(kpi.get("unit")), COUNT)}


def expression(kpi: Mapping[str, Any]) -> str:
    """A KPI as an aggregate, in words of both databases: macro `kpi` in `dbt_project/macros` gives the same value."""
    if "value" in kpi:
        return str(kpi["value"])
    return f"round(1.0 * ({kpi['numerator']}) / nullif({kpi['denominator']}, 0), {kpi['decimals']})"


def spelled_out(metrics: list[dict[str, Any]], yaml_file: YamlFile, reading: Reading) -> list[dict[str, Any]]:
    """Put KPIs in the place of their names; other keys of an entry go before what follows from the KPI.

    One that dbt's project does not define is noted (SUP007), and stays a metric without an expression.
    """
    found = []
    for index, entry in enumerate(metrics):
        name = entry.get("kpi")
        if name is None:
            found.append(entry)
        elif name in reading.kpis:
            own = {key: value for key, value in entry.items() if key != "kpi"}
            found.append({**reading.kpis[name], **own})
        else:
            mend = did_you_mean(str(name), [*reading.kpis], f"define it under `vars: kpis` in {FILE}")
            found.append({"metric_name": str(name)})
            reading.error(CODE, f"KPI `{name}` is not defined", yaml_file.where("metrics", index, "kpi"), mend)
    return found
