#!/bin/sh
# Resolve every pinned file, with its hashes and from binary wheels only, for every supported platform and Python.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .uv/bin/uv)
nowhere=$(mktemp -d)
trap 'rm -rf "$nowhere"' EXIT
cp requirements/*.txt "$nowhere"
# Two of Superset's packages are published as source alone; both are plain Python and are built anywhere.
awk '/^[a-z]/ {left_out = /^(odfpy|wtforms-json)==/} !left_out' requirements/superset.txt > "$nowhere/superset.txt"
for platform in x86_64-manylinux_2_28 aarch64-apple-darwin x86_64-apple-darwin; do
  for version in 3.11 3.12; do
    for file in runner dev dbt dbt-dev airflow superset; do
      "$uv" pip install --quiet --dry-run --no-deps --target "$nowhere/target" --only-binary :all: --require-hashes \
        --python-platform "$platform" --python-version "$version" -r "$nowhere/$file.txt"
      echo "ok  $file.txt  $platform  Python $version"
    done
  done
done
