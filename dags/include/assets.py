"""Assets that DAGs tell each other of; the one place that builds their addresses.

Cosmos would name assets by host and port, which change here, and in its watcher mode it names none for ClickHouse. So
the DAGs name them themselves, by profile and model, in their last task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset

from include import manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEME = "dbt"


def whole(profile: str) -> Asset:
    """A database after a build in which every model and test succeeded."""
    return Asset(name=profile, uri=f"{SCHEME}://{profile}/all")


def model(profile: str, name: str) -> Asset:
    """One model after such a build: `schedule=[assets.model("warehouse", "sales_day")]`."""
    return Asset(name=f"{profile}.{name}", uri=f"{SCHEME}://{profile}/{name}")


def marts(profile: str) -> Iterator[Asset]:
    """What such a build is for: the models that no other reads."""
    return (model(profile, name) for name in manifest.leaves(manifest.read(profile)))
