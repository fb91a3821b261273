"""Texts on disk, mapped into memory: a list of any length that takes no room."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import overload

import numpy as np

from kerasapps.files.npy import save_array

_TEXTS = "texts.utf8"
_OFFSETS = "offsets.npy"


class TextStore(Sequence[str]):
    """The texts that a `TextStoreWriter` wrote, or some of them, read when they are asked for.

    Args:
        folder: where they were written.
        rows: int64 `(n,)` which of them, in which order; None: all.

    Raises:
        FileNotFoundError: if the folder holds no finished store.
    """

    def __init__(self, folder: Path, rows: np.ndarray | None = None) -> None:
        self._folder = folder
        self._offsets: np.ndarray = np.load(folder / _OFFSETS, mmap_mode="r", allow_pickle=False)
        empty = self._offsets[-1] == 0  # numpy refuses to map a file of no bytes
        self._bytes: np.ndarray = (
            np.empty(0, np.uint8) if empty else np.memmap(folder / _TEXTS, np.uint8, mode="r")
        )
        self._rows = rows

    def __reduce__(self) -> tuple[type[TextStore], tuple[Path, np.ndarray | None]]:
        """Pickled, it is where its texts are, not the texts."""
        return TextStore, (self._folder.absolute(), self._rows)

    def select(self, rows: np.ndarray) -> TextStore:
        """The same texts, but only these, in this order; nothing is copied.

        Args:
            rows: int64 `(n,)` places in this sequence.
        """
        return TextStore(self._folder, rows if self._rows is None else self._rows[rows])

    def sizes(self) -> np.ndarray:
        """Bytes of each text, int64 `(n,)`."""
        sizes = np.diff(self._offsets)
        return sizes if self._rows is None else sizes[self._rows]

    def __len__(self) -> int:
        return len(self._offsets) - 1 if self._rows is None else len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> TextStore: ...
    def __getitem__(self, index: int | slice) -> str | TextStore:
        if isinstance(index, slice):
            return self.select(np.arange(len(self))[index])
        place = range(len(self))[index]
        row = place if self._rows is None else self._rows[place]
        return self._bytes[self._offsets[row] : self._offsets[row + 1]].tobytes().decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(len(self)))


class TextStoreWriter:
    """Appends texts to a file, so that any number of them takes the memory of one.

    Use as a context manager; `append` every text, then `finish`. What was written takes the place
    of an earlier store of that folder only when it is whole; a killed run leaves the earlier one.

    Args:
        folder: of the store; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offsets = array("q", [0])

    def __enter__(self) -> TextStoreWriter:
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob(".partial-*"):
            leftover.unlink()
        handle, name = tempfile.mkstemp(prefix=".partial-", dir=self._folder)
        self._stream, self._partial = os.fdopen(handle, "wb"), Path(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # of what a full disk did not take
            self._stream.close()
        for partial in (self._partial, _offsets_of(self._partial)):
            partial.unlink(missing_ok=True)

    def append(self, text: bytes) -> None:
        """Add one text.

        Args:
            text: valid UTF-8.
        """
        self._stream.write(text)
        self._offsets.append(self._offsets[-1] + len(text))

    def finish(self) -> TextStore:
        """Move the whole into place and open it."""
        self._stream.close()
        offsets = _offsets_of(self._partial)
        save_array(offsets, np.frombuffer(self._offsets, np.int64))
        # Without its offsets a blob is no store: nobody can open the old offsets with new texts.
        (self._folder / _OFFSETS).unlink(missing_ok=True)
        self._partial.rename(self._folder / _TEXTS)
        offsets.rename(self._folder / _OFFSETS)
        return TextStore(self._folder)


def _offsets_of(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.npy")
