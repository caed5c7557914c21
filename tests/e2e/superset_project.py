"""The part of the example that Superset needs: landing tables, marts and dashboards, without what only Kafka fills."""

import shutil

from embedded import BUILT, REPOSITORY, Embedded


def copy_of_project(root):
    """Copy it into `root`, with the environments that Superset and dbt run in."""
    root.mkdir()
    shutil.copy(REPOSITORY / "millstream.yml", root)
    for folder in ("superset", "clickhouse", "postgres"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns("*_queue.sql", "*_feed.sql"))
    shutil.rmtree(root / "postgres" / "shop")
    shutil.copytree(REPOSITORY / "dbt_project", root / "dbt_project", ignore=BUILT)
    for environment in (".venv-superset", ".venv-dbt"):
        (root / environment).symlink_to(REPOSITORY / environment)
    return Embedded(root)
