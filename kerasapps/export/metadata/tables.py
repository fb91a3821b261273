"""The tables of TFLite's metadata as frozen values, and how they become a buffer.

Only what kerasapps writes is here. The numbers are those of the public schema, MediaPipe's
`metadata_schema.fbs` 1.5.0: a field's is its place in the table, and the number of what stands in a
union is its place in the list of what may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, ClassVar, TypeAlias

import flatbuffers

IDENTIFIER = b"M001"


class FileType(IntEnum):
    """What an associated file holds."""

    TENSOR_AXIS_LABELS = 2
    VOCABULARY = 5


class ColorSpace(IntEnum):
    """Channels of a picture."""

    RGB = 1


Write = Callable[[flatbuffers.Builder, Any], int]
"""Writes a value, and gives its place in the builder."""


def _text(builder: flatbuffers.Builder, value: str) -> int:
    return int(builder.CreateString(value))


def _floats(builder: flatbuffers.Builder, values: Sequence[float]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return int(builder.EndVector())


def _tables(builder: flatbuffers.Builder, values: Sequence[Any]) -> int:
    places = [write_table(builder, value) for value in values]
    builder.StartVector(4, len(places), 4)
    for place in reversed(places):
        builder.PrependUOffsetTRelative(place)
    return int(builder.EndVector())


_ADD: Mapping[int, Callable[[flatbuffers.Builder], Callable[[int, Any, Any], None]]] = {
    0: lambda builder: builder.PrependFloat32Slot,
    1: lambda builder: builder.PrependUint8Slot,
    4: lambda builder: builder.PrependUint32Slot,
}
"""Bytes of a field → what writes it; 0 stands for a float32."""


def write_table(builder: flatbuffers.Builder, table: Any) -> int:
    """Writes a table after all that hangs on it; fields that are None are left out."""
    wholes, places = [], []
    for each in fields(table):
        value, slot, write = (
            getattr(table, each.name),
            each.metadata["slot"],
            each.metadata["write"],
        )
        if value is None:
            continue
        if write is None:
            wholes.append((slot, value, each.metadata["bytes"]))
            continue
        places.append((slot, write(builder, value)))
        if each.metadata["is_union"]:  # what stands there is said in the field before
            wholes.append((slot - 1, value.MEMBER, 1))
    builder.StartObject(table.SLOTS)
    for slot, value, size in wholes:
        _ADD[size](builder)(slot, value, 0)
    for slot, place in places:
        builder.PrependUOffsetTRelativeSlot(slot, place, 0)
    return int(builder.EndObject())


def _slot(
    slot: int,
    write: Write | None,
    *,
    is_union: bool = False,
    size: int = 1,
    of_floats: bool = False,
) -> Any:
    """A field; without `write` a whole number of some bytes, or a float32."""
    how = {"slot": slot, "write": write, "is_union": is_union, "bytes": 0 if of_floats else size}
    return field(default=None, metadata=how)


@dataclass(frozen=True, kw_only=True)
class AssociatedFile:
    """A file that is packed behind the model."""

    SLOTS: ClassVar[int] = 5
    name: str | None = _slot(0, _text)
    description: str | None = _slot(1, _text)
    type: FileType | None = _slot(2, None)


@dataclass(frozen=True, kw_only=True)
class FeatureProperties:
    """Of a tensor that is neither picture, box nor sound."""

    SLOTS: ClassVar[int] = 0
    MEMBER: ClassVar[int] = 1


@dataclass(frozen=True, kw_only=True)
class ImageSize:
    """Sides of a picture."""

    SLOTS: ClassVar[int] = 2
    width: int | None = _slot(0, None, size=4)
    height: int | None = _slot(1, None, size=4)


@dataclass(frozen=True, kw_only=True)
class ImageProperties:
    """Of a tensor that is a picture."""

    SLOTS: ClassVar[int] = 2
    MEMBER: ClassVar[int] = 2
    color_space: ColorSpace | None = _slot(0, None)
    default_size: ImageSize | None = _slot(1, write_table)


@dataclass(frozen=True, kw_only=True)
class AudioProperties:
    """Of a tensor that is a sound."""

    SLOTS: ClassVar[int] = 2
    MEMBER: ClassVar[int] = 4
    sample_rate: int | None = _slot(0, None, size=4)
    channels: int | None = _slot(1, None, size=4)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a tensor holds."""

    SLOTS: ClassVar[int] = 3
    content_properties: FeatureProperties | ImageProperties | AudioProperties | None = _slot(
        1, write_table, is_union=True
    )


@dataclass(frozen=True, kw_only=True)
class NormalizationOptions:
    """A value goes in as `(value - mean) / std`."""

    SLOTS: ClassVar[int] = 2
    MEMBER: ClassVar[int] = 1
    mean: Sequence[float] | None = _slot(0, _floats)
    std: Sequence[float] | None = _slot(1, _floats)


@dataclass(frozen=True, kw_only=True)
class BertTokenizerOptions:
    """Texts are cut into wordpieces."""

    SLOTS: ClassVar[int] = 1
    MEMBER: ClassVar[int] = 4
    vocab_file: Sequence[AssociatedFile] | None = _slot(0, _tables)


@dataclass(frozen=True, kw_only=True)
class RegexTokenizerOptions:
    """Texts are cut at every match of a pattern."""

    SLOTS: ClassVar[int] = 2
    MEMBER: ClassVar[int] = 6
    delim_regex_pattern: str | None = _slot(0, _text)
    vocab_file: Sequence[AssociatedFile] | None = _slot(1, _tables)


@dataclass(frozen=True, kw_only=True)
class ScoreThresholdingOptions:
    """Results with a lower score are left out: one threshold for all labels."""

    SLOTS: ClassVar[int] = 1
    MEMBER: ClassVar[int] = 3
    global_score_threshold: float | None = _slot(0, None, of_floats=True)


Options: TypeAlias = (
    NormalizationOptions | ScoreThresholdingOptions | BertTokenizerOptions | RegexTokenizerOptions
)


@dataclass(frozen=True, kw_only=True)
class ProcessUnit:
    """One step before the model, or behind it."""

    SLOTS: ClassVar[int] = 2
    options: Options | None = _slot(1, write_table, is_union=True)


@dataclass(frozen=True, kw_only=True)
class Stats:
    """Between which values a tensor lies."""

    SLOTS: ClassVar[int] = 2
    max: Sequence[float] | None = _slot(0, _floats)
    min: Sequence[float] | None = _slot(1, _floats)


@dataclass(frozen=True, kw_only=True)
class TensorMetadata:
    """One input or output."""

    SLOTS: ClassVar[int] = 7
    name: str | None = _slot(0, _text)
    description: str | None = _slot(1, _text)
    content: Content | None = _slot(3, write_table)
    process_units: Sequence[ProcessUnit] | None = _slot(4, _tables)
    stats: Stats | None = _slot(5, write_table)
    associated_files: Sequence[AssociatedFile] | None = _slot(6, _tables)


@dataclass(frozen=True, kw_only=True)
class SubGraphMetadata:
    """The inputs and outputs of a graph, each in the order of the file."""

    SLOTS: ClassVar[int] = 10
    name: str | None = _slot(0, _text)
    description: str | None = _slot(1, _text)
    input_tensor_metadata: Sequence[TensorMetadata] | None = _slot(2, _tables)
    output_tensor_metadata: Sequence[TensorMetadata] | None = _slot(3, _tables)
    input_process_units: Sequence[ProcessUnit] | None = _slot(5, _tables)


@dataclass(frozen=True, kw_only=True)
class ModelMetadata:
    """The whole file. `min_parser_version` is that of the newest table that is used."""

    SLOTS: ClassVar[int] = 8
    name: str | None = _slot(0, _text)
    description: str | None = _slot(1, _text)
    version: str | None = _slot(2, _text)
    subgraph_metadata: Sequence[SubGraphMetadata] | None = _slot(3, _tables)
    license: str | None = _slot(5, _text)
    min_parser_version: str | None = _slot(7, _text)


def packed(metadata: ModelMetadata) -> bytes:
    """The tables as the buffer that a file holds."""
    builder = flatbuffers.Builder(1024)
    builder.Finish(write_table(builder, metadata), IDENTIFIER)
    return bytes(builder.Output())
