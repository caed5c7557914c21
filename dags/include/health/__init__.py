"""Whether the platform keeps its limits.

    limits → checks → alerts → notices

Limits are declared in `limits.yml`, checks compare them with what `millstream status --json` and SQL tell, alerts
remember what is wrong, and notices tell people once.
"""
