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
providers the protocol that every engine speaks, and what each makes of it
sources   what has changed in captured databases, and what that breaks
run       the whole of it, under the target's lock, every step in the journal
"""

from millstream.apply.run import plan, run
from millstream.apply.sources import schema_changes
from millstream.apply.target import ApplyTarget

__all__ = ["ApplyTarget", "plan", "run", "schema_changes"]
