"""GIF files of any layout, of one frame."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image

from kerasapps.preprocess.odd_pictures import encode


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame on a canvas.

    Attributes:
        colours: a Pillow image of mode P.
        canvas: width and height.
        place: left and top.
        clear: number of the transparent colour.
        listed: colours in the palette, a power of 2; 0 leaves it out.
        local: whether the palette is the frame's own.
        before: blocks in front of the frame.
    """

    colours: Image.Image
    canvas: tuple[int, int]
    place: tuple[int, int] = (0, 0)
    clear: int | None = None
    listed: int = 256
    local: bool = False
    before: bytes = b""

    def encoded(self) -> bytes:
        """The file."""
        palette = np.zeros((256, 3), np.uint8)
        given = np.asarray(self.colours.getpalette(), np.uint8).reshape(-1, 3)
        palette[: len(given)] = given
        table = palette[: self.listed].tobytes()
        flags = 0x80 | (self.listed.bit_length() - 2) if self.listed else 0
        screen = struct.pack("<HHBBB", *self.canvas, 0 if self.local else flags, 0, 0)
        control = b"" if self.clear is None else bytes([0x21, 0xF9, 4, 1, 0, 0, self.clear, 0])
        size = self.colours.size
        descriptor = struct.pack("<BHHHHB", 0x2C, *self.place, *size, flags if self.local else 0)
        tables = (b"", table) if self.local else (table, b"")
        parts = (screen, tables[0], self.before, control, descriptor, tables[1], self._samples())
        return b"GIF89a" + b"".join(parts) + b";"

    def _samples(self) -> bytes:
        """The frame's compressed numbers, as Pillow writes them."""
        whole = encode(self.colours, "GIF", optimize=False, interlace=0)
        place = 13 + 3 * (2 << (whole[10] & 7))
        while whole[place] == 0x21:
            place += 2
            while whole[place]:
                place += whole[place] + 1
            place += 1
        own = 3 * (2 << (whole[place + 9] & 7)) if whole[place + 9] & 0x80 else 0
        return whole[place + 10 + own : -1]
