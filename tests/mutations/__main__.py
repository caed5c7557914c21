"""`python -m mutations --pairs 3000 --seed 1 --json FILE`: judge generated pairs with Flink's planner.

Compiled plans are kept: a run that `--seconds` cut short goes on where it stopped, and a changed verdict is judged anew
without a planner.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from pathlib import Path

from mutations.export import export
from mutations.judging import Plans, judge_all, summary
from mutations.pairs import pairs
from own_planner import own_planner


def main():
    arguments = _arguments()
    made = pairs(arguments.pairs, arguments.seed)
    if arguments.export:
        sys.stderr.write(f"{export(made, arguments.export)} pairs written\n")
        return 0
    with ExitStack() as stack:
        plans = Plans(cache(lambda: stack.enter_context(own_planner())), arguments.plans)
        found = list(judge_all(made, plans, arguments.seconds))
    report = summary(found)
    told = {"seed": arguments.seed, **report, "judgements": [asdict(one) for one in found]}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({name: report[name] for name in ("pairs", "labels", "outcomes")}) + "\n")
    sys.stderr.write(f"{len(made) - len(found)} pairs left\n" if len(made) > len(found) else "")
    return 1 if report["false_keeps"] else 0


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m mutations", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3100, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the choice")
    parser.add_argument("--seconds", type=float, default=3600, help="stop judging after so long")
    parser.add_argument("--json", type=Path, default=Path("mutations.json"), help="where the judgements go")
    parser.add_argument("--plans", type=Path, default=Path("mutation-plans"), help="where compiled plans are kept")
    parser.add_argument("--export", type=Path, help="write the pairs into this folder, as cases, and judge none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
