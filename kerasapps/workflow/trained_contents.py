"""What a bundle was trained on, known again by its content wherever it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import BundleError, DataError
from kerasapps.files.npy import save_array
from kerasapps.terminal.streams import tell

CONTENTS_FILE = "trained_on.npy"
"""uint64 `(n,)`, sorted: `contents` of what a bundle was trained, and stopped, on."""

Contents: TypeAlias = NDArray[np.uint64]


def write_trained_contents(splits: Splits[Any], folder: Path) -> None:
    """Writes the contents of training and validation into a bundle's folder."""
    contents = np.concatenate([splits.train.contents, splits.validation.contents])
    save_array(folder / CONTENTS_FILE, np.sort(contents))


def rows_not_trained_on(
    manifest: Manifest, trained: NDArray[np.bool_], *, noun: str
) -> NDArray[np.intp]:
    """The rows of examples that a bundle was not trained on; what is left out is said.

    Args:
        manifest: of the bundle.
        trained: `(n,)`, whether an example was trained on.
        noun: what the examples are, in the plural.

    Raises:
        DataError: if nothing is left.
    """
    if trained.all() and len(trained):
        raise DataError(
            f"all {len(trained):,} {noun} were trained on: their contents are among those that "
            f"{manifest.folder} learned from or was stopped by. Judge it on other {noun}."
        )
    if trained.any():
        tell(
            f"Warning: {int(trained.sum()):,} of {len(trained):,} {noun} are left out: the bundle "
            "was trained on the same contents."
        )
    return np.flatnonzero(~trained)


def knows_contents(manifest: Manifest) -> bool:
    """Whether a bundle says what it was trained on; those of older versions do not."""
    return len(trained_contents(manifest)) > 0


def as_often(contents: Contents, trained: Contents) -> NDArray[np.bool_]:
    """The first examples of each content, as many as were trained on.

    Args:
        contents: uint64 `(n,)`.
        trained: uint64 `(m,)`, with as many copies as were trained on.

    Returns:
        `(n,)`.
    """
    order = np.argsort(contents, kind="stable")
    ranked, learned = contents[order], np.sort(trained)
    copy = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
    counts = np.searchsorted(learned, ranked, "right") - np.searchsorted(learned, ranked)
    left_out = np.empty(len(contents), bool)
    left_out[order] = copy < counts
    return left_out


def trained_contents(manifest: Manifest) -> Contents:
    """What is in a bundle's file, sorted; nothing where an older version left nothing.

    Raises:
        BundleError: if the file is not what it should be.
    """
    if CONTENTS_FILE not in manifest.files:
        return np.empty(0, np.uint64)
    file = manifest.file(CONTENTS_FILE)
    try:
        contents = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, OverflowError, BadZipFile) as error:
        raise BundleError(f"{file} cannot be read ({error}). Make the bundle again.") from error
    if not isinstance(contents, np.ndarray) or contents.dtype != np.uint64 or contents.ndim != 1:
        raise BundleError(f"{file} is no list of contents. Make the bundle again.")
    return contents
