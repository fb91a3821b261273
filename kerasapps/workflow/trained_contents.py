"""What a bundle was trained on, known again by its content wherever it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import BundleError, DataError
from kerasapps.npy import save_array
from kerasapps.terminal import tell

CONTENTS_FILE = "trained_on.npy"
"""uint64 `(n,)`, sorted: `contents` of what a bundle was trained, and stopped, on."""


def write_trained_contents(splits: Splits[Any], folder: Path) -> None:
    """Writes the contents of training and validation into a bundle's folder."""
    contents = np.concatenate([splits.train.contents, splits.validation.contents])
    save_array(folder / CONTENTS_FILE, np.unique(contents))


def rows_not_trained_on(
    manifest: Manifest, contents: NDArray[np.uint64], *, noun: str
) -> NDArray[np.intp]:
    """The rows of examples that a bundle was not trained on; what is left out is said.

    Args:
        manifest: of the bundle; those of older versions do not know, so all rows are returned.
        contents: uint64 `(n,)`, see `data.splits`.
        noun: what the examples are, in the plural.

    Raises:
        DataError: if nothing is left.
        BundleError: if the bundle's file is not what it should be.
    """
    trained = np.isin(contents, _trained_contents(manifest))
    if trained.all() and len(contents):
        raise DataError(
            f"all {len(contents):,} {noun} were trained on: their contents are among those that "
            f"{manifest.folder} learned from or was stopped by. Judge it on other {noun}."
        )
    if trained.any():
        tell(
            f"Warning: {int(trained.sum()):,} of {len(contents):,} {noun} are left out: the bundle "
            "was trained on the same contents."
        )
    return np.flatnonzero(~trained)


def knows_contents(manifest: Manifest) -> bool:
    """Whether a bundle says what it was trained on; those of older versions do not."""
    return CONTENTS_FILE in manifest.files


def _trained_contents(manifest: Manifest) -> NDArray[np.uint64]:
    if not knows_contents(manifest):
        return np.empty(0, np.uint64)
    file = manifest.file(CONTENTS_FILE)
    try:
        contents = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, OverflowError, BadZipFile) as error:
        raise BundleError(f"{file} cannot be read ({error}). Make the bundle again.") from error
    if not isinstance(contents, np.ndarray) or contents.dtype != np.uint64 or contents.ndim != 1:
        raise BundleError(f"{file} is no list of contents. Make the bundle again.")
    return contents
