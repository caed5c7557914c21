"""Resolve the platform's JARs and write their lock files: `make lock`.

The folders under `src/millstream/local/jars/` each hold a `jgo.toml` (what is asked for) and a
`jgo.lock.toml` (every JAR with its SHA-256), which is what an installation fetches and verifies.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from jgo.env import EnvironmentBuilder, EnvironmentSpec
from jgo.maven import MavenContext, PythonResolver

JARS = Path(__file__).parent.parent / "src/millstream/local/jars"

# The engine's own JARs have these classes; a second version beside them would shadow theirs, or be dead weight.
PROVIDED = {
    "flink": {"flink-connector-base", "checker-qual"},
    "debezium": {
        *("connect-api", "kafka-clients", "slf4j-api", "jakarta.ws.rs-api"),
        *("zstd-jni", "lz4-java", "snappy-java"),
    },
}


def main() -> None:
    """Write `jgo.lock.toml` beside every `jgo.toml`."""
    with tempfile.TemporaryDirectory() as cache:
        context = MavenContext(repo_cache=Path(cache), resolver=PythonResolver())
        for spec in sorted(JARS.glob("*/jgo.toml")):
            lock = EnvironmentBuilder(context=context).resolve_lockfile(EnvironmentSpec.load(spec))
            name = spec.parent.name
            lock.dependencies = [d for d in lock.dependencies if d.artifactId not in PROVIDED.get(name, ())]
            lock.save(spec.with_name("jgo.lock.toml"))
            print(f"{name}: {len(lock.dependencies)} JARs")


if __name__ == "__main__":
    main()
