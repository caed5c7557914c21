"""Make Superset's administrator, or give him the password of the environment; it stands in no argument."""

import os

from superset.app import create_app

with create_app().app_context():
    from superset.extensions import db, security_manager

    password = os.environ["SUPERSET_ADMIN_PASSWORD"]
    user = security_manager.find_user(username="admin")
    if user is None:
        role = security_manager.find_role("Admin")
        security_manager.add_user("admin", "Millstream", "Admin", "admin@example.org", role, password=password)
    else:
        security_manager.reset_password(user.id, password)
    db.session.commit()
