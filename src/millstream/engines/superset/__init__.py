"""Superset as an engine: databases, datasets, charts and dashboards, known by their ids.

rest         one session: login, cookies, the token against forged requests
layout       a dashboard's parts: a tree in the file, a map of parts in Superset
bundle       declared assets as an archive that Superset imports
live         Superset's export as documents like the declared ones
differences  what tells two documents apart, a clause each
query        what a chart asks its dataset for
client       observe, import, delete, probe
"""

from millstream.engines.superset.client import Superset
from millstream.engines.superset.live import LiveAsset

__all__ = ["LiveAsset", "Superset"]
