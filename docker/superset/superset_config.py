"""Superset's settings in the compose platform; secrets come from the container's environment."""

import os

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE_URI"]
TALISMAN_ENABLED = True
WTF_CSRF_ENABLED = True
