"""What an app is made of: a bundle, one of its files, and how inputs and answers are to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config.metric import Metric
from kerasapps.deploy.manifest import FILE_NAME, Manifest
from kerasapps.deploy.opening import default_artifact, tflite_file
from kerasapps.errors import BundleError

EXAMPLES_FILE = "examples.json"


@dataclass(frozen=True)
class App:
    """What an app is made of.

    Attributes:
        manifest: of a bundle whose files were checked.
        artifact: the manifest's fields of the TFLite file that the app runs.
        model: that file.
        preprocessing: from what users have to what the file takes; dispatch on its `kind`.
        answer: from what the file gives to what users read; dispatch on its `kind`.
        metric: by which the bundle's files are judged; None where it is not known.
        runtime: where the user has the target's runtime; None: it is fetched.
    """

    manifest: Manifest
    artifact: Mapping[str, Any]
    model: Path
    preprocessing: Mapping[str, Any]
    answer: Mapping[str, Any]
    metric: Metric | None = None
    runtime: Path | None = None

    @property
    def name(self) -> str:
        """What the app may be called: the run that the bundle is of."""
        return str(self.manifest.settings["run"])

    @property
    def signatures(self) -> Sequence[Mapping[str, Any]]:
        """What the file takes and gives, as the manifest says it."""
        signatures: Sequence[Mapping[str, Any]] = self.artifact["runtime"]["signatures"]
        return signatures

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


def require_tensors(app: App, *, dtypes: Sequence[str], takes: str) -> None:
    """What runs an app can hand over all that the file takes and gives.

    Args:
        app: with a file whose signatures are known.
        dtypes: that can be handed over, of fixed shapes.
        takes: who hands over, with the verb, such as "LiteRT.js takes".

    Raises:
        BundleError: naming the first tensor that is another.
    """
    for signature in app.signatures:
        for tensor in (*signature["inputs"], *signature["outputs"]):
            shape = tensor["shape"]  # None where not even the number of sides is known
            is_fixed = shape is not None and all(side >= 0 for side in shape)
            if tensor["dtype"] not in dtypes or not is_fixed:
                raise BundleError(
                    f"{app.model} has the tensor {tensor['name']}, {tensor['dtype']} "
                    f"{shape}, and {takes} {', '.join(dtypes)} of fixed shapes: make "
                    f"the file again with `kerasapps export {app.manifest.folder}`, or choose "
                    "another artifact."
                )


def app_of(
    manifest: Manifest,
    *,
    metric: Metric | None = None,
    artifact: str | None = None,
    runtime: Path | None = None,
) -> App:
    """The app of a bundle.

    Args:
        manifest: of a bundle whose files were checked.
        metric: see `App`.
        artifact: name of the TFLite file; by default the one that `load_bundle` takes.
        runtime: see `App`.

    Raises:
        BundleError: if the bundle does not say how its inputs are prepared, or has no such file.
    """
    if not manifest.preprocessing or not manifest.answer:
        raise BundleError(
            f"{manifest.folder / FILE_NAME} is of an older version, and does not say how inputs "
            f"are prepared, which an app needs: run `kerasapps export {manifest.folder}` once."
        )
    name = default_artifact(manifest) if artifact is None else artifact
    model = tflite_file(manifest, name)
    described = manifest.artifact(name)
    if not described.get("runtime"):
        raise BundleError(
            f"{manifest.folder / FILE_NAME} does not say what {model.name} takes and gives, which "
            f"an app needs: run `kerasapps export {manifest.folder}` once."
        )
    return App(
        manifest=manifest,
        artifact=described,
        model=model,
        preprocessing=manifest.preprocessing,
        answer=manifest.answer,
        metric=metric,
        runtime=runtime,
    )
