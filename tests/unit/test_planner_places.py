"""What Flink's planner refuses is shown where the author wrote it, before substitution."""

from __future__ import annotations

import pytest
from projects import VARIABLES, load, make

from millstream.apply import preflight
from millstream.errors import ProjectError
from millstream.flinkplan.model import Compiled, Refusal
from millstream.project.model import Job

VIEW = """-- Good orders
CREATE VIEW good_orders AS
SELECT order_id, '${KAFKA_BOOTSTRAP}' AS broker, amout
FROM orders;
"""


class Refusing:
    """A planner that finds the same fault in whatever it is asked."""

    def __init__(self, word, resource):
        self.word = word
        self.resource = resource

    def compile(self, source):
        statement = next(s for s in (*source.tables, source.job) if s.resource == self.resource)
        before = statement.text[: statement.text.index(self.word)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Compiled(refusals=(Refusal(self.resource, f"no column {self.word}", line, column),))


def test_refusal_is_placed_in_the_file_as_written(tmp_path):
    project = load(make(tmp_path, {"flink_sql/views/good_orders.sql": VIEW}), "a_long_namespace_")
    planner = Refusing("amout", "flink_view.a_long_namespace_good_orders")
    jobs = [job for job in project.of(Job) if job.id.name == "parse_orders"]
    with pytest.raises(ProjectError) as caught:
        preflight.compiled(project, jobs, planner, VARIABLES)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, str(diagnostic.where)) == ("FLK100", "flink_sql/views/good_orders.sql:3:50")
