"""`kerasapps`, and `python -m kerasapps`."""

import sys

_STOPPED = 130  # as `kerasapps.cli.output` has it, which is not loaded yet


def main() -> None:
    """Entry point of the console script: Ctrl-C ends it in one line while it is loaded, too."""
    try:
        from kerasapps.cli import main as carry_out
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(_STOPPED)
    carry_out()


if __name__ == "__main__":
    main()
