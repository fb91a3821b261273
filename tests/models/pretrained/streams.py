"""Files as PyTorch before 1.6 wrote them, made without it."""

from __future__ import annotations

import io
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
MACHINE = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
KINDS = {"float32": "FloatStorage", "int64": "LongStorage"}

torch, utils = ModuleType("torch"), ModuleType("torch._utils")


def _rebuild_tensor_v2(*arguments: Any) -> None: ...


_rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = (
    "torch._utils",
    "_rebuild_tensor_v2",
)
utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
for name in KINDS.values():
    kind = type(name, (), {"__module__": "torch", "__qualname__": name})
    setattr(torch, name, kind)


class Stored:
    """What a pickle refers to by a storage's identity."""

    def __init__(self, identity: Any) -> None:
        self.identity = identity


class Tensor:
    """What is pickled as a call that makes a tensor."""

    def __init__(self, storage: Any, offset: Any, shape: Any, strides: Any) -> None:
        self.arguments = (storage, offset, shape, strides, False, OrderedDict())

    def __reduce__(self) -> Any:
        return _rebuild_tensor_v2, self.arguments


class _Pickler(pickle._Pickler):  # type: ignore[name-defined]
    """Names modules that are not there."""

    def persistent_id(self, value: Any) -> Any:
        return value.identity if isinstance(value, Stored) else None

    def save_global(self, value: Any, name: str | None = None) -> None:
        if value.__module__.startswith("torch"):
            self.write(f"c{value.__module__}\n{value.__qualname__}\n".encode())
        else:
            super().save_global(value, name)

    dispatch: ClassVar[Any] = {
        **pickle._Pickler.dispatch,
        type: save_global,
        type(_rebuild_tensor_v2): save_global,
    }


def pickled(value: Any) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream, 2).dump(value)
    return stream.getvalue()


def identity(key: str, count: Any, kind: str = "FloatStorage") -> tuple[Any, ...]:
    return ("storage", getattr(torch, kind), key, "cpu", count, None)


def tensor_of(key: str, array: np.ndarray) -> Tensor:
    """A tensor that fills its storage; its strides are the array's own."""
    stored = Stored(identity(key, array.size, KINDS[array.dtype.name]))
    strides = tuple(step // array.itemsize for step in array.strides)
    return Tensor(stored, 0, array.shape, strides)


def numbers(array: np.ndarray) -> bytes:
    """A storage, in the order of memory."""
    return struct.pack("<q", array.size) + array.ravel(order="K").tobytes()


def stream(
    tensors: Any,
    keys: Any,
    storages: bytes,
    *,
    magic: Any = MAGIC,
    protocol: Any = PROTOCOL,
    machine: Any = MACHINE,
) -> bytes:
    return b"".join(map(pickled, (magic, protocol, machine, tensors, keys))) + storages


def saved(arrays: Mapping[str, np.ndarray]) -> bytes:
    """A `state_dict` of these arrays."""
    tensors = OrderedDict(
        (name, tensor_of(str(at), array)) for at, (name, array) in enumerate(arrays.items())
    )
    tensors._metadata = {"": {"version": 1}}  # type: ignore[attr-defined]
    keys = [str(at) for at in range(len(arrays))]
    return stream(tensors, keys, b"".join(map(numbers, arrays.values())))


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> Path:
    path.write_bytes(saved(arrays))
    return path
