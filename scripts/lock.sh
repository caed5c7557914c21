#!/bin/sh
# Resolve the pinned requirements and the JARs anew. Needs an installed environment (make setup).
set -eu
cd "$(dirname "$0")/../requirements"
uv=$(command -v uv || echo ../.uv/bin/uv)
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade "$1.in" -o "$1.txt"
}
"$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
  --override overrides.in runner.in -o runner.txt
compile dev
compile dbt
compile dbt-dev
compile airflow
compile superset
compile uv
../.venv/bin/python ../scripts/lock_jars.py
