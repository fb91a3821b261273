"""A file that also hears a stream of samples, chunk by chunk; no TensorFlow is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.pool import failing_as_bundle
from kerasapps.deploy.signature import signature_runner
from kerasapps.errors import BundleError

STREAM = "stream"
"""The signature by which it does."""
SOUND, SCORES = "sound", "scores"
"""What that calls its chunk and its answer; all else that it takes it gives too: its states."""


class SoundStream:
    """The signature of a TFLite file from a chunk and states to scores and the next states.

    It is for one thread.

    Args:
        path: the file.

    Attributes:
        classes: how many scores it gives.

    Raises:
        BundleError: if the file is none that hears a stream.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runner = signature_runner(
            path, STREAM, missing=f"{path} hears no stream: train it with --streaming."
        )
        with failing_as_bundle(path):
            takes, gives = self._runner.get_input_details(), self._runner.get_output_details()
        self._states = sorted(set(takes) - {SOUND})
        if set(takes) != {SOUND, *self._states} or set(gives) != {SCORES, *self._states}:
            raise BundleError(f"{path} hears no stream: its states do not go in as they come out.")
        self._shapes = {name: tuple(map(int, takes[name]["shape"])) for name in takes}
        scores = tuple(map(int, gives[SCORES]["shape"]))
        for name, shape in ((SOUND, self._shapes[SOUND]), (SCORES, scores)):
            if len(shape) != 2 or shape[0] != 1 or shape[1] < 1:
                raise BundleError(f"{path} hears no stream: its {name} has the shape {shape}.")
        self.classes = scores[1]
        self._memory: dict[str, Any] = {}
        self.forget()

    @property
    def chunk(self) -> int:
        """Samples that are heard at a time."""
        return self._shapes[SOUND][1]

    def forget(self) -> None:
        """Makes the next chunk the first one of a stream."""
        self._memory = {name: np.zeros(self._shapes[name], np.float32) for name in self._states}

    def hear(self, chunk: np.ndarray) -> np.ndarray:
        """Scores of the clip that ends with this chunk, float32 `(classes,)`.

        Args:
            chunk: float32 `(self.chunk,)`, that follows what was heard before.
        """
        with failing_as_bundle(self._path):
            given = self._runner(**{SOUND: chunk[np.newaxis]}, **self._memory)
        self._memory = {name: given[name] for name in self._states}
        scores: np.ndarray = given[SCORES][0]
        return scores
