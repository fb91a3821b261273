"""A bundle that answers with a number, without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.opening import Load, reopening
from kerasapps.deploy.readers import Reader
from kerasapps.errors import BundleError


@dataclass(frozen=True)
class NumberPrediction:
    """The number that one input is answered with.

    Attributes:
        value: in the unit of the target.
    """

    value: float


class NumberBundle:
    """A bundle for numbers with one of its TFLite files loaded.

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
        self._load, self._threads = load, threads
        if self._model.classes != 1 or dict(self._model.input_shapes) != reader.shape:
            raise BundleError(
                f"{path} takes {dict(self._model.input_shapes)} and gives {self._model.classes} "
                f"numbers, but the manifest says {reader.shape} and one: they are not of one "
                "bundle. Make it again."
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """How another process loads the same bundle."""
        return reopening(self._load, self.manifest, artifact=self.artifact, threads=self._threads)

    @property
    def task(self) -> str:
        """What it was trained for."""
        return self.manifest.task

    def predict(self, inputs: Any) -> list[NumberPrediction]:
        """The number of each input.

        Args:
            inputs: one input or several, as the bundle's reader takes them.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read.
        """
        return [NumberPrediction(self.value(each)) for each in self.reader.split(inputs)]

    def value(self, raw: Any) -> float:
        """The number of one input."""
        return float(self._model.scores(self.reader.read(raw))[0])
