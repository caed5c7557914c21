"""What all tests need."""

import signal

# A shell starts background commands with Ctrl-C ignored, and every child inherits that: tests send it to children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
