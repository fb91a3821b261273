"""The members of a tar archive, read where they lie: nothing is ever unpacked to a path."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from kerasapps.errors import DataError
from kerasapps.shards.record import MOST_BYTES
from kerasapps.wording.harmless import one_line

BLOCK: Final = 512
_FILES = (b"0", b"\0", b"7")
_FOLDER = b"5"
_LONG_NAME, _LONG_LINK = b"L", b"K"  # GNU's
_PAX, _PAX_OF_ALL = b"x", b"g"  # POSIX's
_EXTENDED = (_LONG_NAME, _LONG_LINK, _PAX, _PAX_OF_ALL)
_LINKS = (b"1", b"2")
_DIGITS = re.compile("[0-9]{1,18}")
_LONGEST = 1 << 20  # bytes of names and extended headers

Read = Callable[[int, int], bytes]


class Member(NamedTuple):
    """A file in an archive.

    Attributes:
        offset: byte where its first header begins.
        name: its path, as it stands there: nobody follows it.
        data: byte where its content begins.
        size: bytes of it.
        end: byte where the next header begins.
    """

    offset: int
    name: str
    data: int
    size: int
    end: int


def is_header(block: bytes) -> bool:
    """Whether the first bytes of a file are a tar header: its sum says so."""
    if len(block) < BLOCK or not any(block):
        return False
    with contextlib.suppress(DataError):
        return _number(block[148:156]) == _sum(block)
    return False


def members(read: Read, start: int, end: int, *, whole: bool) -> Iterator[Member]:
    """The files of an archive, one after another; folders are passed over.

    Args:
        read: bytes at an offset.
        start: byte to begin at.
        end: byte where the archive, or the part of it that counts, ends.
        whole: whether the end of the archive must be marked, as it is where nothing is cut off.

    Raises:
        DataError: if it is cut off or damaged, or has a link or what else is no file.
    """
    offset = begin = start
    named = _Named()
    while offset < end:
        block = read(offset, BLOCK)
        if len(block) == BLOCK and not any(block):
            if whole:
                _check_end(read, offset, end)
            return
        kind, shown, size = _header(block, offset)
        name = named.name or shown
        size = size if named.size is None else named.size
        data = offset + BLOCK
        after = data + -(-size // BLOCK) * BLOCK
        if after > end:
            raise DataError(f"{_said(name)} is cut off")
        if kind in _EXTENDED:
            if size > _LONGEST:
                raise DataError(f"the header at byte {offset:,} is damaged: {size:,} bytes")
            named = _extended(kind, read(data, size), named)
            offset = after
            continue
        if _is_file(kind, name, size):
            yield Member(begin, name, data, size, after)
        offset = begin = after
        named = _Named()
    if whole:
        raise DataError("it is cut off: the mark at its end is missing")


class _Named(NamedTuple):
    """What headers say of the file whose own header follows; None: nothing."""

    name: str | None = None
    size: int | None = None


def _header(block: bytes, offset: int) -> tuple[bytes, str, int]:
    """Type, name and size of what a header is of."""
    if len(block) < BLOCK:
        raise DataError(f"it is cut off at byte {offset:,}")
    if not is_header(block):
        raise DataError(f"the header at byte {offset:,} is damaged")
    return block[156:157], _name(block), _number(block[124:136])


def _extended(kind: bytes, content: bytes, named: _Named) -> _Named:
    """What is known of the next file after one more header of long or further values."""
    if kind == _LONG_NAME:
        return named._replace(name=content.rstrip(b"\0").decode("utf-8", "replace"))
    if kind != _PAX:
        return named
    said = _pax(content)
    size = said.get("size", "")
    return _Named(said.get("path", named.name), int(size) if _DIGITS.fullmatch(size) else None)


def _is_file(kind: bytes, name: str, size: int) -> bool:
    """Whether a member is a file; a folder is none.

    Raises:
        DataError: if it is a link or something else, or too large.
    """
    if kind in _LINKS:
        raise DataError(f"{_said(name)} is a link: store the file itself")
    if kind not in (*_FILES, _FOLDER):
        raise DataError(f"{_said(name)} is no file, but of type {kind!r}")
    if kind in _FILES and size > MOST_BYTES:
        raise DataError(f"{_said(name)} has {size:,} bytes: too many for a field")
    return kind in _FILES


def _check_end(read: Read, offset: int, end: int) -> None:
    """Make sure that nothing lies behind the mark of the end, which readers would never see."""
    if end < offset + 2 * BLOCK:
        raise DataError("it is cut off: the mark at its end is missing")
    while part := read(offset, min(_LONGEST, end - offset)):
        if any(part):
            raise DataError(
                f"more follows behind the mark of its end at byte {offset:,}: archives that were "
                "joined are to be joined anew, or are damaged"
            )
        offset += len(part)


def _said(name: str) -> str:
    return repr(one_line(name))


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:262] == b"ustar" else b""
    if prefix and block[257:265] != b"ustar  \0":  # there GNU has something else
        name = prefix + b"/" + name
    return name.decode("utf-8", "replace")


def _number(field: bytes) -> int:
    """A number in octal digits or, where those do not suffice, in 256ths."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip()
    try:
        return int(digits or b"0", 8) if b"_" not in digits and b"-" not in digits else _bad()
    except ValueError:
        return _bad()


def _bad() -> int:
    raise DataError("a header is damaged")


def _sum(block: bytes) -> int:
    """The sum of a header's bytes, where its own eight count as spaces."""
    return sum(block[:148]) + sum(block[156:]) + 8 * 32


def _pax(content: bytes) -> dict[str, str]:
    """Keywords of an extended header: lines of "LENGTH KEY=VALUE", which tell their own length."""
    said = {}
    while content:
        length, _, _ = content.partition(b" ")
        if not length.isdigit() or not len(length) < int(length) <= len(content):
            raise DataError("an extended header is damaged")
        key, _, value = content[len(length) + 1 : int(length) - 1].partition(b"=")
        said[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        content = content[int(length) :]
    return said
