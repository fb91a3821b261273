"""Values as the report shows them."""

from __future__ import annotations

import pytest

from kerasapps.evaluation import formats


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "–"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (13_512_345, "13.5 MB"),
        (999_600, "1 MB"),
        (3_000_000_000, "3 GB"),
    ],
)
def test_file_size(size, text):
    assert formats.file_size(size).replace(formats.NARROW_SPACE, " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.3, "+0.30"),
        (-2.3, "\u22122.30"),
        (0.001, "0.00"),
        (-0.001, "0.00"),
    ],
)
def test_points(value, text):
    assert formats.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (12345, "12\u202f345"),
        (-1, "\u22121"),
        (0.00012345, "0.0001234"),
        ("", "–"),
        (("a", "b"), "a, b"),
        ({"x": 1, "y": None}, "x: 1, y: –"),
        ((), "–"),
    ],
)
def test_number(value, text):
    assert formats.number(value) == text


def test_share_and_milliseconds():
    assert formats.share(0.98765, digits=2) == "98.77\u202f%"
    assert formats.share(None) == "–"
    assert [formats.milliseconds(value) for value in (None, 0.12345, 12.345, 1234.5)] == [
        "–",
        "0.123",
        "12.3",
        "1234",
    ]


def test_picture_url_names_the_format():
    assert formats.picture_url(b"\x89PNG").startswith("data:image/png;base64,")
    assert formats.picture_url(b"\xff\xd8\xff").startswith("data:image/jpeg;base64,")


def test_printable_replaces_only_what_a_page_cannot_hold():
    assert formats.printable("a\x00b\udcffc\x0b") == "a\ufffdb\ufffdc\ufffd"
    assert formats.printable("grün 猫\tüber\n") == "grün 猫\tüber\n"
