"""Columns through nodes that the example's jobs do not have, of plans that Flink's planner compiles here and now."""

from __future__ import annotations

import pytest
from change_cases import parsed

from millstream.compiled import CompiledPlan
from millstream.lineage.plans import sinks
from own_planner import own_planner

TUMBLING = "TABLE(TUMBLE(TABLE {}, DESCRIPTOR({}), INTERVAL '1' MINUTE))"
# The kind of node, a statement that needs it, and by what the statement says the origins of each of its columns.
CASES = {
    "union": (
        """INSERT INTO lines SELECT order_id, country, amount, ordered_at FROM orders_in
        UNION ALL SELECT payment_id, paid_by, paid, paid_at FROM payments""",
        (
            "orders_in.order_id payments.payment_id, orders_in.country payments.paid_by,"
            " orders_in.amount payments.paid, orders_in.ordered_at payments.paid_at"
        ),
    ),
    "lookup-join": (
        """INSERT INTO lines SELECT o.order_id, UPPER(p.category), o.amount, o.ordered_at
        FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
        LEFT JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id""",
        "orders_in.order_id, products.category, orders_in.amount, orders_in.ordered_at",
    ),
    "expand": (
        """INSERT INTO totals SELECT COALESCE(country, 'all'), COUNT(*), SUM(amount)
        FROM orders_in GROUP BY ROLLUP (country)""",
        "orders_in.country, , orders_in.amount",
    ),
    "changelog-normalize": (
        "INSERT INTO totals SELECT currency, COUNT(*), SUM(rate) FROM rates GROUP BY currency",
        "rates.currency, , rates.rate",
    ),
    "window-aggregate": (
        """INSERT INTO windows SELECT page, window_start, COUNT(user_id)
        FROM TABLE(SESSION(TABLE clicks PARTITION BY page, DESCRIPTOR(clicked_at), INTERVAL '1' MINUTE))
        GROUP BY page, window_start, window_end""",
        "clicks.page, clicks.clicked_at, clicks.user_id",
    ),
    "window-table-function": (
        f"INSERT INTO windows SELECT page, window_start, ms FROM {TUMBLING.format('clicks', 'clicked_at')}",
        "clicks.page, clicks.clicked_at, clicks.ms",
    ),
    "window-join": (
        f"""INSERT INTO windows SELECT c.page, c.window_start, o.quantity
        FROM (SELECT * FROM {TUMBLING.format("clicks", "clicked_at")}) AS c
        JOIN (SELECT * FROM {TUMBLING.format("orders_in", "ordered_at")}) AS o
        ON c.window_start = o.window_start AND c.window_end = o.window_end AND c.user_id = o.customer_id""",
        "clicks.page, clicks.clicked_at, orders_in.quantity",
    ),
    "window-deduplicate": (
        f"""INSERT INTO windows SELECT user_id, window_start, ms FROM (
            SELECT *, ROW_NUMBER() OVER (
                PARTITION BY window_start, window_end, user_id ORDER BY clicked_at DESC) AS place
            FROM {TUMBLING.format("clicks", "clicked_at")}) WHERE place = 1""",
        "clicks.user_id, clicks.clicked_at, clicks.ms",
    ),
    "sort-limit": (
        """INSERT INTO counts SELECT country, n FROM (
            SELECT country, COUNT(DISTINCT order_id) AS n FROM orders_in GROUP BY country)
        ORDER BY n DESC LIMIT 3""",
        "orders_in.country, orders_in.order_id",
    ),
}


@pytest.fixture(scope="module")
def planner():
    with own_planner() as running:
        yield running


@pytest.mark.parametrize("kind", CASES)
def test_columns_come_from_where_the_sql_takes_them(kind, planner):
    statement, expected = CASES[kind]
    reply = planner.compile(parsed(f"{statement};").source)
    assert [refusal.message for refusal in reply.refusals] == []
    plan = CompiledPlan.parse(reply.plan)
    assert kind in {node.kind for node in plan}
    (sink,) = sinks(plan)
    found = [column if column is None else " ".join(sorted(".".join(each) for each in column)) for column in sink.row]
    assert (sink.because, found) == ("", expected.split(", "))
