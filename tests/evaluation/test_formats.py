"""Values as the report shows them."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from kerasapps.config.metric import Metric
from kerasapps.evaluation import formats


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "–"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (13_512_345, "13.5 MB"),
        (999_600, "1.00 MB"),
        (3_000_000_000, "3.00 GB"),
        (10**15, "1.00 PB"),
        (10**21, "1.00e+06 PB"),
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
        (12345, "12,345"),
        (45210.3, "45,210"),
        (-0.0, "0"),
        (999.96, "1000"),
        (1e15, "1e+15"),
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


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (Metric(name="a", key="a", quality="a"), 0.97812, "97.81\u202f%"),
        (Metric(name="a", key="a", quality="a", perfect=100.0, unit=""), 0.5, "0.50"),
        (
            Metric(name="a", key="a", quality="a", perfect=None, unit=" m"),
            -0.64609,
            "\u22120.6461 m",
        ),
        (Metric(name="a", key="a", quality="a"), None, "\u2013"),
        (None, 0.97812, "0.9781"),
    ],
)
def test_a_figure_has_its_metrics_unit_and_digits(metric, value, text):
    assert formats.figure(value, metric) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((50.5, 44.86, 1.0, -0.0), ("50.50", "44.86", "1.00", "0.00")),
        ((1.83, -0.16729, 12), ("1.830", "\u22120.167", "12.000")),
        ((45210.3, 0.5, 0.01), ("45,210", "0.5", "0.01")),
        ((1, 2000, None), ("1", "2,000", "\u2013")),
        ((1e16, 0.5), ("1e+16", "0.5")),
        ((float("nan"), 0.25), ("nan", "0.2500")),
        ((), ()),
    ],
)
def test_numbers_below_each_other_have_equally_many_decimals(values, texts):
    assert formats.column(values) == list(texts)


def test_a_column_with_signs_says_where_numbers_are():
    assert formats.column((0.5, 0.0, -0.5), signs=True) == ["+0.5000", "0.0000", "\u22120.5000"]


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


def test_a_page_replaces_only_what_a_page_cannot_hold():
    assert formats.for_page("a\x00b\udcffc\x0b") == "a\ufffdb\ufffdc\ufffd"
    assert formats.for_page("grün 猫\tüber\n") == "grün 猫\tüber\n"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: formats.number(False), "no"),
        (lambda: formats.number(0.123456, digits=2), "0.12"),
        (lambda: formats.number(-1234567), "\u22121,234,567"),
        (lambda: formats.number(-0.5), "\u22120.5"),
        (lambda: formats.number(None), "\u2013"),
        (lambda: formats.plain(frozenset({3})), "3"),
        (lambda: formats.plain({}), "\u2013"),
        (lambda: formats.plain(None), "None"),
        (lambda: formats.share(0.5), "50.0\u202f%"),
        (lambda: formats.share(0.0), "0.0\u202f%"),
        (lambda: formats.points(0.005), "+0.01"),
        (lambda: formats.points(-0.005), "\u22120.01"),
        (lambda: formats.points(0.0049), "0.00"),
        (lambda: formats.file_size(999_499), "999\u202fkB"),
        (lambda: formats.file_size(999_500), "1.00\u202fMB"),
        (lambda: formats.file_size(2_500_000_000_000), "2.50\u202fTB"),
        (lambda: formats.milliseconds(100.0), "100"),
        (lambda: formats.milliseconds(99.94), "99.9"),
        (lambda: formats.milliseconds(0.0), "0"),
        (lambda: formats.picture_url(b"\x89PNG"), "data:image/png;base64,iVBORw=="),
    ],
)
def test_edges(call, text):
    assert call() == text


def test_which_characters_a_page_can_hold():
    fine = "\t\n\r ~\xa0\ud7ff\ue000\ufffd\U0001f600\U0010fffd"
    assert formats.for_page(fine) == fine
    bad = "\x00\x08\x0b\x1f\x7f\x9f\ud800\udfff\ufffe\uffff\U0001fffe\U0010ffff"
    assert formats.for_page(bad) == "\ufffd" * len(bad)
    markup, number = Markup("\x7f<b>"), 3
    assert formats.for_page(markup) is markup and formats.for_page(number) is number
