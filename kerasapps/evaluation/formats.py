"""Plain values as a reader of the report sees them: a value of one kind has one format.

Counts and large numbers have commas between thousands, as everything that kerasapps prints; shares
are in per cent with one digit, the figure of the task as its `Metric` says, other numbers have four
digits that count.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kerasapps.config.metric import Metric
from kerasapps.evaluation.shown import DASH

NARROW_SPACE = "\u202f"  # no line break between a number and its unit
MINUS = "\u2212"
_DIGITS = 4  # of a number that count
_HUGE = 1e15  # numbers from here on are written with an exponent


def number(value: object, *, digits: int = _DIGITS) -> str:
    """A number with so many significant digits and thousands apart; anything else as text."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", MINUS)
    if isinstance(value, float):
        is_large = 10 ** (digits - 1) <= abs(value) < _HUGE
        text = f"{value:,.0f}" if is_large else f"{value:.{digits}g}"
        return "0" if text == "-0" else text.replace("-", MINUS)
    return plain(value)


def plain(value: object) -> str:
    """A setting's value: lists with commas, mappings as `key: value`, None as a dash."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {number(each)}" for key, each in value.items()) or DASH
    if isinstance(value, str):
        return value or DASH
    if isinstance(value, Sequence | set | frozenset):
        return ", ".join(number(each) for each in value) or DASH
    return str(value)


def share(value: float | None, *, digits: int = 1) -> str:
    """A share from 0 to 1 in per cent."""
    return DASH if value is None else f"{value * 100:.{digits}f}{NARROW_SPACE}%"


def figure(value: object, metric: Metric | None) -> str:
    """What a metric has measured, in its own scale; of what no metric measured, a number."""
    if metric is None or not isinstance(value, int | float):
        return number(value)
    return metric.text(value).replace(" %", f"{NARROW_SPACE}%").replace("-", MINUS)


def column(values: Sequence[float | None], *, signs: bool = False) -> list[str]:
    """Numbers that stand below each other, with equally many decimals.

    The largest that is no whole number has four digits that count. One that would be nothing but
    zeros has as many as it needs, as `number` says.

    Args:
        values: of a column; None is a dash.
        signs: whether numbers above 0 have a sign too.
    """
    sizes = [abs(each) for each in values if isinstance(each, float) and math.isfinite(each)]
    largest = max(sizes, default=0.0)
    whole = all(each is None or isinstance(each, int) for each in values)
    decimals = 0 if largest == 0 else max(0, _DIGITS - 1 - math.floor(math.log10(largest)))

    def text(value: float | None) -> str:
        if value is None:
            return DASH
        plus = "+" if signs and value > 0 else ""
        is_lost = 0 < abs(value) <= 0.5 * 10**-decimals  # a half may be rounded to 0
        if whole or is_lost or not math.isfinite(value) or largest >= _HUGE:
            return plus + number(value)
        return plus + f"{value + 0.0:,.{decimals}f}".replace("-", MINUS)

    return [text(each) for each in values]


def points(value: float | None) -> str:
    """A signed difference in percentage points; less than 0.005 is no difference."""
    if value is None:
        return DASH
    if abs(value) < 0.005:
        return "0.00"
    return f"{'+' if value > 0 else MINUS}{abs(value):.2f}"


def file_size(count: int | None) -> str:
    """A number of bytes in the largest unit (powers of 1000) that leaves at least 1."""
    if count is None:
        return DASH
    if count < 1000:
        return f"{count}{NARROW_SPACE}B"
    size, units = count / 1000, ["PB", "TB", "GB", "MB", "kB"]
    while size >= 999.5 and len(units) > 1:  # 999.5 kB would be shown as 1000
        units.pop()
        size /= 1000
    return f"{_three_digits(size)}{NARROW_SPACE}{units[-1]}"


def milliseconds(value: float | None) -> str:
    """A duration in milliseconds with three significant digits."""
    if value is None:
        return DASH
    return f"{value:.0f}" if value >= 100 or value == 0 else _three_digits(value)


def _three_digits(value: float) -> str:
    """With its zeros: 8.00 below 8.68."""
    return f"{value:#.3g}".rstrip(".")


def picture_url(picture: bytes) -> str:
    """A PNG or JPEG as a `data:` URL."""
    kind = "jpeg" if picture.startswith(b"\xff\xd8") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def sound_url(sound: bytes) -> str:
    """A FLAC file as a `data:` URL."""
    return f"data:audio/flac;base64,{base64.b64encode(sound).decode('ascii')}"


def for_page(value: Any) -> Any:
    """`value` with the characters that no web page may hold replaced by U+FFFD.

    File names and labels come from outside: control characters, and the lone surrogates that
    stand for undecodable bytes of a file name, would make the page unreadable or unwritable.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return "".join(char if _allowed(char) else "\ufffd" for char in value)
    return value


def _allowed(char: str) -> bool:
    code = ord(char)
    return char in "\t\n\r" or (
        code >= 0x20
        and not 0x7F <= code < 0xA0
        and not 0xD800 <= code < 0xE000
        and code & 0xFFFE != 0xFFFE
    )
