"""NumPy's `.npy` files, written such that a full disk is noticed.

`numpy.save` hands an array to C's buffered output, which reports no error for what it still holds
when the file is closed: on a full disk a file may lack its end without a word.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from kerasapps.files.room import reserve


def save_array(file: Path, array: np.ndarray) -> None:
    """Writes an array without pickle.

    Args:
        file: to write, with its suffix; what was there is replaced.
        array: of any shape, of numbers or texts of fixed length.

    Raises:
        OSError: if it cannot be written whole.
    """
    with file.open("wb") as stream:
        write_array(stream, array)


def write_array(stream: BinaryIO, array: np.ndarray) -> None:
    """The same into a stream.

    Args:
        stream: open for writing.
        array: see `save_array`.

    Raises:
        OSError: if it cannot be written whole.
    """
    np.lib.format.write_array(
        cast(BinaryIO, _OnlyWrite(stream)), np.asanyarray(array), allow_pickle=False
    )


def reserve_array(
    file: Path, shape: tuple[int, ...], dtype: np.dtype[np.generic]
) -> np.memmap[Any, Any]:
    """An array of zeros in a new file that is mapped, and has its room on the disk.

    A write to a mapped file that the disk has no room for would end the process.

    Args:
        file: to write; what was there is replaced.
        shape: of the array; not empty.
        dtype: of its values.

    Raises:
        OSError: if there is no room; it says how much is needed.
    """
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    with file.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        reserve(stream, stream.tell() + math.prod(shape) * dtype.itemsize)
    mapped: np.memmap[Any, Any] = np.load(file, mmap_mode="r+")
    return mapped


class _OnlyWrite:
    """A stream that NumPy does not take for a file of C, and so writes to as to any other."""

    def __init__(self, stream: BinaryIO) -> None:
        self.write = stream.write
