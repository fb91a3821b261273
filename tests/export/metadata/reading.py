"""A reader of metadata by the public schema's numbers, independent of what writes it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema


class Table:
    """One table of a buffer, whose fields are read by their numbers."""

    def __init__(self, buffer: bytes, place: int) -> None:
        self._table = flatbuffers.table.Table(buffer, place)

    @classmethod
    def root(cls, buffer: bytes) -> Table:
        assert buffer[4:8] == b"M001"
        return cls(buffer, struct.unpack_from("<I", buffer)[0])

    def _place(self, slot: int) -> int:
        offset = self._table.Offset(4 + 2 * slot)
        return self._table.Pos + offset if offset else 0

    def has(self, slot: int) -> bool:
        return bool(self._place(slot))

    def text(self, slot: int) -> str:
        return str(self._table.String(self._place(slot)).decode())

    def byte(self, slot: int) -> int:
        return int(self._table.Bytes[self._place(slot)])

    def whole(self, slot: int) -> int:
        return int(struct.unpack_from("<I", self._table.Bytes, self._place(slot))[0])

    def number(self, slot: int) -> float:
        return float(struct.unpack_from("<f", self._table.Bytes, self._place(slot))[0])

    def table(self, slot: int) -> Table:
        return Table(self._table.Bytes, self._table.Indirect(self._place(slot)))

    def _vector(self, slot: int) -> tuple[int, int]:
        place = self._table.Indirect(self._place(slot))
        return place + 4, struct.unpack_from("<I", self._table.Bytes, place)[0]

    def tables(self, slot: int) -> list[Table]:
        if not self.has(slot):
            return []
        start, count = self._vector(slot)
        places = (self._table.Indirect(start + 4 * number) for number in range(count))
        return [Table(self._table.Bytes, place) for place in places]

    def floats(self, slot: int) -> list[float]:
        start, count = self._vector(slot)
        return list(struct.unpack_from(f"<{count}f", self._table.Bytes, start))


def buffer_in(content: bytes) -> bytes:
    """The metadata in a file."""
    model = schema.Model.GetRootAs(content, 0)
    entries = [model.Metadata(number) for number in range(model.MetadataLength())]
    (entry,) = (each for each in entries if each.Name() == b"TFLITE_METADATA")
    return bytes(model.Buffers(entry.Buffer()).DataAsNumpy().tobytes())


def files_in(path: Path) -> dict[str, bytes]:
    """The files behind a model."""
    with zipfile.ZipFile(path) as archive:
        assert all(each.compress_type == zipfile.ZIP_STORED for each in archive.infolist())
        return {name: archive.read(name) for name in archive.namelist()}
