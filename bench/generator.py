"""How many events of all topics a second the generator gets confirmed, as fast as it can.

    python bench/generator.py [BOOTSTRAP]

Without an address it uses KAFKA_BOOTSTRAP (`eval "$(millstream env)"`). It creates topics of its own in the
namespace `bench_<pid>_` and drops them afterwards, so that it can run beside a demo.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys

from confluent_kafka.admin import AdminClient, NewTopic

from millstream.generate import GeneratorOptions, run
from millstream.generate.stream import TOPICS

AIM = 50_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bootstrap", nargs="?", default=os.environ.get("KAFKA_BOOTSTRAP"))
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    if not arguments.bootstrap:
        parser.error("no broker: give its address or set KAFKA_BOOTSTRAP")
    namespace = f"bench_{os.getpid()}_"
    names = [namespace + topic.name for topic in TOPICS]
    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    for created in admin.create_topics([NewTopic(name, 4, 1) for name in names]).values():
        created.result()
    try:
        rates = [_rate(arguments, namespace, seed) for seed in range(1, arguments.runs + 1)]
    finally:
        for dropped in admin.delete_topics(names).values():
            dropped.result()
    median = statistics.median(rates)
    print(f"median {median:,.0f} events/s, {median / AIM:.1f} x the aim of {AIM:,}")
    return 0 if median >= AIM else 1


def _rate(arguments: argparse.Namespace, namespace: str, seed: int) -> float:
    report = run(
        GeneratorOptions(
            arguments.bootstrap,
            rate=AIM,
            events=arguments.events,
            seed=seed,
            speed=math.inf,
            bad_pct=2,
            late_pct=2,
            namespace=namespace,
        )
    )
    print(f"seed {seed}: {report.confirmed:,} confirmed in {report.seconds:.2f} s, {report.rate:,.0f} events/s")
    return report.rate


if __name__ == "__main__":
    sys.exit(main())
