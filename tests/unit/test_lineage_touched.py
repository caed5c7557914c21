"""What a change reaches: over every engine, and against the flow where something needs what is changed."""

from millstream.lineage import Lineage, Node, touched

ENGINES = {"topic": "kafka", "job": "flink", "dbt_model": "dbt", "dag": "airflow", "superset_chart": "superset"}
EDGES = frozenset(
    {
        ("job.parse", "topic.items"),
        ("topic.items", "job.land"),
        ("job.land", "dbt_model.sales"),
        ("dag.nightly", "dbt_model.sales"),
        ("dag.nightly", "dag.report"),
        ("dbt_model.sales", "superset_chart.revenue"),
    }
)
NAMES = {name for edge in EDGES for name in edge}
PICTURE = Lineage({name: Node(name, k := name.partition(".")[0], name, ENGINES[k]) for name in NAMES}, EDGES)
BEHIND = ("job.land", "dbt_model.sales", "dag.nightly", "superset_chart.revenue")


def test_everything_made_from_it_and_the_dags_that_make_it():
    assert touched("topic.items", (), PICTURE) == BEHIND


def test_what_writes_a_topic_needs_it():
    assert touched("topic.items", ("job.parse", "flink_table.unknown"), PICTURE) == (
        "job.land",
        "job.parse",
        *BEHIND[1:],
    )


def test_nothing_lies_behind_a_chart_or_something_unknown():
    assert touched("superset_chart.revenue", (), PICTURE) == ()
    assert touched("topic.elsewhere", (), PICTURE) == ()
