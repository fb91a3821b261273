from __future__ import annotations

import io
from contextlib import closing

import pytest

from kerasapps.data.sources.encodings import (
    Encoding,
    find_encoding,
    is_wide,
    refuse_encoding,
    utf8_stream,
)
from kerasapps.errors import DataError
from tests.data.tongues import CASES, TONGUES, table

_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def found(data: bytes, named: str | None = None) -> Encoding:
    return find_encoding(lambda: closing(io.BytesIO(data)), name="a.csv", named=named)


def text_of(data: bytes, encoding: Encoding) -> str:
    text = utf8_stream(io.BytesIO(data), encoding).read().decode()
    return text.removeprefix("\ufeff")


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_what_is_not_utf8_is_guessed_and_told(language: str, codec: str) -> None:
    data = table(language).encode(codec)
    encoding = found(data)
    assert text_of(data, encoding) == table(language)
    assert encoding.guessed == (
        f"a.csv: read as {encoding.codec}, as it is not UTF-8; say otherwise with --encoding"
    )


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_a_single_text_is_never_read_as_another(language: str, codec: str) -> None:
    for text in TONGUES[language][0]:
        data = text.encode(codec)
        encoding = found(data)
        if encoding.codec != "utf-8":
            assert text_of(data, encoding) == text


@pytest.mark.parametrize("codec", _WIDE)
@pytest.mark.parametrize("language", ["German", "Chinese", "Russian"])
@pytest.mark.parametrize("marked", [True, False])
def test_utf16_and_utf32(codec: str, language: str, marked: bool) -> None:
    text = table(language)
    data = (("\ufeff" if marked else "") + text).encode(codec)
    encoding = found(data)
    assert (encoding.codec, encoding.mark, encoding.mac) == (codec, marked, False)
    assert text_of(data, encoding) == text
    how = "is {} by its mark" if marked else ": read as {}, which has no mark"
    assert how.format(codec.upper()) in encoding.guessed
    assert is_wide(data)


def test_plain_utf8_is_not_worth_a_word() -> None:
    for text in (
        "",
        "a,b\n",
        table("Chinese"),
        "\ufeff" + table("German"),
        "nul \0 in a text\n" * 9,
    ):
        encoding = found(text.encode())
        assert (encoding.codec, encoding.guessed, encoding.doubt) == ("utf-8", "", "")
        assert encoding.mark == text.startswith("\ufeff")
        assert not is_wide(text.encode())


def test_a_few_zeros_do_not_make_utf16() -> None:
    assert found(b"a\0b\n" + b"plain text and more\n" * 3).codec == "utf-8"
    assert found(b"t\0e\0x\0t\0\n\0").codec == "utf-16-le"
    assert found("de l\u2019été\n".encode("cp1252") * 9 + b"a\0\n").codec == "cp1252"


@pytest.mark.parametrize(
    "line",
    [
        b"bad \xff byte",
        b"half an emoji \xf0\x9f\x98 here",
        b"a dash, cut \xe2\x80 here",
        b"caf\xc3",
        b"\xffoops",
    ],
)
def test_broken_bytes_are_of_no_encoding(line: bytes) -> None:
    assert found(b"all plain\n" * 20 + line + b"\n") == Encoding()


def test_a_file_of_utf8_stays_so_whatever_a_few_lines_are() -> None:
    odd = table("German").encode("cp1252").splitlines(keepends=True)[1:]
    assert found(table("French").encode() + b"".join(odd[:9])) == Encoding()
    assert found(b"".join(odd) + "één\n".encode() * 2).codec == "cp1252"  # 30 to 1
    assert found(b"".join(odd[:40]) + "één\n".encode() * 2).codec == "cp1252"
    assert found(b"".join(odd[:39]) + "één\n".encode() * 2).codec == "utf-8"


@pytest.mark.parametrize(
    ("codec", "text"), [("iso2022_jp", "これは良い映画です"), ("iso2022_kr", "좋은 영화입니다")]
)
def test_letters_behind_escape_sequences(codec: str, text: str) -> None:
    table = f"text,label\n{text} 1,a\n"
    data = table.encode(codec)
    encoding = found(data)
    assert encoding.codec == codec and "as its escape sequences say" in encoding.guessed
    assert text_of(data, encoding) == table
    assert found(b"\x1b[31mred\x1b[0m, \x1b$Bno\xc3\xa9\n").codec == "utf-8"
    assert found(data, "utf-8").codec == "utf-8"


def test_what_could_be_two_things_is_not_guessed() -> None:
    encoding = found(b"na\xefve\n")
    assert encoding.codec == "utf-8" and encoding.guessed == ""
    assert encoding.doubt.startswith("a.csv has lines that are not UTF-8; they may be cp1252 or ")
    assert encoding.doubt.endswith("name it with encoding")


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16-le"])
def test_line_ends_of_old_macs(codec: str) -> None:
    text = table("German")
    for ends in ("\r", "\r\n"):
        data = text.replace("\n", ends).encode(codec)
        encoding = found(data)
        assert encoding.mac == (ends == "\r")
        assert text_of(data, encoding) == (text if ends == "\r" else text.replace("\n", ends))
    assert not found("no end".encode(codec)).mac


class TestGiven:
    def test_it_is_obeyed(self) -> None:
        data = table("German").encode("cp1252")
        assert found(data, "latin-1") == Encoding("iso8859-1")
        assert found(data, "utf-8") == Encoding()
        assert found(b"plain", "CP1252") == Encoding("cp1252")

    @pytest.mark.parametrize("named", ["utf-16", "utf_16_le", "UTF-16LE"])
    def test_a_family_and_its_member(self, named: str) -> None:
        data = ("\ufeff" + table("German")).encode("utf-16-le")
        assert found(data, named).codec == "utf-16-le"
        assert found(data[2:], named).codec == "utf-16-le"

    def test_the_order_of_bytes_is_found(self) -> None:
        assert found(table("German").encode("utf-16-be"), "utf-16").codec == "utf-16-be"
        assert found("語".encode("utf-32-le"), "utf-32").codec == "utf-32-le"

    @pytest.mark.parametrize("named", ["cp1252", "utf-8", "utf-16-be", "utf-32"])
    def test_a_mark_that_says_otherwise_is_an_error(self, named: str) -> None:
        with pytest.raises(DataError, match=f"mark of UTF-16-LE, and encoding says {named}"):
            found("\ufeffa".encode("utf-16-le"), named)
        assert found("\ufeffa".encode(), "utf-8-sig").mark

    def test_utf8_that_is_read_as_another_is_doubted(self) -> None:
        encoding = found(table("German").encode(), "cp1252")
        assert encoding.codec == "cp1252"
        assert (
            encoding.doubt == "a.csv is UTF-8 throughout, but is read as cp1252, as encoding says"
        )

    def test_what_is_no_file_of_text_has_none(self) -> None:
        refuse_encoding(None, "x")
        with pytest.raises(DataError, match=r"files of text, and a\.parquet is none: leave it out"):
            refuse_encoding("cp1252", "a.parquet")


def test_what_cannot_be_decoded_is_no_utf8_afterwards() -> None:
    for codec, data in (("cp1252", b"a\x81b\xe9\n"), ("utf-16-le", b"a\0\0\xd8b\0\xe9\0\n\0")):
        line = utf8_stream(io.BytesIO(data), Encoding(codec)).readline()
        assert line == b"a\x80b" + "é\n".encode()
    mac = utf8_stream(io.BytesIO(b"a\xff\r\xc3\xa9\r"), Encoding(mac=True))
    assert mac.readlines() == [b"a\xff\n", "é\n".encode()]


def test_characters_are_not_cut_where_pieces_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.data.sources.encodings._CHUNK", 3)
    for codec in ("utf-16-le", "cp932"):
        data = table("Japanese").encode(codec)
        assert text_of(data, Encoding(codec)) == table("Japanese")
    assert found(table("Japanese").encode()) == Encoding()
