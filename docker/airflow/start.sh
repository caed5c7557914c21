#!/bin/bash
# Airflow in one container: API server, scheduler, DAG processor and triggerer, with the administrator's password of .env.
set -eu
umask 077
python - <<'PY'
import json, os
from pathlib import Path

Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]).write_text(
    json.dumps({"admin": os.environ["AIRFLOW_ADMIN_PASSWORD"]})
)
PY
unset AIRFLOW_ADMIN_PASSWORD
exec airflow standalone
