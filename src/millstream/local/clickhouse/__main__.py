"""`python -m millstream.local.clickhouse --config FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from millstream.errors import MillstreamError
from millstream.local.clickhouse import config, server


def main() -> int:
    """Run the server; returns an exit code only if it could not start."""
    parser = argparse.ArgumentParser(prog="millstream.local.clickhouse", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="JSON file, mode 0600")
    try:
        server.run(config.load(parser.parse_args().config))
    except MillstreamError as failure:
        mend = f"\n  {failure.mend}" if failure.mend else ""
        sys.stderr.write(f"error: {failure.summary}{mend}\n")
        return failure.exit_code
    return 0


sys.exit(main())
