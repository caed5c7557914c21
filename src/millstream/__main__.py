"""`python -m millstream`, and the `millstream` command."""

import gc
import signal

# Nearly all that is made while modules are loaded and a project is read stays: to look for garbage among it every 700
# objects, as Python does by itself, took a sixth of that time.
OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main() -> None:
    """Run the command line; Ctrl-C ends it without a word while modules are still being loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from millstream.cli import main as command_line  # noqa: PLC0415 - after the signal is taken care of

    command_line()


if __name__ == "__main__":
    main()
