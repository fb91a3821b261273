"""A bundle that answers, without TensorFlow: pictures or texts in, labels or translations out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasapps.config.checks import require_whole
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.manifest import Manifest, digest_of, steadily
from kerasapps.deploy.readers import PictureReader, Reader, Shape, Shapes, TextReader
from kerasapps.errors import BundleError

if TYPE_CHECKING:
    from kerasapps.deploy.translator import TranslationBundle

PREFERENCE = ("int8", "dynamic", "float16", "float32")

# task → what turns an input into what the network takes
READERS: dict[str, Callable[[Manifest], Reader]] = {
    "image_classification": PictureReader,
    "sentiment": TextReader,
    "text_classification": TextReader,
}


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
        manifest: of a bundle whose files were checked; its task is one of `READERS`.
        path: the TFLite file to run.
        artifact: its name.
        threads: threads that one inference may use.
    """

    def __init__(self, manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> None:
        self.manifest = manifest
        self.artifact = artifact
        self.reader = READERS[manifest.task](manifest)
        self._model = TFLiteModel(path, threads=threads)
        self._threads = threads
        _require_inputs(path, self._model.input_shapes, self.reader.shape)
        _require_fit(path, "labels", self._model.classes, len(manifest.labels))

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process loads the same bundle."""
        return reopening(self.manifest, self.artifact, self._threads)

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

    def scores(self, one: Any) -> np.ndarray:
        """Scores of one input in the order of `labels`, float32 `(num_classes,)`.

        Raises:
            BundleError: if no class has a score above 0, so that nothing can be said of the input.
        """
        scores = self._model.scores(self.reader.read(one))
        if not scores.any():
            raise BundleError(
                f"{self.manifest.folder}: the file {self.artifact} gives no class a score above 0; "
                f"its steps are too coarse for {len(self.labels)} classes. Export it again, or use "
                "another of the bundle's files."
            )
        return scores

    def _prediction(self, one: Any, count: int) -> Prediction:
        scores = self.scores(one)
        order = np.argsort(-scores, kind="stable")[:count]
        return Prediction(
            tuple(self.labels[index] for index in order),
            tuple(float(scores[index]) for index in order),
            truncated=not self.reader.reads_whole(one),
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


def _translation_bundle(
    manifest: Manifest, path: Path, *, artifact: str, threads: int = 1
) -> TranslationBundle:
    # Only translation needs SentencePiece.
    from kerasapps.deploy.translator import TranslationBundle

    return TranslationBundle(manifest, path, artifact=artifact, threads=threads)


# task → what runs its bundles
BUNDLES: dict[str, Callable[..., Bundle | TranslationBundle]] = {
    **dict.fromkeys(READERS, Bundle),
    "translation": _translation_bundle,
}


def load_bundle(
    path: Path | str, artifact: str | None = None, *, threads: int = 1
) -> Bundle | TranslationBundle:
    """The bundle at `path`, its files checked against their SHA-256, ready to predict.

    Args:
        path: the bundle, or the output folder that holds it.
        artifact: `float32`, `float16`, `dynamic` or `int8`; by default the smallest kind of file
            that the bundle has.
        threads: threads that one inference may use.

    Raises:
        BundleError: if there is no bundle, a file was changed, it has no such artifact, or this
            version does not know its task.
    """

    def load(manifest: Manifest) -> Bundle | TranslationBundle:
        if manifest.task not in BUNDLES:
            raise BundleError(
                f"{manifest.folder} is for {manifest.task!r}, which this version lacks."
            )
        name = default_artifact(manifest) if artifact is None else artifact
        file = _tflite_file(manifest, name)
        return BUNDLES[manifest.task](manifest, file, artifact=name, threads=threads)

    return steadily(path, load)


def reopening(manifest: Manifest, artifact: str, threads: int) -> tuple[Any, ...]:
    """What `pickle` keeps of a loaded bundle: where it lies, and which one it was."""
    folder = manifest.folder.absolute()
    return reopen_bundle, (folder, artifact, threads, _identity(manifest))


def reopen_bundle(
    folder: Path, artifact: str, threads: int, identity: str
) -> Bundle | TranslationBundle:
    """The bundle that was pickled.

    Args:
        folder: where it lay, on the same machine or one that has the folder in the same place.
        artifact: name of the TFLite file.
        threads: threads that one inference may use.
        identity: SHA-256 of what it was.

    Raises:
        BundleError: as `load_bundle`; also if another bundle lies there by now.
    """
    bundle = load_bundle(folder, artifact, threads=threads)
    if _identity(bundle.manifest) != identity:
        raise BundleError(
            f"{folder} is not the bundle that was pickled: it was made again since. Load it anew."
        )
    return bundle


def _identity(manifest: Manifest) -> str:
    return digest_of({name: value for name, value in vars(manifest).items() if name != "folder"})


def load_classifier(path: Path | str, artifact: str | None = None, *, threads: int = 1) -> Bundle:
    """The classification bundle at `path`; as `load_bundle`.

    Raises:
        BundleError: also if the bundle is for another task.
    """
    bundle = load_bundle(path, artifact, threads=threads)
    if not isinstance(bundle, Bundle):
        raise BundleError(f"{bundle.manifest.folder} is for {bundle.task}; it gives no labels.")
    return bundle


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
