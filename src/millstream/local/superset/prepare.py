"""Make Superset's metadata or bring it up to date: tables, permissions, roles, administrator. Safe to repeat."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_migrate import upgrade
from superset.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

ADMINISTRATOR = "admin"
# What a viewer needs beyond Superset's own public role. Every dataset is made for everybody who may log in.
SEES = {
    ("all_datasource_access", "all_datasource_access"),
    ("can_log", "Superset"),
    ("can_read", "Dataset"),
    # The token that its own requests must bear.
    ("can_read", "SecurityRestApi"),
    ("can_drill", "Dashboard"),
    ("can_get_drill_info", "Dataset"),
}


def main() -> None:
    """Bring everything up to date."""
    application = create_app()
    with application.app_context():
        upgrade()
        _initialise()
        # Never in the arguments, where every user of this machine could read it.
        _administrator(json.loads(Path(os.environ["MILLSTREAM_SUPERSET"]).read_text(encoding="utf-8"))["admin"])


def _initialise() -> None:
    """What `superset init` does, and the roles of this platform."""
    from superset.extensions import appbuilder, db, security_manager  # noqa: PLC0415 - made by `create_app`

    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    # Superset's own roles are made of these.
    known, rule = security_manager._get_all_pvms(), security_manager  # noqa: SLF001
    security_manager.set_role("Analyst", _any(rule._is_alpha_pvm, rule._is_sql_lab_pvm), known)  # noqa: SLF001
    security_manager.set_role("Viewer", _any(rule._is_public_pvm, _sees), known)  # noqa: SLF001
    db.session.commit()


def _any(*rules: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda permission: any(rule(permission) for rule in rules)


def _sees(permission: Any) -> bool:
    return (permission.permission.name, permission.view_menu.name) in SEES


def _administrator(password: str) -> None:
    """The password on file is the one that counts."""
    from superset.extensions import db, security_manager  # noqa: PLC0415 - made by `create_app`

    user = security_manager.find_user(username=ADMINISTRATOR)
    if user is None:
        role = security_manager.find_role("Admin")
        security_manager.add_user(ADMINISTRATOR, "Millstream", "Admin", "admin@localhost", role, password=password)
    else:
        security_manager.reset_password(user.id, password)
    db.session.commit()


if __name__ == "__main__":
    main()
