"""Programs of the environments that are kept apart from the runner's: dbt's, Airflow's, Superset's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from millstream.local.services.base import Site


def program(site: Site, environment: str, name: str) -> Path:
    """Find a program of an environment, in the project or beside the runner's own environment.

    Raises:
        EngineError: it is not installed.
    """
    for folder in (site.project, Path(sys.prefix).parent):
        found = folder / environment / "bin" / name
        if found.is_file():
            return found
    raise EngineError(f"{name} is not installed: there is no {environment}/", mend="run `make setup`")
