"""The planner process: `python -m millstream.flinkplan.worker`, one numbered JSON line in, one out.

A line is a number, a space and JSON; the reply bears the number of its request. Several requests are worked on at
once, as Flink's SQL gateway does with its sessions: a submission mostly waits for the JobManager.

Statements with their secrets come through standard input only. Whatever Java or PyFlink print goes to standard error.
It ends when its standard input does, so it never outlives the process that started it.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from threading import Lock


def main() -> None:
    """Answer requests until standard input ends; what was begun is finished."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # The JVM inherits descriptor 1, and a line of log there would be taken for a reply.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    # PyFlink starts its JVM with the descriptors of this moment, so it is imported only now.
    from millstream.flinkplan import session  # noqa: PLC0415
    from millstream.flinkplan.model import AT_ONCE, REPLY, REQUEST  # noqa: PLC0415
    from millstream.flinkplan.reasons import last_line  # noqa: PLC0415

    writing = Lock()

    def reply(line: bytes) -> None:
        number, _, request = line.partition(b" ")
        try:
            answered = REPLY.dump_json(session.answer(REQUEST.validate_json(request)))
        except BaseException as exc:  # noqa: BLE001 - nobody above would end the process
            # Whoever asked waits for this very reply; the traceback tells why there is none, and they its last line.
            traceback.print_exc()
            sys.stderr.write(last_line(exc) + "\n")
            os._exit(1)
        with writing:
            replies.write(number + b" " + answered + b"\n")
            replies.flush()
        # Python's environments hold one another in circles, and each holds its planner in the JVM.
        gc.collect()

    session.start()
    gc.freeze()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in sys.stdin.buffer:
            pool.submit(reply, line)


if __name__ == "__main__":
    main()
