"""Which files of a bundle this installation can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.config.export import require_onnx
from kerasapps.deploy.formats import format_of
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import DependencyError
from kerasapps.process.training_stack import require_training
from kerasapps.terminal.streams import tell


def runnable_files(manifest: Manifest, names: Sequence[str] = ()) -> dict[str, Path]:
    """Name → path of a bundle's artifacts.

    Args:
        manifest: of the bundle.
        names: of those that are asked for; by default all that it has, but for those whose runtime
            is not installed, which is told.

    Raises:
        BundleError: if it has no such artifact.
        DependencyError: if one is asked for whose runtime is not installed.
    """
    every = names or [each["name"] for each in manifest.artifacts if each["path"]]
    files = {}
    for name in every:
        path = manifest.folder / manifest.artifact(name)["path"]
        try:
            _require_runtime(path)
        except DependencyError as error:
            if names:
                raise
            tell(f"note: {name} is left out: {error}")
        else:
            files[name] = path
    return files


def _require_runtime(path: Path) -> None:
    if format_of(path) == "saved_model":
        require_training("Running a SavedModel")
    if format_of(path) == "onnx":
        require_onnx("onnxruntime")
