"""Make what runs equal to what is declared: observe, plan, check with the engines, then walk the plan.

target    the engines of one target, and what to submit jobs with
observe   what they have now
preflight what Flink's planner says of the jobs, before anything is changed
verdicts  what the changes of jobs do to their state
jobs      submit one job under an id of its own, and see it run
connectors what is Connect's: checked, owned, seen running
http_sources what the sources process is to poll
sources   what has changed in captured databases, and what that breaks
run       the whole of it, under the target's lock, every step in the journal
"""

from millstream.apply.run import plan, run
from millstream.apply.sources import schema_changes
from millstream.apply.target import ApplyTarget

__all__ = ["ApplyTarget", "plan", "run", "schema_changes"]
