"""How large the chunks of a Riegeli file are when they are unpacked, told before one is.

ArrayRecord files are Riegeli files. Their library unpacks whatever a chunk says, so a file of a few
bytes may fill the memory: this is found by the headers of chunks alone, which are never packed.
The layout is that of "Riegeli/records file format" (github.com/google/riegeli, `doc/`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

from kerasapps.errors import DataError

_BLOCK: Final = 1 << 16
_BLOCK_HEADER: Final = 24  # at the beginning of each block, in the midst of whatever is there
_USABLE: Final = _BLOCK - _BLOCK_HEADER
_CHUNK_HEADER: Final = struct.Struct(
    "<8xQ8xQQ"
)  # size of the data, type and records, size unpacked


def unpacked_sizes(read: Callable[[int, int], bytes], size: int) -> Iterator[int]:
    """The bytes of each chunk when it is unpacked, in order.

    Args:
        read: bytes at an offset.
        size: bytes of the file.

    Raises:
        DataError: if the chunks do not follow one another to the end of the file.
    """
    place = 0
    while place < size:
        header = _chunk_header(read, place)
        if len(header) < _CHUNK_HEADER.size:
            raise DataError("it is cut off")
        data, kind, unpacked = _CHUNK_HEADER.unpack(header)
        yield unpacked
        after = _after(place, _CHUNK_HEADER.size + data)
        place = max(after, _boundary(place + (kind >> 8)))
    if place != size:
        raise DataError("it is damaged or cut off")


def _chunk_header(read: Callable[[int, int], bytes], place: int) -> bytes:
    """The header of a chunk, without the header of a block that may be in its midst."""
    until = -place % _BLOCK
    if until >= _CHUNK_HEADER.size:
        return read(place, _CHUNK_HEADER.size)
    content = read(place, _CHUNK_HEADER.size + _BLOCK_HEADER)
    return content[:until] + content[until + _BLOCK_HEADER :]


def _after(place: int, length: int) -> int:
    """Where so many bytes end that begin at a place, with the headers of blocks among them."""
    blocks = (length + (place + _USABLE - 1) % _BLOCK) // _USABLE
    return place + length + blocks * _BLOCK_HEADER


def _boundary(place: int) -> int:
    """The first place from here on where a chunk may begin: not within the header of a block."""
    return place + max(0, -place % _BLOCK - _USABLE + 1)
