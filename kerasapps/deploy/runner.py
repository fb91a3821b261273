"""A bundle that answers: pictures or texts in, labels and scores out, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.deploy.readers import PictureReader, Reader, TextReader
from kerasapps.errors import BundleError, ConfigError

PREFERENCE = ("int8", "dynamic", "float16", "float32")

# task → what turns an input into what the network takes
READERS: dict[str, Callable[[Manifest], Reader]] = {
    "image_classification": PictureReader,
    "sentiment": TextReader,
}


@dataclass(frozen=True)
class Prediction:
    """The likeliest labels of one input.

    Attributes:
        labels: best first.
        scores: one a label, from 0 to 1.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]

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

    Args:
        manifest: of a bundle whose files were checked.
        artifact: name of the TFLite file to run.
        threads: threads that one inference may use.

    Raises:
        BundleError: if this version does not know the bundle's task.
    """

    def __init__(self, manifest: Manifest, *, artifact: str, threads: int = 1) -> None:
        if manifest.task not in READERS:
            raise BundleError(
                f"{manifest.folder} is for {manifest.task!r}, which this version lacks."
            )
        self.manifest = manifest
        self.artifact = artifact
        self.reader = READERS[manifest.task](manifest)
        self._model = TFLiteModel(_tflite_file(manifest, artifact), threads=threads)

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in score order."""
        return self.manifest.labels

    @property
    def task(self) -> str:
        """`image_classification` or `sentiment`."""
        return self.manifest.task

    def predict(self, inputs: Any, *, top_k: int = 3) -> list[Prediction]:
        """The likeliest labels of pictures or texts.

        Args:
            inputs: one input or several. A picture is a file, encoded bytes, or a pixel array
                `(height, width[, channels])`; an array `(n, height, width[, channels])` is a
                batch. A text is a `str`.
            top_k: labels per input; at most all of them are given.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read; it names the file.
            ConfigError: if `top_k` is less than 1.
        """
        if top_k < 1:
            raise ConfigError(f"top_k must be at least 1, got {top_k}.")
        return [self._top(self.scores(each), top_k) for each in self.reader.split(inputs)]

    def scores(self, one: Any) -> np.ndarray:
        """Scores of one input in the order of `labels`, float32 `(num_classes,)`."""
        return self._model.scores(self.reader.read(one))

    def _top(self, scores: np.ndarray, count: int) -> Prediction:
        order = np.argsort(-scores, kind="stable")[:count]
        return Prediction(
            tuple(self.labels[index] for index in order),
            tuple(float(scores[index]) for index in order),
        )


def load_bundle(path: Path | str, artifact: str | None = None, *, threads: int = 1) -> Bundle:
    """The bundle at `path`, its files checked against their SHA-256, ready to predict.

    Args:
        path: the bundle, or the output folder that holds it.
        artifact: `float32`, `float16`, `dynamic` or `int8`; by default the smallest kind of file
            that the bundle has.
        threads: threads that one inference may use.

    Raises:
        BundleError: if there is no bundle, a file was changed, or it has no such artifact.
    """
    manifest = read_manifest(path)
    return Bundle(manifest, artifact=artifact or default_artifact(manifest), threads=threads)


def default_artifact(manifest: Manifest) -> str:
    """The smallest kind of TFLite file that passed.

    Raises:
        BundleError: when the bundle has none.
    """
    passed = {each["name"] for each in manifest.artifacts if each["path"] and each["passed"]}
    for name in PREFERENCE:
        if name in passed:
            return name
    raise BundleError(f"{manifest.folder} holds no TFLite file that passed verification.")


def _tflite_file(manifest: Manifest, artifact: str) -> Path:
    path = manifest.folder / manifest.artifact(artifact)["path"]
    if path.suffix != ".tflite":
        raise BundleError(f"{path} needs TensorFlow: load it with tf.saved_model.load.")
    return path
