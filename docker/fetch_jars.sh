#!/bin/sh
# Fetch the JARs of a lock file into a folder and refuse any whose SHA-256 is not the locked one.
#   fetch_jars.sh LOCK FOLDER
set -eu
lock=$1 folder=$2
mkdir -p "$folder"
value() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" "$lock"; }
# The first lines of a lock are about the whole; each dependency has these four, in this order.
value groupId > /tmp/groups
value artifactId > /tmp/artifacts
sed -n '/^\[\[dependencies\]\]/,$ s/^version = "\(.*\)"$/\1/p' "$lock" > /tmp/versions
value sha256 > /tmp/hashes
paste /tmp/groups /tmp/artifacts /tmp/versions /tmp/hashes | while read -r group artifact version hash; do
  mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="$group:$artifact:$version" -DoutputDirectory="$folder"
  echo "$hash  $folder/$artifact-$version.jar" | sha256sum --check --quiet -
done
