#!/bin/sh
# Parse the dbt project for each engine and hold it to its conventions (dbt_project/dbt-bouncer.yml). Reaches no engine.
set -eu
cd "$(dirname "$0")/../dbt_project"
bin=$PWD/../.venv-dbt/bin
# Parsing asks for addresses and uses none.
export DBT_POSTGRES_HOST=nowhere DBT_CLICKHOUSE_HOST=nowhere COLUMNS=160
for profile in warehouse realtime; do
  # dbt-bouncer looks there.
  "$bin/dbt" --quiet parse --profile "$profile" --target-path target
  "$bin/dbt-bouncer" run --only manifest_checks
done
