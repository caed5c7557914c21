"""Jobs outlive the JobManager: a standalone one forgets them when it dies, and `down` stops it.

A small supervised process watches the JobManager and submits again what was last *applied*, from its newest checkpoint
or savepoint. A job that a person cancelled stays cancelled.
"""

from millstream.local.resume.configuration import ResumeConfig
from millstream.local.resume.suspension import Suspension, suspend

__all__ = ["ResumeConfig", "Suspension", "suspend"]
