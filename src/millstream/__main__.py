"""`python -m millstream`, and the `millstream` command."""

import signal


def main() -> None:
    """Run the command line; Ctrl-C ends it without a word while modules are still being loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from millstream.cli import main as command_line  # noqa: PLC0415 - after the signal is taken care of

    command_line()


if __name__ == "__main__":
    main()
