"""What an app is made of: a bundle, one of its files, and how inputs and answers are to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.deploy.manifest import FILE_NAME, Manifest
from kerasapps.deploy.opening import default_artifact, tflite_file
from kerasapps.errors import BundleError

EXAMPLES_FILE = "examples.json"
LABELS_FILE = "labels.txt"


@dataclass(frozen=True)
class App:
    """What an app is made of.

    Attributes:
        manifest: of a bundle whose files were checked.
        artifact: the manifest's fields of the TFLite file that the app runs.
        model: that file.
        preprocessing: from what users have to what the file takes; dispatch on its `kind`.
        answer: from what the file gives to what users read; dispatch on its `kind`.
        runtime: where the user has the target's runtime; None: it is fetched.
    """

    manifest: Manifest
    artifact: Mapping[str, Any]
    model: Path
    preprocessing: Mapping[str, Any]
    answer: Mapping[str, Any]
    runtime: Path | None = None

    @property
    def name(self) -> str:
        """What the app may be called: the run that the bundle is of."""
        return str(self.manifest.settings["run"])

    @property
    def documents(self) -> tuple[Path, ...]:
        """The bundle's files beside the model that the app reads: vocabularies, labels, examples.

        Raises:
            BundleError: if the manifest does not list one.
        """
        names = [each["path"] for each in self.preprocessing.get("files", ())]
        names += [
            self.preprocessing[side]
            for side in ("source_file", "target_file")
            if side in self.preprocessing
        ]
        if "labels_file" in self.answer:
            names.append(self.answer["labels_file"])
        listed = self.manifest.files
        names += [name for name in listed if name == EXAMPLES_FILE or name.startswith("examples/")]
        return tuple(self.manifest.file(name) for name in dict.fromkeys(names))


def app_of(
    manifest: Manifest,
    *,
    preprocessing: Mapping[str, Any],
    answer: Mapping[str, Any],
    artifact: str | None = None,
    runtime: Path | None = None,
) -> App:
    """The app of a bundle.

    Args:
        manifest: of a bundle whose files were checked.
        preprocessing: what the manifest says of it, or what is known of an older one.
        answer: likewise.
        artifact: name of the TFLite file; by default the one that `load_bundle` takes.
        runtime: see `App`.

    Raises:
        BundleError: if the bundle does not say how its inputs are prepared, or has no such file.
    """
    if not preprocessing or not answer:
        raise BundleError(
            f"{manifest.folder / FILE_NAME} does not say how inputs are prepared and answers are "
            "read, which an app needs: it is older than that, or of a network that takes arrays. "
            "Train again with this version, or write the app by hand."
        )
    name = default_artifact(manifest) if artifact is None else artifact
    return App(
        manifest=manifest,
        artifact=manifest.artifact(name),
        model=tflite_file(manifest, name),
        preprocessing=preprocessing,
        answer=answer,
        runtime=runtime,
    )
