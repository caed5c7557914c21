"""The part of the example that Superset needs: landing tables and dashboards, without what only Kafka fills."""

import shutil

from embedded import REPOSITORY, Embedded


def copy_of_project(root):
    """Copy it into `root`, with the environment that Superset runs in."""
    root.mkdir()
    shutil.copy(REPOSITORY / "millstream.yml", root)
    for folder in ("superset", "clickhouse", "postgres"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns("*_queue.sql", "*_feed.sql"))
    shutil.rmtree(root / "postgres" / "shop")
    (root / ".venv-superset").symlink_to(REPOSITORY / ".venv-superset")
    return Embedded(root)
