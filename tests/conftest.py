"""What all tests need."""

import os
import signal

# A shell starts background commands with Ctrl-C ignored, and every child inherits that: tests send it to children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A planner that stays would outlive the tests; what it does is tested where it is asked for.
os.environ.setdefault("MILLSTREAM_PLANNER_IDLE_S", "0")
