"""Settings of the embedded Superset (its documentation: "Configuring Superset").

`SUPERSET_CONFIG_PATH` names this file, and `MILLSTREAM_SUPERSET` the JSON file of mode 0600 with what differs between
platforms: the metadata's address, keys, and a folder for caches.
"""

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import basemap  # type: ignore[import-not-found]  # beside this file, in Superset's own Python
from flask import Blueprint, Flask, Response, abort
from superset.config import TALISMAN_CONFIG, TALISMAN_DEV_CONFIG, THEME_DEFAULT

_own: dict[str, str] = json.loads(Path(os.environ["MILLSTREAM_SUPERSET"]).read_text(encoding="utf-8"))

SECRET_KEY = _own["secret_key"]
GUEST_TOKEN_JWT_SECRET = _own["guest_key"]
SQLALCHEMY_DATABASE_URI = _own["metadata"]


def _cache(name: str, seconds: int) -> dict[str, Any]:
    folder = str(Path(_own["caches"]) / name)
    return {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": folder, "CACHE_DEFAULT_TIMEOUT": seconds}


CACHE_CONFIG = _cache("metadata", 300)
# Shorter than the refresh of the live dashboard, long enough for two people who look at once.
DATA_CACHE_CONFIG = _cache("data", 10)
FILTER_STATE_CACHE_CONFIG = _cache("filters", 86400)
EXPLORE_FORM_DATA_CACHE_CONFIG = _cache("explore", 86400)

APP_NAME = "millstream"
DASHBOARD_AUTO_REFRESH_MODE = "fetch"
FAB_ADD_SECURITY_API = True
WTF_CSRF_ENABLED = True
# Loopback has no TLS.
SESSION_COOKIE_SECURE = False
FEATURE_FLAGS = {"DRILL_TO_DETAIL": True, "DRILL_BY": True, "DASHBOARD_RBAC": False, "ALERT_REPORTS": False}

ROW_LIMIT = 10_000
SQL_MAX_ROW = 50_000
DISPLAY_MAX_ROW = 10_000
SAMPLES_ROW_LIMIT = 1_000
SQLLAB_TIMEOUT = 30
SUPERSET_WEBSERVER_TIMEOUT = 60

CURRENCIES = ["EUR"]
THEME_DEFAULT = deepcopy(THEME_DEFAULT)
THEME_DEFAULT["token"] |= {
    "brandAppName": APP_NAME,
    "brandLogoAlt": APP_NAME,
    "colorPrimary": "#1f6f8b",
    "colorLink": "#1f6f8b",
}
COLOURS = "#1f6f8b #e08e45 #5b9279 #b8495c #7a6fb0 #c9a227 #4a90c2 #8c6d5a #9bbf85 #6b7785"
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "millstream",
        "label": "Millstream",
        "description": "Ten colours that stay apart for colour-blind eyes too",
        "isDefault": True,
        "colors": COLOURS.split(),
    }
]


def _without_outside(policy: dict[str, Any]) -> dict[str, Any]:
    """A browser that follows this policy asks nobody but this server."""
    own = {"blob:", "data:"}
    return {
        name: [source for source in sources if source.startswith("'") or source in own]
        for name, sources in policy.items()
        if isinstance(sources, list)
    } | {"object-src": "'none'"}


TALISMAN_ENABLED = True
TALISMAN_CONFIG = deepcopy(TALISMAN_CONFIG)
TALISMAN_CONFIG["content_security_policy"] = _without_outside(TALISMAN_CONFIG["content_security_policy"])
TALISMAN_DEV_CONFIG = deepcopy(TALISMAN_DEV_CONFIG)
TALISMAN_DEV_CONFIG["content_security_policy"] = _without_outside(TALISMAN_DEV_CONFIG["content_security_policy"])


def FLASK_APP_MUTATOR(_app: Flask) -> None:  # noqa: N802 - Superset's name
    """Read one time before anybody asks for a chart.

    pyparsing puts Superset's grammar of times together at its first use; two threads that do so at once break it for
    both, and the first charts of a new server show an error.
    """
    from superset.utils.date_parser import datetime_eval  # noqa: PLC0415 - these settings are read before it can be

    datetime_eval("DATETIME('now')")


def _tile(zoom: int, x: int, y: int) -> Response:
    try:
        drawn = basemap.tile(zoom, x, y)
    except ValueError:
        abort(404)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=604800"})


_tiles = Blueprint("maptiles", __name__)
_tiles.add_url_rule("/maptiles/<int:zoom>/<int:x>/<int:y>.svg", view_func=_tile)
BLUEPRINTS = [_tiles]
DECKGL_BASE_MAP = [["tile:///maptiles/{z}/{x}/{y}.svg", "Land and borders"]]
