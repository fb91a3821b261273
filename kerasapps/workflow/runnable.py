"""Which files of a bundle this installation can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.deploy.manifest import Manifest
from kerasapps.process.training_stack import INSTALL, is_light, require_training
from kerasapps.terminal.streams import tell


def runnable_files(manifest: Manifest, names: Sequence[str] = ()) -> dict[str, Path]:
    """Name → path of a bundle's artifacts.

    Args:
        manifest: of the bundle.
        names: of those that are asked for; by default all that it has, but for the SavedModel where
            TensorFlow is not installed, which is told.

    Raises:
        BundleError: if it has no such artifact.
        DependencyError: if the SavedModel is asked for where TensorFlow is not installed.
    """
    every = names or [each["name"] for each in manifest.artifacts if each["path"]]
    files = {name: manifest.folder / manifest.artifact(name)["path"] for name in every}
    needing = [name for name, path in files.items() if path.is_dir()]
    if not needing or not is_light():
        return files
    if names:
        require_training("Running a SavedModel")
    tell(f"note: {', '.join(needing)} is left out, as it needs TensorFlow: {INSTALL}")
    return {name: path for name, path in files.items() if name not in needing}
