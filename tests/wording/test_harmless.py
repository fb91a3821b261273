from __future__ import annotations

import os
from pathlib import Path

import pytest

from kerasapps.wording.harmless import escaped, harmless, one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größer, 東京, 👍🏽, \u200f\u05d0", "größer, 東京, 👍🏽, \u200f\u05d0"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31mred", r"\x9b31mred"),
        ("over\rwritten\x08", r"over\rwritten\x08"),
        ("\x00\x0b\x0c\x1f\x7f\x80\x9f", r"\x00\x0b\x0c\x1f\x7f\x80\x9f"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("photo\u202egnp.exe", r"photo\u202egnp.exe"),
        ("no-break\xa0space", "no-break\xa0space"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown
    assert harmless(shown) == shown


def test_one_line_is_one_line() -> None:
    assert one_line("a\nb\tc\x1b[m d") == r"a\nb\tc\x1b[m d"
    every = "".join(chr(code) for code in range(0x2100))
    assert len(one_line(every).splitlines()) == 1


def test_the_same_as_numbers() -> None:
    assert escaped("a\x9b\u2028é\n", "\\u{:04x}") == "a\\u009b\\u2028é\n"


def test_a_path_is_one_line_that_utf8_can_hold() -> None:
    assert printable(Path("a b/ü.png")) == "a b/ü.png"
    assert printable("a\nb\x1b[2J") == r"a\nb\x1b[2J"
    assert printable(os.fsdecode(b"\xff.png")) == r"\udcff.png"
