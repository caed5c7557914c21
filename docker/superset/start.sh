#!/bin/bash
# Bring Superset's own database up to date, see to the administrator, and serve.
set -eu
superset db upgrade
python /admin.py
superset init
exec gunicorn --bind 0.0.0.0:8088 --workers 2 --worker-class gthread --threads 8 --timeout 120 'superset.app:create_app()'
