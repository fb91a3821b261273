"""Examples at the end of a command's help."""

from __future__ import annotations

PROGRAM = "kerasapps"


def examples(*lines: str) -> str:
    """The end of a help text.

    Args:
        lines: command lines without the name of the program.
    """
    return "\n\n".join(["Examples:", *(f"{PROGRAM} {line}" for line in lines)])
