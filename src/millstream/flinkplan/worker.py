"""The planner process: `python -m millstream.flinkplan.worker`, one JSON line in, one JSON line out.

Statements with their secrets come through standard input only. Whatever Java or PyFlink print goes to standard error.
It ends when its standard input does, so it never outlives the process that started it.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Answer requests until standard input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # The JVM inherits descriptor 1, and a line of log there would be taken for a reply.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    # PyFlink starts its JVM with the descriptors of this moment, so it is imported only now.
    from millstream.flinkplan import session  # noqa: PLC0415
    from millstream.flinkplan.model import REPLY, REQUEST  # noqa: PLC0415

    session.start()
    for line in sys.stdin.buffer:
        replies.write(REPLY.dump_json(session.answer(REQUEST.validate_json(line))) + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
