"""`python -m millstream.local.resume --config FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from millstream.errors import MillstreamError
from millstream.local.resume.configuration import load
from millstream.local.resume.process import run

parser = argparse.ArgumentParser(prog="millstream.local.resume", description=__doc__)
parser.add_argument("--config", type=Path, required=True, help="JSON file, readable by its owner only")
try:
    run(load(parser.parse_args().config))
except MillstreamError as exc:
    sys.stderr.write(f"{exc.summary}\n")
    sys.exit(exc.exit_code)
