# ruff: noqa: RUF001
from __future__ import annotations

import pytest

from kerasapps.data.sources.scripts import CANDIDATES, read_as
from tests.data.tongues import CASES, TONGUES


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_a_language_reads_as_one_in_its_encoding(language: str, codec: str) -> None:
    texts, _ = TONGUES[language]
    reading = read_as([text.encode(codec) for text in texts], codec)
    assert reading is not None and reading.text == "".join(texts) and reading.faultless
    assert reading.encoding == codec in CANDIDATES


@pytest.mark.parametrize(
    ("text", "codec", "words"),
    [
        ("der Bär und die Kühe, die ich sah", "cp1252", 5),  # der und die die ich
        ("THE café OF the year", "cp1252", 3),
        ("и не она, но он я", "cp1251", 0),
        ("мы были на море, и это не сон", "cp1251", 5),
        ("정말 좋은 영화 였다", "cp949", 3),
        ("café", "cp1252", 0),
    ],
)
def test_frequent_words_are_counted(text: str, codec: str, words: int) -> None:
    reading = read_as([text.encode(codec)], codec)
    assert (None if reading is None else reading.words) == (words or (0 if "caf" in text else None))


@pytest.mark.parametrize(
    ("line", "codec"),
    [
        (b"caf\xc3", "cp1252"),  # a capital behind a small letter
        (b"\xe9t\xe9 \xff \xe0", "cp1252"),  # a letter that French has not
        (b"by\xb3o", "cp1252"),  # a sign within a word
        (b"word\xbf", "cp1252"),  # one that opens stands before a word
        (b"word \xbb\xe9t\xe9", "cp1252"),  # one that closes stands behind a word
        (b"a \xa0b", "cp1252"),  # a second blank
        (b"\xc5 b\xe4\xf6\xe4\xf6r", "cp1252"),  # four such letters in a row
        (b"b \xe2 c", "cp1252"),  # no word of one letter
        (b"caf\xe9", "cp1251"),  # two scripts in a word
        (b"a \xff b", "cp1251"),  # a letter of another script on its own
        (b"\x81\x8d", "cp1252"),  # nothing
        (b"caf\xe9 \x85", "iso8859-15"),  # a control character
        (b"\xa4\xa2 caf\xe9", "euc_jp"),
    ],
)
def test_what_reads_as_nothing(line: bytes, codec: str) -> None:
    assert read_as([line], codec) is None


@pytest.mark.parametrize(
    "text",
    ["à la carte", "“été” (été) – l’été… 5 €, §3, 20 °C", "¿Qué? ¡Sí!", "«été»", "10\xa0km été"],
)
def test_signs_and_words_of_one_letter_may_stand_where_they_do(text: str) -> None:
    reading = read_as([text.encode("cp1252")], "cp1252")
    assert reading is not None and reading.faultless


def test_a_few_lines_of_many_may_be_nothing_at_all() -> None:
    sound, odd = ["der Bär\n".encode("cp1252")], b"\x81\x8d\n"
    reading = read_as([*sound * 19, odd], "cp1252")
    assert reading is not None and reading.text == "der Bär\n" * 19
    assert read_as([*sound * 18, odd], "cp1252") is None


def test_a_few_faults_of_many_letters_are_no_matter() -> None:
    texts = ["der Bär ist müde ".encode("cp1252")] * 40 + [b"Stra\xdfe by\xb3o "] * 2
    reading = read_as(texts, "cp1252")
    assert reading is not None and not reading.faultless
    assert read_as(texts[-6:], "cp1252") is None


def test_rare_characters_are_no_chinese() -> None:
    common, rare = "的一是不了人我在有他", "龠龢黟黻黼黹鼗鼍麝麈"
    assert read_as([common.encode("gb18030")], "gb18030") is not None
    assert read_as([rare.encode("gb18030")], "gb18030") is None
    assert read_as(["的一是不了人我在有他".encode("big5")], "big5") is not None


@pytest.mark.parametrize(
    ("text", "codec", "fits"),
    [
        ("これ" + "非常好電影" * 1, "euc_jp", True),  # 2 of 7 are kana
        ("これ" + "非常好電影" * 2, "euc_jp", False),  # 2 of 12
        ("これ" + "非常好電影" * 1, "cp932", True),
        ("これ" + "非常好電影" * 2, "cp932", False),
        ("的" * 9 + "あ" * 3, "gb18030", False),  # kana are no Chinese
        ("的" * 9 + "亍", "gb18030", True),  # 9 of 10 are common; this is the first that is not
        ("的" * 8 + "亍", "gb18030", False),
        ("的" * 8 + "座", "gb18030", True),  # the last that is common
        ("的" * 8 + "乂", "big5", False),
        ("的" * 8 + "籲", "big5", True),
    ],
)
def test_what_much_of_a_text_must_be(text: str, codec: str, fits: bool) -> None:
    assert (read_as([text.encode(codec)], codec) is not None) == fits
