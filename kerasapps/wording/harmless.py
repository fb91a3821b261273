"""Text from outside in which nothing commands a terminal, and one line stays one line."""

from __future__ import annotations

import os
import re

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


def printable(path: os.PathLike[str] | str) -> str:
    """A path as one line of text that can always be printed, and stored as UTF-8."""
    return one_line(os.fsdecode(path).encode("utf-8", "backslashreplace").decode("utf-8"))


def escaped(text: str, form: str) -> str:
    """As `harmless`, each character as its number in a form such as JSON's."""
    return _HARMFUL.sub(lambda found: form.format(ord(found[0])), text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
