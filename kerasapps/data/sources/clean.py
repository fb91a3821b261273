"""Single texts and labels: checked, folded for comparison, shortened for showing."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

import numpy as np

from kerasapps.data.sources.rows import Problem, decode, is_missing

EXCERPT = 80  # characters of a text that are shown

# Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def clean_text(value: Any, *, noun: str = "text") -> tuple[str, Problem | None]:
    """A source's value as a text that can be stored, or why it cannot.

    Args:
        value: a string, bytes that should be UTF-8, or anything else.
        noun: what the text is, for the reason.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bytes):
        value, problem = decode(value)
        if problem is not None:
            return "", problem
    if is_missing(value):
        return "", Problem("empty text", f"the {noun} is missing")
    if not isinstance(value, str):
        return "", Problem("format", f"the {noun} is a {type(value).__name__}, not a string")
    if not value.strip():
        return "", Problem("empty text", _blank(value, noun))
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        reason = f"character {error.start} is half of a pair (a lone surrogate)"
        return "", Problem("bad UTF-8", reason)
    return str(value), None


def _blank(value: str, noun: str) -> str:
    if not value:
        return f"the {noun} is empty"
    return "only white space" if noun == "text" else f"the {noun} is only white space"


def fold_text(text: str) -> str:
    """The text without case, punctuation and white space at its ends or repeated.

    A text of nothing else is kept: ":)" is not ":(".
    """
    plain = unicodedata.normalize("NFC", text).casefold()
    folded = " ".join(plain.translate(_punctuation()).split())
    return folded or " ".join(plain.split())


def count_words(text: str) -> int:
    """Words of a text; of a script without spaces every two characters are one."""
    if text.isascii():
        return len(text.split())
    spaced, dense = _DENSE.subn(" ", text)
    return len(spaced.split()) + (dense + 1) // 2


def excerpt(text: str) -> str:
    """The beginning of a text on one line; a terminal obeys none of its characters."""
    line = _CONTROL.sub("\ufffd", " ".join(text[: 4 * EXCERPT].split()))
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"


@functools.cache
def _punctuation() -> dict[int, str]:
    points = range(0x20000)  # none lies beyond
    return {point: " " for point in points if unicodedata.category(chr(point))[0] == "P"}
