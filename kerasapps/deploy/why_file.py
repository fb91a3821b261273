"""A file that says where in a picture its scores are from; no TensorFlow is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.feeds import as_channels
from kerasapps.deploy.pool import failing_as_bundle
from kerasapps.deploy.signature import signature_runner
from kerasapps.errors import BundleError

WHY_FILE = "why.tflite"
WHY = "why"
"""The signature by which it does; the first one, `serve`, answers as the other files do."""
SCORES, MAPS = "scores", "maps"
"""What that gives."""


class WhyFile:
    """The signature of a TFLite file from a picture to scores and a map a class.

    It is for one thread.

    Args:
        path: the file.

    Raises:
        BundleError: if the file has no such signature.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runner = signature_runner(
            path, WHY, missing=f"{path} has no signature {WHY!r}: make the bundle again."
        )
        with failing_as_bundle(path):
            ((self._input, takes),) = self._runner.get_input_details().items()
            gives = self._runner.get_output_details()
        if set(gives) != {SCORES, MAPS}:
            raise BundleError(f"{path} gives {', '.join(sorted(gives))}, not {SCORES} and {MAPS}.")
        self._shape = tuple(map(int, takes["shape"][1:]))

    def explain(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores, float32 `(classes,)`, and maps, float32 `(rows, columns, classes)`.

        Args:
            picture: uint8 `(height, width, channels)`.
        """
        taken = as_channels(picture, self._shape).astype(np.float32)[None]
        with failing_as_bundle(self._path):
            given: dict[str, Any] = self._runner(**{self._input: taken})
        return given[SCORES][0], given[MAPS][0]
