#!/bin/sh
# Make the runner's environment in .venv, and those of dbt, Airflow and Superset in .venv-dbt, .venv-airflow and
# .venv-superset from the hash-pinned requirements, then fetch the engines' JARs.
# Needs Python 3.11 or 3.12 only. Safe to repeat: a second run takes seconds.
#   PYTHON=/path/to/python3.12 scripts/setup.sh    chooses the interpreter
set -eu
cd "$(dirname "$0")/.."
# Set in some images; without compiled files PyFlink and every command start twice as slowly.
unset PYTHONDONTWRITEBYTECODE

fail() { printf 'error: %s\n  mend: %s\n' "$1" "$2" >&2; exit 3; }

supported() { "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; }

find_python() {
  for candidate in "${PYTHON:-}" python3.12 python3.11 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && supported "$candidate"; then
      command -v "$candidate"; return
    fi
  done
}

python=$(find_python)
[ -n "$python" ] || fail "no Python 3.11 or 3.12 found" "install one, or set PYTHON=/path/to/python3.12"

find_uv() {
  if command -v uv >/dev/null 2>&1; then command -v uv; elif [ -x .uv/bin/uv ]; then echo .uv/bin/uv; fi
}

uv=$(find_uv)
if [ -z "$uv" ]; then
  echo "uv is not installed: putting it into .uv" >&2
  rm -rf .uv
  if "$python" -m venv .uv 2>/dev/null; then
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
  else
    # Debian ships Python without venv; pip alone is enough for a wheel that holds one program.
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --target .uv -r requirements/uv.txt ||
      fail "uv could not be installed" "install it (pip install uv), or the python3-venv package"
  fi
  uv=.uv/bin/uv
fi

# What an environment was made from. Written last, so that an interrupted installation is taken up again; uv keeps what
# it has fetched.
stamp() { pwd; cat "$@"; }

# stands FOLDER FILE...: whether the environment is there and was made from these files.
stands() {
  folder=$1; shift
  # A moved folder leaves an environment whose programs point elsewhere.
  if [ -e "$folder" ] && ! supported "$folder/bin/python"; then rm -rf "$folder"; fi
  [ -x "$folder/bin/python" ] || "$uv" venv --quiet --python "$python" "$folder"
  stamp "$@" | cmp -s - "$folder/installed"
}

# Every transitive package is in the pinned files, so nothing is resolved here.
install() { "$uv" pip install --no-deps --compile-bytecode --require-hashes --python "$@"; }

if ! stands .venv requirements/runner.txt requirements/dev.txt pyproject.toml; then
  install .venv -r requirements/runner.txt -r requirements/dev.txt
  "$uv" pip install --quiet --python .venv --no-deps --editable .
  stamp requirements/runner.txt requirements/dev.txt pyproject.toml > .venv/installed
fi

if ! stands .venv-dbt requirements/dbt.txt requirements/dbt-dev.txt; then
  install .venv-dbt -r requirements/dbt.txt -r requirements/dbt-dev.txt
  stamp requirements/dbt.txt requirements/dbt-dev.txt > .venv-dbt/installed
fi

if ! stands .venv-airflow requirements/airflow.txt; then
  install .venv-airflow -r requirements/airflow.txt
  stamp requirements/airflow.txt > .venv-airflow/installed
fi

# Superset wants older libraries than the runner, so it has an environment of its own.
if ! stands .venv-superset requirements/superset.txt; then
  install .venv-superset -r requirements/superset.txt
  stamp requirements/superset.txt > .venv-superset/installed
fi

.venv/bin/millstream setup
