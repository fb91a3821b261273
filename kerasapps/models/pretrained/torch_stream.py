"""Tensors of a file that PyTorch before 1.6 saved, read without PyTorch.

Such a file is five pickles (a magic number, the version of the format, facts of the machine, the
object, the keys of its storages) and then the raw storages. A pickle may call any function there
is, so no unpickler is used: the object is a mapping from names to tensors, and the few operations
that make one are carried out here on plain values. Anything else is refused, and nothing is built
for it.

Reference: `torch.serialization._legacy_save`.
"""

from __future__ import annotations

import io
import math
import pickletools
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from kerasapps.errors import ConfigError
from kerasapps.files.named import read_regular

LIMIT: Final = 1 << 30  # bytes of a file
_MAGIC: Final = 0x1950A86A20F9469CFC6C
_PROTOCOL: Final = 1001
_MOST_AXES: Final = 8  # of a tensor; an array of NumPy 1 has 32 at most
_COUNT: Final = struct.Struct("<q")  # before each storage: how many numbers it has

_TYPES: Final = MappingProxyType(
    {"torch FloatStorage": np.dtype("<f4"), "torch LongStorage": np.dtype("<i8")}
)
_MAPPING: Final = "collections OrderedDict"
_TENSOR: Final = "torch._utils _rebuild_tensor_v2"
_VALUES: Final = MappingProxyType({"NONE": None, "NEWTRUE": True, "NEWFALSE": False})
_READ: Final = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"})


class _RefusedError(ValueError):
    """The file is no such stream; the words say why."""


@dataclass(frozen=True)
class _Storage:
    """A run of numbers that the file holds after its pickles."""

    key: str
    type: np.dtype[Any]
    count: int


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage; offset and strides in numbers, not bytes."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """All tensors of a file, by name.

    Args:
        path: of a file that `torch.save` of PyTorch before 1.6 wrote, of a mapping from names to
            tensors of float32 or int64, such as a network's `state_dict`.

    Returns:
        Name → array, in the file's order.

    Raises:
        ConfigError: if it is anything else, or damaged; it says why.
        OSError: if it cannot be read.
    """
    content = read_regular(path, limit=LIMIT)
    try:
        return _tensors(content)
    except _RefusedError as error:
        raise ConfigError(
            f"{path} is not a whole file of tensors from PyTorch before 1.6: {error}."
        ) from None


def _tensors(content: bytes) -> dict[str, np.ndarray]:
    stream = io.BytesIO(content)
    if _load(stream) != _MAGIC or _load(stream) != _PROTOCOL:
        raise _RefusedError("it begins otherwise")
    machine = _load(stream)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise _RefusedError("it was not written on a little-endian machine")
    tensors, keys = _load(stream), _load(stream)
    if not isinstance(tensors, dict) or not _are(tensors.values(), _Tensor):
        raise _RefusedError("it holds something else than named tensors")
    if not isinstance(keys, list) or not _are(keys, str):
        raise _RefusedError("the keys of its storages are no list of names")
    storages = {each.storage.key: each.storage for each in tensors.values()}
    if sorted(storages) != sorted(keys) or any(
        storages[each.storage.key] != each.storage for each in tensors.values()
    ):
        raise _RefusedError("its storages are not those of its tensors")
    numbers = _read_storages(content, stream.tell(), [storages[key] for key in keys])
    return {name: _view(tensor, numbers[tensor.storage.key]) for name, tensor in tensors.items()}


def _are(values: Any, kind: type) -> bool:
    return all(isinstance(value, kind) for value in values)


def _read_storages(content: bytes, at: int, storages: Sequence[_Storage]) -> dict[str, np.ndarray]:
    numbers = {}
    for storage in storages:
        left = len(content) - at - _COUNT.size
        size = storage.count * storage.type.itemsize
        if size > left:
            raise _RefusedError(
                f"a storage of {size:,} bytes stands where {max(left, 0):,} are left"
            )
        if _COUNT.unpack_from(content, at) != (storage.count,):
            raise _RefusedError("a storage has another length than its tensor says")
        at += _COUNT.size
        numbers[storage.key] = np.frombuffer(content, storage.type, storage.count, at)
        at += size
    if at != len(content):
        raise _RefusedError(f"{len(content) - at:,} bytes follow its last storage")
    return numbers


def _view(tensor: _Tensor, numbers: np.ndarray) -> np.ndarray:
    """The tensor's own copy of its numbers, in the order of its shape."""
    size = numbers.itemsize
    view = np.ndarray(
        tensor.shape,
        numbers.dtype,
        buffer=numbers.data,
        offset=tensor.offset * size,
        strides=[stride * size for stride in tensor.strides],
    )
    return view.astype(numbers.dtype.newbyteorder("="), order="C")


def _load(stream: io.BytesIO) -> Any:
    """The value of the pickle that begins here; the stream then stands behind it."""
    machine = _Machine()
    try:
        for operation, argument, _ in pickletools.genops(stream):
            machine.do(operation.name, argument)
    except _RefusedError:
        raise
    except (ValueError, LookupError, TypeError) as error:  # torn off, or an empty stack
        raise _RefusedError(f"one of its pickles is damaged ({error})") from error
    return machine.value()


class _Mark:
    """Where a group of values begins on the stack."""


class _Machine:
    """A stack that carries out the operations of a pickle which make tensors, and no others."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def value(self) -> Any:
        """What the whole pickle came to."""
        if len(self._stack) != 1:
            raise _RefusedError("one of its pickles leaves no single value")
        return self._stack[0]

    def do(self, name: str, argument: Any) -> None:
        """Carries out one operation.

        Raises:
            ValueError: if it is none of those that a file of tensors needs.
            LookupError: if there is not enough on the stack.
        """
        stack = self._stack
        if name in _READ:
            stack.append(argument)
        elif name in _VALUES:
            stack.append(_VALUES[name])
        elif name in ("BINPUT", "LONG_BINPUT"):
            self._memo[argument] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(self._memo[argument])
        elif name == "GLOBAL":
            stack.append(_named(argument))
        elif name in _MAKERS:
            stack.append(_MAKERS[name]())
        elif name in _TUPLES:
            stack.append(self._last(_TUPLES[name]))
        elif name == "TUPLE":
            stack.append(self._group())
        elif name not in ("PROTO", "STOP"):
            self._change(name)

    def _change(self, name: str) -> None:
        """What makes something of values on the stack, or puts them into one that is there."""
        stack = self._stack
        if name == "REDUCE":
            function, arguments = self._last(2)
            stack.append(_called(function, arguments))
        elif name == "BINPERSID":
            stack.append(_storage(stack.pop()))
        elif name == "BUILD":  # the versions of a network's modules, which are no tensors
            stack.pop()
            _require(isinstance(stack[-1], dict), "it sets the state of something")
        elif name in ("SETITEM", "SETITEMS"):
            pairs = self._last(2) if name == "SETITEM" else self._group()
            _require(isinstance(stack[-1], dict), "it writes into something")
            for key, value in zip(pairs[::2], pairs[1::2], strict=True):
                _require(isinstance(key, str), "a key is no name")
                stack[-1][key] = value
        elif name in ("APPEND", "APPENDS"):
            values = self._last(1) if name == "APPEND" else self._group()
            _require(isinstance(stack[-1], list), "it adds to something")
            stack[-1].extend(values)
        else:
            raise _RefusedError(f"it has the operation {name}, which no tensor needs")

    def _last(self, count: int) -> tuple[Any, ...]:
        if len(self._stack) < count:
            raise IndexError("too few values")
        values = tuple(self._stack[-count:])
        del self._stack[-count:]
        return values

    def _group(self) -> tuple[Any, ...]:
        """The values above the last mark, which goes with them."""
        marks = (at for at in reversed(range(len(self._stack))) if self._stack[at] is _Mark)
        start = next(marks, None)
        if start is None:
            raise IndexError("no mark")
        values = tuple(self._stack[start + 1 :])
        del self._stack[start:]
        return values


_MAKERS: Final[Mapping[str, Callable[[], Any]]] = MappingProxyType(
    {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple, "MARK": lambda: _Mark}
)
_TUPLES: Final = MappingProxyType({"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3})


def _require(condition: bool, words: str) -> None:
    if not condition:
        raise _RefusedError(words)


def _named(name: str) -> Any:
    """What a pickle may name: the kind of a storage, or one of two functions, as its own name."""
    if name in _TYPES:
        return _TYPES[name]
    _require(name in (_MAPPING, _TENSOR), f"it asks for {name.replace(' ', '.')}")
    return name


def _called(function: Any, arguments: Any) -> Any:
    if function == _MAPPING and arguments == ():
        return {}
    _require(function == _TENSOR and isinstance(arguments, tuple), "it calls something")
    return _tensor(*arguments)


def _storage(identity: Any) -> _Storage:
    """The storage of `("storage", kind, key, device, count, None)`."""
    _require(isinstance(identity, tuple) and len(identity) == 6, "it refers to something")
    what, kind, key, _, count, view = identity
    fits = what == "storage" and isinstance(kind, np.dtype) and isinstance(key, str)
    _require(fits and view is None and _is_count(count), "it refers to something")
    return _Storage(key, kind, count)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
    _require(isinstance(storage, _Storage), "a tensor has no storage")
    sizes = isinstance(shape, tuple) and isinstance(strides, tuple) and len(shape) == len(strides)
    _require(sizes and all(map(_is_count, (offset, *shape, *strides))), "a tensor has odd sizes")
    last = offset + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    # No more numbers than there are: a step of 0 would make any size of one number.
    fits = 0 < math.prod(shape) <= storage.count and last < storage.count
    fits = fits and len(shape) <= _MOST_AXES
    _require(fits, f"a tensor of shape {shape} does not fit its storage of {storage.count:,}")
    return _Tensor(storage, offset, shape, strides)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LIMIT
