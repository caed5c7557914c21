#!/bin/sh
# Resolve the pinned requirements and the JARs anew. Needs an installed environment (make setup).
set -eu
cd "$(dirname "$0")/../requirements"
uv=$(command -v uv || echo ../.uv/bin/uv)
compile() {
  name=$1; shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade "$@" "$name.in" \
    -o "$name.txt"
}
compile runner --override overrides.in
compile dev
compile dbt
compile dbt-dev
compile airflow
compile superset --override superset-overrides.in
compile uv
../.venv/bin/python ../scripts/lock_jars.py
