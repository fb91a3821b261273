"""JSON values that do not stand one a line: the elements of an array, or objects of many lines."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

_PIECE = 1 << 20
MOST = 1 << 28  # characters of one value
_BETWEEN = re.compile(r"[\s,]*")
_ESCAPED = re.compile("[\udc80-\udcff]")


class Value(NamedTuple):
    """One of several values.

    Attributes:
        number: its place, from 1.
        value: what it is.
        problem: what is wrong with it, or "".
    """

    number: int
    value: Any
    problem: str = ""


def parse(text: str) -> Any:
    """The value of a text of JSON.

    Raises:
        ValueError: if it is none, or an object has a key twice: it is not known which value counts.
    """
    doubled: list[str] = []
    value = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, doubled))
    if doubled:
        raise ValueError(_twice(doubled))
    return value


def values_of(stream: BinaryIO) -> Iterator[Value]:
    """The elements of an array, or values that follow one another, each when it is asked for.

    Args:
        stream: UTF-8, at its start.

    Raises:
        ValueError: where what follows is no JSON, is larger than `MOST`, or the array has no end:
            nothing more can be read.
    """
    doubled: list[str] = []
    decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: _object(pairs, doubled))
    text = ""
    while not text and (piece := _read(stream, _PIECE)):
        text = piece.lstrip("\ufeff \t\r\n")
    array = text.startswith("[")
    place, number, size = int(array), 0, _PIECE
    while True:
        place = _end(_BETWEEN.match(text, place))
        if place == len(text):
            text, place = _read(stream, _PIECE), 0
            if text:
                continue
        if not text or (array and text[place] == "]"):
            _check_end(stream, text[place:], array=array)
            return
        doubled.clear()
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            # It may go on in what was not read yet.
            more = _read(stream, size) if len(text) - place < MOST else ""
            if not more or isinstance(error, RecursionError):
                raise ValueError(f"value {number + 1} is not valid JSON ({error})") from None
            text, place, size = text[place:] + more, 0, 2 * size
            continue
        number, size = number + 1, _PIECE
        problem = "its bytes are not UTF-8" if _ESCAPED.search(text, place, end) else ""
        yield Value(number, value, problem or (_twice(doubled) if doubled else ""))
        place = end


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _read(stream: BinaryIO, size: int) -> str:
    """The next characters; none is cut."""
    data = stream.read(size)
    while data and data[-1] >= 0x80 and (byte := stream.read(1)):
        data += byte
    return data.decode("utf-8", "surrogateescape")


def _check_end(stream: BinaryIO, text: str, *, array: bool) -> None:
    if array and not text:
        raise ValueError("the array has no end: the file is cut")
    if (text[1:] + _read(stream, _PIECE)).strip():
        raise ValueError("something follows the array")


def _object(pairs: list[tuple[str, Any]], doubled: list[str]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        doubled.append(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return mapping


def _twice(doubled: list[str]) -> str:
    return f"an object has the key {doubled[0]!r} twice"
