"""Text on its way to a terminal: nothing in it may command one, and one line stays one line."""

from __future__ import annotations

import re
import sys

# What terminals obey or break a line at: control characters of both sets (escape sequences begin
# with one), Unicode's own line ends, and the overrides that turn the order of what follows.
_COMMANDING = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e"
_HARMFUL = re.compile(f"[{_COMMANDING}]")
_BREAKING = re.compile(rf"[{_COMMANDING}\t\n]")


def harmless(text: str) -> str:
    r"""The text with what a terminal would obey written out (`\x1b`); line feeds and tabs stay.

    Args:
        text: with labels, file names or messages that come from outside.
    """
    return _HARMFUL.sub(_written_out, text)


def one_line(text: str) -> str:
    r"""The same as exactly one line without tabs: those and line feeds are written out too."""
    return _BREAKING.sub(_written_out, text)


def tell(message: str) -> None:
    """A message on standard error."""
    print(harmless(message), file=sys.stderr)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
