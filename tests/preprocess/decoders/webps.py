"""WebP files made of chunks."""

from __future__ import annotations

import struct

from PIL import Image

from kerasapps.preprocess.odd_pictures import encode

Chunk = tuple[bytes, bytes]

ANIMATION = (b"ANIM", struct.pack("<IH", 0xFF00FF00, 0))


def webp(*chunks: Chunk) -> bytes:
    """A file of these chunks."""
    content = b"WEBP" + b"".join(map(chunk, chunks))
    return b"RIFF" + struct.pack("<I", len(content)) + content


def chunk(named: Chunk) -> bytes:
    """The bytes of one chunk, of an even length."""
    name, content = named
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def pixels(picture: Image.Image, *, lossless: bool = False) -> list[Chunk]:
    """The chunks of a picture's pixels."""
    whole = encode(picture, "WEBP", lossless=lossless)
    place, found = 12, []
    while place < len(whole):
        size = struct.unpack("<I", whole[place + 4 : place + 8])[0]
        found.append((whole[place : place + 4], whole[place + 8 : place + 8 + size]))
        place += 8 + size + size % 2
    return [each for each in found if each[0] != b"VP8X"]


def canvas(flags: int, width: int, height: int) -> Chunk:
    """The extended header."""
    return b"VP8X", bytes([flags, 0, 0, 0]) + low(width - 1) + low(height - 1)


def frame(
    *chunks: Chunk, size: tuple[int, int], place: tuple[int, int] = (0, 0), flags: int = 0
) -> Chunk:
    """A frame of an animation; `place` is even."""
    sides = [low(place[0] // 2), low(place[1] // 2), low(size[0] - 1), low(size[1] - 1), low(100)]
    return b"ANMF", b"".join(sides) + bytes([flags]) + b"".join(map(chunk, chunks))


def low(number: int) -> bytes:
    """A number in three bytes."""
    return struct.pack("<I", number)[:3]
