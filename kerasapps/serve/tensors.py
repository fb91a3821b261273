"""Tensors of the Open Inference Protocol, in JSON and in its binary form, as numpy arrays."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.serve.refusal import malformed

BYTES = "BYTES"
_DTYPES = {
    "BOOL": "bool",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "FP16": "float16",
    "FP32": "float32",
    "FP64": "float64",
}
_NAMES = {name: datatype for datatype, name in _DTYPES.items()}
_LENGTH = struct.Struct("<I")  # of one text, before it
_MOST_AXES = 8


@dataclass(frozen=True)
class Tensor:
    """One tensor.

    Attributes:
        name: of it.
        datatype: as the protocol calls it.
        shape: of it.
        values: an array, or of BYTES a flat list: `bytes` of the binary form, `str` of JSON.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    values: Any

    def described(self) -> dict[str, Any]:
        """Without its values."""
        return {"name": self.name, "datatype": self.datatype, "shape": list(self.shape)}

    def to_json(self) -> dict[str, Any]:
        """With its values, flat."""
        values = self.values
        return {
            **self.described(),
            "data": values if self.datatype == BYTES else values.ravel().tolist(),
        }

    def to_binary(self) -> bytes:
        """Its values alone, little endian."""
        if self.datatype == BYTES:
            texts = [each.encode("utf-8", "backslashreplace") for each in self.values]
            return b"".join(_LENGTH.pack(len(text)) + text for text in texts)
        array: np.ndarray = self.values
        return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def datatype_of(dtype: np.dtype[Any]) -> str:
    """What the protocol calls a dtype."""
    return _NAMES[dtype.name]


def of_texts(name: str, texts: Sequence[str]) -> Tensor:
    """A tensor of texts, one an example."""
    return Tensor(name, BYTES, (len(texts),), list(texts))


def of_array(name: str, array: np.ndarray) -> Tensor:
    """A tensor of numbers."""
    return Tensor(name, datatype_of(array.dtype), array.shape, array)


def read_tensor(values: Any, tail: bytes, place: int) -> tuple[Tensor, int]:
    """A tensor of a request.

    Args:
        values: its object in JSON.
        tail: what stands behind the JSON.
        place: where in that its values begin, if they are binary.

    Returns:
        It, and where the next begins.

    Raises:
        Refusal: if it is none.
    """
    if not isinstance(values, dict):
        raise malformed("Each of inputs must be an object.")
    name, datatype, shape = (values.get(key) for key in ("name", "datatype", "shape"))
    if not isinstance(name, str) or not name:
        raise malformed("An input has no name.")
    shown = name[:80]
    if not isinstance(datatype, str) or datatype not in (BYTES, *_DTYPES):
        raise malformed(f"{shown}: datatype must be BYTES, {', '.join(_DTYPES)}.")
    sides = _shape(shape, shown)
    parameters = values.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise malformed(f"{shown}: parameters must be an object.")
    size = parameters.get("binary_data_size")
    if size is None:
        data = _flat(values.get("data"), shown)
        return _of_json(name, datatype, sides, data), place
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= len(tail) - place:
        raise malformed(f"{shown}: binary_data_size is more than the body holds behind its JSON.")
    return _of_bytes(name, datatype, sides, tail[place : place + size]), place + size


def _shape(shape: Any, name: str) -> tuple[int, ...]:
    fits = isinstance(shape, list) and len(shape) <= _MOST_AXES
    if not fits or not all(
        isinstance(side, int) and not isinstance(side, bool) and 0 <= side < 2**31 for side in shape
    ):
        raise malformed(f"{name}: shape must be a list of whole numbers of at least 0.")
    return tuple(shape)


def _flat(data: Any, name: str) -> list[Any]:
    """All values of lists in lists; how they are nested says nothing, the shape does."""
    if not isinstance(data, list):
        raise malformed(f"{name}: data must be a list.")
    for _ in range(_MOST_AXES):
        if not any(isinstance(each, list) for each in data):
            return data
        if not all(isinstance(each, list) for each in data):
            break
        data = [value for each in data for value in each]
    raise malformed(f"{name}: data must be values, or lists of lists of them.")


def _of_json(name: str, datatype: str, shape: tuple[int, ...], data: list[Any]) -> Tensor:
    _check_count(name, shape, len(data))
    if datatype == BYTES:
        if not all(isinstance(each, str) for each in data):
            raise malformed(f"{name[:80]}: data of BYTES must be texts.")
        return Tensor(name, datatype, shape, data)
    kinds: Mapping[str, tuple[type, ...]] = {"b": (bool,), "f": (int, float)}
    dtype = np.dtype(_DTYPES[datatype])
    known = kinds.get(dtype.kind, (int,))
    truths = dtype.kind != "b"
    if any(not isinstance(each, known) or (truths and isinstance(each, bool)) for each in data):
        raise malformed(f"{name[:80]}: data holds what is no {datatype}.")
    try:
        array = np.array(data, dtype).reshape(shape)
    except (OverflowError, ValueError):
        raise malformed(f"{name[:80]}: data holds a number that no {datatype} can be.") from None
    return Tensor(name, datatype, shape, array)


def _of_bytes(name: str, datatype: str, shape: tuple[int, ...], data: bytes) -> Tensor:
    if datatype == BYTES:
        texts = _split(name, data)
        _check_count(name, shape, len(texts))
        return Tensor(name, datatype, shape, texts)
    dtype = np.dtype(_DTYPES[datatype]).newbyteorder("<")
    if len(data) % dtype.itemsize:
        raise malformed(f"{name[:80]}: {len(data)} bytes are no whole number of {datatype}.")
    _check_count(name, shape, len(data) // dtype.itemsize)
    if dtype.kind == "b" and any(byte > 1 for byte in data):
        raise malformed(f"{name[:80]}: a BOOL is 0 or 1.")
    array = np.frombuffer(data, dtype).reshape(shape)
    return Tensor(name, datatype, shape, array.astype(dtype.newbyteorder("="), copy=False))


def _split(name: str, data: bytes) -> list[bytes]:
    """The texts of the binary form, each with its length before it."""
    texts, place = [], 0
    while place < len(data):
        if len(data) - place < _LENGTH.size:
            raise malformed(f"{name[:80]}: its BYTES end in the midst of a length.")
        (size,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        if size > len(data) - place:
            raise malformed(f"{name[:80]}: its BYTES end in the midst of a text.")
        texts.append(data[place : place + size])
        place += size
    return texts


def _check_count(name: str, shape: tuple[int, ...], count: int) -> None:
    product = 1
    for side in shape:
        product *= side
    if product != count:
        raise malformed(f"{name[:80]}: its shape holds {product} values, its data {count}.")
