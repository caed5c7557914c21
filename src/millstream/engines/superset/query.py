"""What a chart asks its dataset for, as one query of `/chart/data`.

The browser builds such queries from a chart's form; this one is coarser (one query, no post-processing), and names
every column, metric and filter, so whatever the browser's would fail for fails here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millstream.project import superset_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROWS = 10


def query(params: Mapping[str, Any]) -> dict[str, Any]:
    """Build the query of a chart's form."""
    columns = [*_distinct(field.value for field in superset_fields.columns(params))]
    metrics = [*_distinct(field.value for field in superset_fields.metrics(params))]
    filters = params.get("adhoc_filters") or []
    return {
        "columns": columns or ([] if metrics else None),
        "metrics": metrics or None,
        "filters": [
            {"col": f["subject"], "op": f["operator"], "val": f.get("comparator")}
            for f in filters
            if f.get("expressionType") == "SIMPLE"
        ],
        "extras": {"where": _sql(filters, "WHERE"), "having": _sql(filters, "HAVING")},
        "granularity": params.get("granularity_sqla"),
        "time_range": params.get("time_range"),
        "row_limit": ROWS,
    }


def _distinct(values: Iterator[Any]) -> Iterator[Any]:
    seen: list[Any] = []
    for value in values:
        if value not in seen:
            seen.append(value)
            yield value


def _sql(filters: list[dict[str, Any]], clause: str) -> str:
    written = [f["sqlExpression"] for f in filters if f.get("expressionType") == "SQL" and f.get("clause") == clause]
    return " AND ".join(f"({expression})" for expression in written)
