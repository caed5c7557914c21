"""Make what runs equal to what is declared: observe, plan, check with the engines, then walk the plan.

target    the engines of one target, and what to submit jobs with
observe   what they have now
census    every job that Flink has, beside those on record
records   what is left on record of objects, so that changes by hand are seen
look      observe, select, compile and plan
preflight what Flink's planner says of the jobs, before anything is changed
verdicts  what the changes of jobs do to their state
replay    how far back rebuilt jobs can make their results again
jobs      submit one job under an id of its own, and see it run
undeclared stop a job whose file is gone
connectors what is Connect's: checked, owned, seen running
http_sources what the sources process is to poll
superset  dashboards and what they stand on: written at once, their charts asked for data
sources   what has changed in captured databases, and what that breaks
run       the whole of it, under the target's lock, every step in the journal
"""

from millstream.apply.run import plan, run
from millstream.apply.sources import schema_changes
from millstream.apply.target import ApplyTarget

__all__ = ["ApplyTarget", "plan", "run", "schema_changes"]
