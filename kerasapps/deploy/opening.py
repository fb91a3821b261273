"""From a bundle's place to one of its files, ready to answer; and the same from a pickle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kerasapps.deploy.formats import format_of
from kerasapps.deploy.manifest import Manifest, steadily
from kerasapps.deploy.worked import Worked
from kerasapps.errors import BundleError

PREFERENCE = (
    *("int8_qat", "int8", "int8_mixed", "int4", "int4_weights", "dynamic", "int8_weights"),
    *("int8_int16", "int16", "float16", "float32"),
)
"""Kinds of TFLite files in the order in which they are taken, where nobody names one."""


class LoadedBundle(Protocol):
    """What answers, whatever its task."""

    manifest: Manifest
    artifact: str

    def predict(self, inputs: Any, /, *args: Any, **options: Any) -> Sequence[Any]:
        """One answer an input, in order."""

    def worked(self, raw: Any) -> Worked:
        """What preparing one input gives, and the answer, as `examples.json` has them."""


class Load(Protocol):
    """What a task makes of a bundle: a function of a module, or a value, so that it is pickled."""

    def __call__(
        self, manifest: Manifest, path: Path, *, artifact: str, threads: int
    ) -> LoadedBundle:
        """What answers.

        Args:
            manifest: of a bundle whose files were checked.
            path: the file to run, or a translator's folder of ONNX files.
            artifact: its name.
            threads: threads that one inference may use.
        """


def open_bundle(
    path: Path | str,
    artifact: str | None = None,
    *,
    load: Callable[[Manifest], Load],
    threads: int = 1,
) -> LoadedBundle:
    """The bundle at `path`, its files checked against their SHA-256, ready to predict.

    Args:
        path: the bundle, or the output folder that holds it.
        artifact: name of a TFLite file, or `onnx`; by default the first of `PREFERENCE` that
            passed.
        load: a manifest → what loads its bundle.
        threads: threads that one inference may use.

    Raises:
        BundleError: if there is no bundle, a file was changed, or it has no such artifact.
    """

    def opened(manifest: Manifest) -> LoadedBundle:
        task_load = load(manifest)
        name = default_artifact(manifest) if artifact is None else artifact
        return task_load(manifest, runnable_file(manifest, name), artifact=name, threads=threads)

    return steadily(path, opened)


class OpenedBundle:
    """What every loaded bundle knows of itself. It is pickled as where it lies, and loaded again.

    Args:
        manifest: of a bundle whose files were checked.
        artifact: name of the file that was loaded.
        load: what loads it again.
        threads: threads that one inference may use.
    """

    def __init__(self, manifest: Manifest, *, artifact: str, load: Load, threads: int) -> None:
        self.manifest = manifest
        self.artifact = artifact
        self._load = load
        self._threads = threads

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process loads the same bundle: from where it lies, if it is the same yet."""
        folder, sha256 = self.manifest.folder.absolute(), self.manifest.sha256
        return reopen_bundle, (self._load, folder, self.artifact, self._threads, sha256)

    @property
    def task(self) -> str:
        """What it was trained for."""
        return self.manifest.task


def reopen_bundle(
    load: Load, folder: Path, artifact: str, threads: int, sha256: str
) -> LoadedBundle:
    """The bundle that was pickled.

    Args:
        load: what loaded it.
        folder: where it lay, on the same machine or one that has the folder in the same place.
        artifact: name of the file.
        threads: threads that one inference may use.
        sha256: of its `bundle.json`.

    Raises:
        BundleError: as `open_bundle`; also if another bundle lies there by now.
    """

    def same(manifest: Manifest) -> Load:
        if manifest.sha256 != sha256:
            raise BundleError(
                f"{folder} is not the bundle that was pickled: it was made again since. Load it "
                "anew."
            )
        return load

    return open_bundle(folder, artifact, load=same, threads=threads)


def default_artifact(manifest: Manifest) -> str:
    """The first kind of TFLite file, by `PREFERENCE`, that passed.

    Raises:
        BundleError: when the bundle has none.
    """
    passed = {each["name"] for each in manifest.artifacts if each["path"] and each["passed"]}
    for name in PREFERENCE:
        if name in passed:
            return name
    raise BundleError(f"{manifest.folder} holds no TFLite file that passed verification.")


def tflite_file(manifest: Manifest, artifact: str) -> Path:
    """The TFLite file of that name.

    Raises:
        BundleError: if there is none, or the artifact is of another format.
    """
    path = manifest.folder / manifest.artifact(artifact, formats=("tflite",))["path"]
    if format_of(path) != "tflite":
        known = ", ".join(manifest.usable(("tflite",))) or "none"
        raise BundleError(f"{path} is no TFLite file, which is needed here. Known: {known}.")
    return path


def runnable_file(manifest: Manifest, artifact: str) -> Path:
    """What of that name runs without TensorFlow: a TFLite or ONNX file, or a folder of the latter.

    Raises:
        BundleError: if there is none, or the artifact is for TensorFlow.
    """
    described = manifest.artifact(artifact, formats=("tflite", "onnx"))
    path = manifest.folder / described["path"]
    if format_of(path) == "saved_model":
        raise BundleError(f"{path} needs TensorFlow: load it with tf.saved_model.load.")
    return path
