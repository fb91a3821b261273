"""What bundles have in common that run one file on one input at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.networks import Scoring, open_network
from kerasapps.deploy.opening import Load, OpenedBundle
from kerasapps.deploy.readers import Reader, Shape, Shapes
from kerasapps.deploy.worked import Worked, plain_inputs, plain_numbers
from kerasapps.errors import BundleError


class FileBundle(OpenedBundle):
    """A bundle with a TFLite or ONNX file loaded; what it answers is for each kind to say.

    Any number of threads may ask it at once. It is pickled as where it lies, and loaded again.

    Args:
        manifest: of a bundle whose files were checked.
        path: the file to run.
        artifact: its name.
        reader: turns an input into what the network takes.
        load: what loads it again.
        threads: threads that one inference may use.
        network: what runs the file, where that is open; None opens it.

    Raises:
        BundleError: if its runtime cannot load the file, or it is none of this manifest.
        DependencyError: if its runtime is not installed.
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
        network: Scoring | None = None,
    ) -> None:
        super().__init__(manifest, artifact=artifact, load=load, threads=threads)
        self.reader = reader
        self._model = open_network(path, threads=threads) if network is None else network
        _require_inputs(path, self._model.input_shapes, self.reader.shape)
        self._require_answers(path)

    @property
    def tensors(self) -> Mapping[str, tuple[np.dtype[Any], Shape]]:
        """Name of each input of the file → dtype and shape of what `run` takes for it."""
        example = self.reader.example()
        dtypes = {
            name: (example[name] if isinstance(example, Mapping) else example).dtype
            for name in self._model.input_shapes
        }
        return {name: (dtypes[name], shape) for name, shape in self._model.input_shapes.items()}

    def run(self, example: Mapping[str, np.ndarray]) -> np.ndarray:
        """What the file gives for one example that is prepared already.

        Args:
            example: name of each of the file's inputs → its values, without the batch.

        Returns:
            float32, one value a label, or as the network gives it.

        Raises:
            BundleError: if the interpreter fails on it, as on ids that there are not.
        """
        return self._model.scores(example)

    def _require_answers(self, path: Path) -> None:
        """The file gives as many answers as the manifest says."""
        self._require_one_output(path)
        labels = self.manifest.labels
        what = "labels" if labels else "numbers"
        require_fit(path, what, self._model.classes, len(labels) or 1)

    def _require_one_output(self, path: Path) -> None:
        require_fit(path, "a number of outputs,", len(self._model.outputs), 1)

    def worked(self, raw: Any) -> Worked:
        """What preparing one input gives, and the answer, as `examples.json` has them."""
        return plain_inputs(self.reader.read(raw)), self._plain_answer(raw)

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return {"values": plain_numbers(self._outputs(raw))}

    def _outputs(self, raw: Any) -> np.ndarray:
        """What the file gives for one input, float32, one value a label or one number."""
        return self._model.scores(self.reader.read(raw))


def _require_inputs(path: Path, of_file: Mapping[str, Shape], of_manifest: Shapes) -> None:
    """The file takes what the reader makes; of one array, several inputs are made of one shape.

    Files of grey pictures take three channels, those of older versions one.
    """
    if isinstance(of_manifest, Mapping):
        require_fit(path, "inputs of shapes", dict(of_file), dict(of_manifest))
        return
    for shape in of_file.values():
        is_grey_in_colour = of_manifest[2:] == (1,) and shape == (*of_manifest[:2], 3)
        require_fit(
            path, "an input of shape", of_manifest if is_grey_in_colour else shape, of_manifest
        )


def require_fit(path: Path, what: str, of_file: object, of_manifest: object) -> None:
    if of_file != of_manifest:
        raise BundleError(
            f"{path} has {what} {of_file}, but the manifest says {of_manifest}: they are not of "
            "one bundle. Make it again."
        )
