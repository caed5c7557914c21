"""What Superset needs of this platform, run by Superset's own Python.

superset_config   its settings; secrets come from a file of mode 0600
prepare           its metadata, administrator and roles: made or brought up to date, safe to repeat
basemap           land and borders as SVG tiles, so that maps ask nobody outside for a picture

The folder stands in that Python's path as it is: its modules import nothing of the runner.
"""
