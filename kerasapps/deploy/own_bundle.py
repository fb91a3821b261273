"""A bundle of a network of the user's, which is of no task, without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.deploy.manifest import FILE_NAME, Manifest
from kerasapps.deploy.opening import LoadedBundle
from kerasapps.deploy.readers import PictureReader, Reader, Shapes, TextReader
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.model_inputs import ModelInputs, RawInput

OWN = "own"
"""In the place of a task's name."""
PICTURES, TEXTS, ARRAYS = "pictures", "texts", "arrays"
_MOST_NUMBERS = 2**28  # of one example; what comes from a stranger must not take all memory


class ValueBundle(FileBundle):
    """A bundle whose answers are arrays, with one of its TFLite files loaded; see `FileBundle`."""

    def predict(self, inputs: Any) -> list[np.ndarray]:
        """What the network gives for each input, float32, without the batch.

        Args:
            inputs: one input or several, as `ArrayReader.split` takes them.

        Raises:
            DataError: if an input cannot be read.
        """
        return [self._outputs(each) for each in self.reader.split(inputs)]

    def _require_answers(self, path: Path) -> None:
        """Any number of them, in one output."""
        self._require_one_output(path)


class ArrayReader:
    """Inputs that are prepared already: an array, or one by the name of each input.

    Args:
        shapes: name of the network's input → its shape, without the batch.

    Raises:
        ConfigError: if they are no shapes.
    """

    def __init__(self, shapes: Any) -> None:
        if not isinstance(shapes, Mapping) or not shapes:
            raise ConfigError(f"not the shapes of inputs: {shapes!r:.80}")
        self._shapes = {str(name): _shape(sides) for name, sides in shapes.items()}

    @property
    def shape(self) -> Shapes:
        """Of one input; of several by name."""
        shapes = self._shapes
        return next(iter(shapes.values())) if len(shapes) == 1 else shapes

    def split(self, inputs: Any) -> list[Any]:
        """One input, or an array or a list of them, as a list of inputs.

        Of several inputs by name, arrays of one more axis are a batch.
        """
        if isinstance(inputs, Mapping):
            arrays = {name: np.asarray(values) for name, values in inputs.items()}
            self._require_names(arrays)
            if all(values.ndim == len(self._shapes[name]) for name, values in arrays.items()):
                return [arrays]
            count = len(next(iter(arrays.values())))
            return [{name: values[row] for name, values in arrays.items()} for row in range(count)]
        if not isinstance(self.shape, tuple):
            return list(inputs)
        array = np.asarray(inputs)
        return [array] if array.ndim == len(self.shape) else list(array)

    def read(self, raw: Any) -> ModelInputs:
        """One input, its shape checked.

        Raises:
            DataError: for another shape.
        """
        if not isinstance(self.shape, tuple):
            if not isinstance(raw, Mapping):
                raise DataError(f"expected {', '.join(self._shapes)} by name, got {type(raw)}.")
            self._require_names(raw)
            return {name: _fitting(raw[name], shape) for name, shape in self._shapes.items()}
        return _fitting(raw, self.shape)

    def reads_whole(self, raw: Any) -> bool:
        """Always: nothing is cut off."""
        return True

    def example(self) -> ModelInputs:
        """Zeros."""
        arrays = {name: np.zeros(shape, np.float32) for name, shape in self._shapes.items()}
        return next(iter(arrays.values())) if len(arrays) == 1 else arrays

    def raw_example(self, folder: Path) -> RawInput:
        """There is none: nothing is known of what stands before preprocessing."""
        raise BundleError("Nothing is known of this bundle's raw inputs.")

    def _require_names(self, arrays: Mapping[str, Any]) -> None:
        if set(arrays) != set(self._shapes):
            raise DataError(
                f"expected the inputs {', '.join(self._shapes)}, got {', '.join(arrays) or 'none'}."
            )


def load_own(manifest: Manifest, path: Path, *, artifact: str, threads: int) -> LoadedBundle:
    """What answers: a `Bundle` where there are labels, else a `ValueBundle`.

    Raises:
        BundleError: if the manifest says of its inputs what it cannot, or the file is of another.
    """
    kind = Bundle if manifest.labels else ValueBundle
    return kind(
        manifest, path, artifact=artifact, reader=_reader(manifest), load=load_own, threads=threads
    )


def _reader(manifest: Manifest) -> Reader:
    reads, spec = manifest.input.get("reads"), manifest.input.get("spec")
    try:
        if not isinstance(spec, dict):
            raise ConfigError("spec is missing")
        plain = dataclasses.replace(manifest, input=spec)
        if reads == PICTURES:
            return PictureReader(plain)
        if reads == TEXTS:
            return TextReader(plain)
        if reads == ARRAYS:
            return ArrayReader(spec.get("shapes"))
        raise ConfigError(f"reads is {reads!r:.60}")
    except ConfigError as error:
        raise BundleError(
            f"{manifest.folder / FILE_NAME} is no manifest that kerasapps writes: input: {error}. "
            "Do not use the bundle; ask for a whole one, or make it again."
        ) from error


def _shape(sides: Any) -> tuple[int, ...]:
    fits = isinstance(sides, list | tuple) and all(
        isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in sides
    )
    if not fits or np.prod(sides, dtype=float) > _MOST_NUMBERS:
        raise ConfigError(f"not a shape of an input: {sides!r:.80}")
    return tuple(sides)


def _fitting(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.asarray(value)
    if array.shape != shape or array.dtype.kind not in "biuf":
        raise DataError(
            f"expected numbers of shape {shape}, got {array.dtype} of shape {array.shape}."
        )
    return array
