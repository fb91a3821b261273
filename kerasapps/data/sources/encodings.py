"""How the bytes of a text file become lines of UTF-8: told by option, by a mark, or by evidence.

A file has one encoding. Where it is UTF-8 but for a few rows, these are broken; where nothing in it
is UTF-8 beyond ASCII, another encoding is guessed, if only one reads as a language.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias, cast

from kerasapps.data.sources.scripts import CANDIDATES, Reading, read_as
from kerasapps.errors import DataError

_CHUNK = 1 << 20
_HEAD = 1 << 16  # bytes that tell UTF-16 and UTF-32
_SAMPLE = 1 << 16  # bytes of lines that are not UTF-8
_LINE = 1 << 16
_FEW = 20  # times as many lines must be something else than are UTF-8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHIFTS = (
    (b"\x1b$B", "iso2022_jp"),
    (b"\x1b$@", "iso2022_jp"),
    (b"\x1b$)C", "iso2022_kr"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_BAD = "kerasapps-bad"  # an error handler: what cannot be decoded is no UTF-8 afterwards, either


Opened: TypeAlias = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True)
class Encoding:
    """How a file is read.

    Attributes:
        codec: Python's name of the encoding.
        mark: whether the file begins with its mark.
        mac: whether carriage returns alone end its lines.
        guessed: what was guessed, for the user; "" for plain UTF-8.
        doubt: why bytes that are not UTF-8 were not taken for another encoding; "" for none.
    """

    codec: str = "utf-8"
    mark: bool = False
    mac: bool = False
    guessed: str = ""
    doubt: str = ""


def refuse_encoding(named: str | None, where: str) -> None:
    """Make sure that nobody names an encoding of what is no file of text.

    Raises:
        DataError: if one was.
    """
    if named is not None:
        raise DataError(f"encoding is for files of text, and {where} is none: leave it out")


def find_encoding(opened: Opened, *, name: str, named: str | None) -> Encoding:
    """How to read a file.

    Args:
        opened: opens it at its start.
        name: of the file, for messages.
        named: the encoding that the user named.

    Raises:
        DataError: if the file begins with the mark of another one than was given.
    """
    with opened() as stream:
        head = stream.read(_HEAD)
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if named is not None:
        return _as_named(opened, head, named, marked, name)
    if marked is not None:
        told = f"{name} is {marked.upper()} by its mark" if marked != "utf-8" else ""
        return Encoding(marked, True, _is_mac(opened, marked), told)
    wide = _wide(head)
    if wide is not None:
        told = f"{name}: read as {wide.upper()}, which has no mark; say otherwise with --encoding"
        return Encoding(wide, False, _is_mac(opened, wide), told)
    mac = _is_mac(opened, "utf-8")
    if not _is_utf8(opened):
        return _guess(opened, name, mac)
    shifted = _shifted(head)
    if shifted is None:
        return Encoding(mac=mac)
    told = f"{name}: read as {shifted}, as its escape sequences say; say otherwise with --encoding"
    return Encoding(shifted, False, mac, told)


def _as_named(opened: Opened, head: bytes, named: str, marked: str | None, name: str) -> Encoding:
    codec = codecs.lookup(named).name
    if marked is not None and not marked.startswith(codec.removesuffix("-sig")):
        raise DataError(
            f"{name} begins with the mark of {marked.upper()}, and encoding says {named}: leave "
            "encoding out"
        )
    if codec in ("utf-16", "utf-32"):
        codec = marked or next((each for each in (_wide(head),) if each), f"{codec}-le")
    codec = codec.removesuffix("-sig")
    doubt = ""
    if codec not in ("utf-8", "ascii", *_WIDE) and not head.isascii() and _is_utf8(opened):
        doubt = f"{name} is UTF-8 throughout, but is read as {codec}, as encoding says"
    return Encoding(codec, marked is not None, _is_mac(opened, codec), doubt=doubt)


def utf8_stream(stream: BinaryIO, encoding: Encoding) -> BinaryIO:
    """The stream of a file as UTF-8, with line feeds at the ends of lines.

    What cannot be decoded becomes bytes that are no UTF-8, as it does in a file of UTF-8.
    """
    if encoding.codec == "utf-8" and not encoding.mac:
        return stream
    return cast(BinaryIO, io.BufferedReader(_Recoded(stream, encoding), _CHUNK))


class _Recoded(io.RawIOBase):
    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self._stream, self._mac = stream, encoding.mac
        errors = "surrogateescape" if encoding.codec == "utf-8" else _BAD
        self._decoder = codecs.getincrementaldecoder(encoding.codec)(errors)
        self._left, self._ended = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while not self._left and not self._ended:
            data = self._stream.read(_CHUNK)
            self._ended = not data
            text = self._decoder.decode(data, self._ended)
            text = text.replace("\r", "\n") if self._mac else text
            self._left = text.encode("utf-8", "surrogateescape")
        count = min(len(view), len(self._left))
        view[:count], self._left = self._left[:count], self._left[count:]
        return count


def _bad(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udc80", error.end


codecs.register_error(_BAD, _bad)


def is_wide(data: bytes) -> bool:
    """Whether a whole file says of itself that it is UTF-16 or UTF-32."""
    marked = any(data.startswith(mark) for mark, codec in _MARKS if codec in _WIDE)
    return marked or _wide(data[:_HEAD]) is not None


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 where the zeros in a file's beginning say so."""
    if b"\0" not in head:
        return None
    plain = _decodes(head, "utf-8") and 5 * sum(map(_is_control, head)) < len(head)
    for codec in _WIDE:
        size = 4 if codec.startswith("utf-32") else 2
        units = len(head) // size
        ascii_units = _ascii_units(head, size, little=codec.endswith("le"))
        # Whoever writes Latin letters has zeros in half of all bytes; whoever does not, in blanks
        # and line ends.
        if not plain and ascii_units >= 0.03 * units and _decodes(head, codec):
            return codec
    return None


def _shifted(head: bytes) -> str | None:
    """The encoding whose escape sequences turn ASCII into other letters, as Japanese mail has."""
    for mark, codec in _SHIFTS:
        # A character may be cut at the end, and a terminal's sequence is nothing that decodes.
        if mark in head and _decodes(head, codec):
            return codec
    return None


def _is_control(byte: int) -> bool:
    return byte < 0x20 and byte not in b"\t\n\r"


def _ascii_units(head: bytes, size: int, *, little: bool) -> int:
    """Characters that are ASCII in a text of 2 or 4 bytes each."""
    places = range(size) if little else range(size - 1, -1, -1)
    low, *high = (head[place::size] for place in places)
    return sum(0 < first < 128 and not any(rest) for first, *rest in zip(low, *high, strict=False))


def _decodes(head: bytes, codec: str) -> bool:
    """Whether a file's beginning can be decoded, but for a character that is cut; and is text."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return codec == "utf-8" or "\0" not in text


def _is_mac(opened: Opened, codec: str) -> bool:
    """Whether lines end with carriage returns, and none with a line feed."""
    line, feed = "\r".encode(codec), "\n".encode(codec)
    returns = False
    with opened() as stream:
        for data in iter(lambda: stream.read(_CHUNK), b""):
            returns = returns or line in data
            if feed in data:
                return False
    return returns


def _is_utf8(opened: Opened) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened() as stream:
        try:
            for data in iter(lambda: stream.read(_CHUNK), b""):
                decoder.decode(data)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _guess(opened: Opened, name: str, mac: bool) -> Encoding:
    with opened() as stream:
        sample, others, valid, cut = _strange_lines(iter(lambda: stream.readline(_LINE), b""))
    if others < _FEW * valid or others < 2 * cut:
        return Encoding(mac=mac)
    readings = read_in_some(sample)
    if readings and is_sure(readings):
        best = readings[0].encoding
        told = f"{name}: read as {best}, as it is not UTF-8; say otherwise with --encoding"
        return Encoding(best, False, mac, told)
    if not readings:
        return Encoding(mac=mac)
    likely = " or ".join(each.encoding for each in readings[:3])
    doubt = f"{name} has lines that are not UTF-8; they may be {likely}: name it with encoding"
    return Encoding(mac=mac, doubt=doubt)


def _strange_lines(lines: Iterable[bytes]) -> tuple[list[bytes], int, int, int]:
    """The first lines that are not UTF-8, and how many are not, are, and seem to be, but cut."""
    sample, others, valid, cut = [], 0, 0, 0
    size = 0
    for line in lines:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError as error:
            # Of UTF-8 that was cut, as of half an emoji, the beginning is there.
            uncut = error.end - error.start == 1
            others, cut = others + uncut, cut + (not uncut)
            if size < _SAMPLE:
                sample.append(line)
                size += len(line)
    return sample, others, valid, cut


def read_in_some(sample: Sequence[bytes]) -> list[Reading]:
    """The different texts that the lines may be, the likeliest first."""
    readings: dict[str, Reading] = {}
    for codec in CANDIDATES:
        reading = read_as(sample, codec)
        if reading is not None:
            readings.setdefault(reading.text, reading)
    return sorted(readings.values(), key=lambda each: (-each.words, not each.faultless))


def is_sure(readings: list[Reading]) -> bool:
    """Whether the first of some readings is far likelier than the others."""
    first, *others = readings
    faultless = [each for each in others if each.faultless]
    return (first.faultless and not faultless) or all(
        first.words > 2 * each.words for each in others
    )
