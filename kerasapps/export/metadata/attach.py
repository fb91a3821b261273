"""Metadata and the files that belong to it, put into a finished TFLite file.

No byte of the model is written anew. A new head goes before it, with the lists of buffers and of
metadata one entry longer, which point to all that stood there before, as offsets in flatbuffers
lead forward from where they stand. So weights keep their alignment, a large file costs no memory
for Python objects, and every runtime computes as before. The files follow as a zip archive, which
is read from its end, and which readers of flatbuffers do not see.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kerasapps.errors import ExportError

NAME: Final = "TFLITE_METADATA"
_IDENTIFIER: Final = b"TFL3"
_FIELDS: Final = 8  # of the table Model
_BUFFERS, _METADATA = 4, 6
_BUFFER_ALIGNMENT: Final = 16  # as the schema asks for
_ALIGNMENT: Final = 64  # of the file behind, so that all in it keeps its own
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # equal models make equal files


def attach(content: bytes, metadata: bytes, files: Mapping[str, bytes]) -> bytes:
    """A TFLite file with metadata.

    Args:
        content: the file, without metadata.
        metadata: as `tables.packed` gives it.
        files: name → content of the files that the metadata names.

    Raises:
        ExportError: if it has metadata already.
    """
    return _with_files(_with_buffer(_without_outside(content), metadata), files)


def _without_outside(content: bytes) -> bytes:
    """The file with all its buffers inside, where it has some behind, at a fixed place.

    ai-edge-quantizer writes such ones, and the converter those of more than 2 GB.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model = schema.Model.GetRootAs(content, 0)
    if not any(model.Buffers(number).Offset() for number in range(model.BuffersLength())):
        return content
    whole = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return bytes(flatbuffer_utils.convert_object_to_bytearray(whole))


@dataclass(frozen=True)
class _Root:
    """The table Model of a file.

    Attributes:
        version: of the schema.
        targets: place in the file of what each further field points to; None where it is not set.
        buffers: places of the buffers.
        metadata: places of the entries of metadata.
    """

    version: int
    targets: tuple[int | None, ...]
    buffers: tuple[int, ...]
    metadata: tuple[int, ...]

    @classmethod
    def of(cls, content: bytes) -> _Root:
        from ai_edge_litert import schema_py_generated as schema

        model = schema.Model.GetRootAs(content, 0)
        names = [model.Metadata(number).Name() for number in range(model.MetadataLength())]
        if NAME.encode() in names:
            raise ExportError("This TFLite file has metadata already. Export it again.")
        table = model._tab

        def target(slot: int) -> int | None:
            offset = table.Offset(4 + 2 * slot)
            return int(table.Indirect(table.Pos + offset)) if offset else None

        def places(slot: int) -> tuple[int, ...]:
            vector = target(slot)
            if vector is None:
                return ()
            (count,) = struct.unpack_from("<I", content, vector)
            return tuple(table.Indirect(vector + 4 + 4 * number) for number in range(count))

        return cls(
            version=model.Version(),
            targets=tuple(target(slot) for slot in range(1, _FIELDS)),
            buffers=places(_BUFFERS),
            metadata=places(_METADATA),
        )


class _Head:
    """Bytes before a file, in which offsets are set once it is known how many they are.

    Offsets lead forward: what points to something is added before it.
    """

    def __init__(self) -> None:
        self.content = bytearray()
        self._pointers: list[tuple[int, int, bool]] = []

    def add(self, layout: str, *values: Any) -> int:
        """Adds numbers (see `struct`) at a whole word; returns their place."""
        self.content += bytes(-len(self.content) % 4)
        place = len(self.content)
        self.content += struct.pack(f"<{layout}", *values)
        return place

    def add_offsets(self, count: int) -> list[int]:
        """Adds a vector of offsets; returns its place, and those of the offsets."""
        place = self.add(f"{count + 1}I", count, *[0] * count)
        return [place + 4 * number for number in range(count + 1)]

    def add_bytes(self, values: bytes) -> int:
        """Adds a vector of bytes at an even place, ended by 0 as texts are; returns its place."""
        self.content += bytes(-(len(self.content) + 4) % _BUFFER_ALIGNMENT)
        place = self.add("I", len(values))
        self.content += values + b"\0"
        return place

    def add_table(self, slots: Collection[int]) -> dict[int, int]:
        """Adds a table with a 32-bit field in each of some slots.

        Returns:
            Slot → place of its field. The table itself is a word before the first.
        """
        order = {slot: 4 * number for number, slot in enumerate(sorted(slots), start=1)}
        width = max(slots) + 1
        offsets = (order.get(slot, 0) for slot in range(width))
        layout = self.add(f"{2 + width}H", 4 + 2 * width, 4 + 4 * len(order), *offsets)
        table = self.add(f"i{len(order)}I", 0, *[0] * len(order))
        struct.pack_into("<i", self.content, table, table - layout)
        return {slot: table + offset for slot, offset in order.items()}

    def set(self, place: int, value: int) -> None:
        """Sets the number at a place."""
        struct.pack_into("<I", self.content, place, value)

    def point(self, place: int, target: int, *, outside: bool = False) -> None:
        """Makes the offset at a place lead to another one, in the head or in the file behind."""
        self._pointers.append((place, target, outside))

    def before(self, content: bytes) -> bytes:
        """The head and the file."""
        self.content += bytes(-len(self.content) % _ALIGNMENT)
        for place, target, outside in self._pointers:
            self.set(place, target + outside * len(self.content) - place)
        return bytes(self.content) + content


def _with_buffer(content: bytes, data: bytes) -> bytes:
    root, head = _Root.of(content), _Head()
    start = head.add("I4s", 0, _IDENTIFIER)
    present = {slot: target for slot, target in enumerate(root.targets, start=1) if target}
    model = head.add_table({0, *present, _BUFFERS, _METADATA})
    head.point(start, min(model.values()) - 4)
    head.set(model[0], root.version)
    for slot in present.keys() - {_BUFFERS, _METADATA}:
        head.point(model[slot], present[slot], outside=True)
    added: dict[int, int] = {}
    for slot, places in ((_BUFFERS, root.buffers), (_METADATA, root.metadata)):
        vector, *offsets, added[slot] = head.add_offsets(len(places) + 1)
        head.point(model[slot], vector)
        for offset, place in zip(offsets, places, strict=True):
            head.point(offset, place, outside=True)
    buffer, entry = head.add_table({0}), head.add_table({0, 1})
    head.point(added[_BUFFERS], buffer[0] - 4)
    head.point(added[_METADATA], entry[0] - 4)
    head.set(entry[1], len(root.buffers))
    head.point(entry[0], head.add_bytes(NAME.encode()))
    head.point(buffer[0], head.add_bytes(data))
    return head.before(content)


def _with_files(content: bytes, files: Mapping[str, bytes]) -> bytes:
    """The file with a zip archive behind it, not compressed, so that it is read where it lies."""
    if not files:
        return content
    whole = io.BytesIO(content)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data)
    return whole.getvalue()
