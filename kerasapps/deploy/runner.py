"""A classification bundle that answers, without TensorFlow: raw inputs in, labels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.checks import require_whole
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.opening import Load, reopening
from kerasapps.deploy.readers import Reader, Shape, Shapes
from kerasapps.errors import BundleError


@dataclass(frozen=True)
class Prediction:
    """The likeliest labels of one input.

    Attributes:
        labels: best first.
        scores: one a label, from 0 to 1.
        truncated: whether a text was longer than the network reads; its end was ignored.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    truncated: bool = False

    @property
    def label(self) -> str:
        """The likeliest label."""
        return self.labels[0]

    @property
    def score(self) -> float:
        """Its score."""
        return self.scores[0]


class Bundle:
    """A classification bundle with one of its TFLite files loaded.

    Any number of threads may ask it at once. It is pickled as where it lies, and loaded again.

    Args:
        manifest: of a bundle whose files were checked.
        path: the TFLite file to run.
        artifact: its name.
        reader: turns an input into what the network takes.
        load: what loads it again.
        threads: threads that one inference may use.
    """

    def __init__(
        self,
        manifest: Manifest,
        path: Path,
        *,
        artifact: str,
        reader: Reader,
        load: Load,
        threads: int = 1,
    ) -> None:
        self.manifest = manifest
        self.artifact = artifact
        self.reader = reader
        self._model = TFLiteModel(path, threads=threads)
        self._load = load
        self._threads = threads
        _require_inputs(path, self._model.input_shapes, self.reader.shape)
        _require_fit(path, "labels", self._model.classes, len(manifest.labels))

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process loads the same bundle."""
        return reopening(self._load, self.manifest, artifact=self.artifact, threads=self._threads)

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in score order."""
        return self.manifest.labels

    @property
    def task(self) -> str:
        """What it was trained for."""
        return self.manifest.task

    def predict(self, inputs: Any, *, top_k: int = 3) -> list[Prediction]:
        """The likeliest labels of each input.

        Args:
            inputs: one input or several. A picture is a file, encoded bytes, an open binary file,
                a Pillow image, or an array or tensor `(height, width[, channels])`; an array
                `(n, height, width[, channels])` is a batch. A text is a `str`.
            top_k: labels per input; at most all of them are given.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read; it names the file.
            ConfigError: if `top_k` is no whole number, or less than 1.
        """
        require_whole(top_k, 1, what="top_k")
        return [self._prediction(each, top_k) for each in self.reader.split(inputs)]

    def scores(self, raw: Any) -> np.ndarray:
        """Scores of one input in the order of `labels`, float32 `(num_classes,)`.

        Raises:
            BundleError: if no class has a score above 0, so that nothing can be said of the input.
        """
        scores = self._model.scores(self.reader.read(raw))
        if not scores.any():
            raise BundleError(
                f"{self.manifest.folder}: the file {self.artifact} gives no class a score above 0; "
                f"its steps are too coarse for {len(self.labels)} classes. Export it again, or use "
                "another of the bundle's files."
            )
        return scores

    def _prediction(self, raw: Any, count: int) -> Prediction:
        scores = self.scores(raw)
        order = np.argsort(-scores, kind="stable")[:count]
        return Prediction(
            tuple(self.labels[index] for index in order),
            tuple(float(scores[index]) for index in order),
            truncated=not self.reader.reads_whole(raw),
        )


def _require_inputs(path: Path, of_file: Mapping[str, Shape], of_manifest: Shapes) -> None:
    """The file takes what the reader makes; of one array, several inputs are made of one shape."""
    if isinstance(of_manifest, Mapping):
        _require_fit(path, "inputs of shapes", dict(of_file), dict(of_manifest))
        return
    for shape in of_file.values():
        _require_fit(path, "an input of shape", shape, of_manifest)


def _require_fit(path: Path, what: str, of_file: object, of_manifest: object) -> None:
    if of_file != of_manifest:
        raise BundleError(
            f"{path} has {what} {of_file}, but the manifest says {of_manifest}: they are not of "
            "one bundle. Make it again."
        )
