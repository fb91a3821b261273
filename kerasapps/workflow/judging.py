"""What passes from step to step of a run; all that two tasks differ in is behind `Judging`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import keras
import tensorflow as tf

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.start import Start
from kerasapps.workflow.result import Showable

if TYPE_CHECKING:
    from kerasapps.evaluation.report import TaskReport
    from kerasapps.workflow.samples import Sample

Candidates: TypeAlias = Mapping[str, Path | ExportError]
"""`saved_model` or a quantization mode → the file to judge, or why there is none."""


@dataclass(frozen=True)
class Batches:
    """The splits as batches for training and validation.

    Attributes:
        training: where to begin → endless batches from there on.
        validation: batches of one pass.
        steps_per_epoch: of the training.
        sizes: option → size of a batch, as asked for or as it suits the data.
        unchanged: the training split once, in order and as it is, for those who can use that.
        unmixed: as `training`, but changes stay within an example; None where all of them do.
    """

    training: Callable[[Start], tf.data.Dataset]
    validation: tf.data.Dataset
    steps_per_epoch: int
    sizes: Mapping[str, int]
    unchanged: tf.data.Dataset | None = None
    unmixed: Callable[[Start], tf.data.Dataset] | None = None


@dataclass(frozen=True)
class Judged:
    """The trained network and how it did on the test split.

    Attributes:
        network: from model inputs to logits, float32.
        answers: what it answers there, in the form that the task's own steps take.
        figures: what these answers are worth.
        metric: the one figure that exported files are compared by; see `Metric.share`.
        headline: the same in a line, without a full stop.
        warnings: what to mind about them, whole sentences.
        parts: a line for each answer of several.
        source: what files are made of, where it is another network: they must answer as it does,
            and be as good as this one.
    """

    network: keras.Model
    answers: Any
    figures: Showable
    metric: float
    headline: str
    warnings: Sequence[str] = ()
    parts: Sequence[str] = ()
    source: Judged | None = None

    @property
    def told(self) -> str:
        """The headline with all that belongs to it; the parts in lines of their own."""
        line = " ".join((f"{self.headline}.", *self.warnings)) if self.warnings else self.headline
        return "\n".join((line, *self.parts))

    def told_also(self, line: str, *warnings: str) -> Judged:
        """The same with more behind the headline, and more to mind."""
        headline = f"{self.headline}. {line}"
        return dataclasses.replace(self, headline=headline, warnings=(*self.warnings, *warnings))


class Judging(Protocol):
    """A data set ready for training, export and report, and what its task does with it.

    A frozen value, whose methods get all that passes between the steps.
    """

    @property
    def splits(self) -> Splits[Any]:
        """The audited examples."""

    @property
    def answer(self) -> Answer:
        """What is answered, and the figures that it is judged by."""

    @property
    def summary(self) -> str:
        """The model's input in a few words."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest, as plain values."""

    @property
    def preprocessing(self) -> Mapping[str, Any]:
        """What makes the model's input of a raw one, for programs of other people."""

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What makes an answer of the model's output, for programs of other people."""

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """Arguments of `fit_in_phases` that only this task gives."""

    def judge(self, network: keras.Model) -> Judged:
        """Opens the test split: the network as it ships → its answers and figures."""

    def on_validation(self) -> Judging:
        """The same with the validation split in the test split's place, to choose files by."""

    def learnt_validation(self, network: keras.Model) -> bool:
        """Whether a network that ships has learnt from the validation split as well."""

    def export(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """Makes the files, in an empty `folder`; `seed` draws calibration examples."""

    def verify(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """Runs every file over the test split, in its own runtime, as the network was judged.

        One artifact a candidate; `folder` is scratch space.
        """

    def time(self, model: Path, folder: Path) -> Measurement:
        """How long a TFLite file takes for one example, on one thread; `folder` is scratch."""

    def report(self, judged: Judged) -> TaskReport:
        """What the task says in a report."""

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few examples of a split, as they travel with a bundle.

        Args:
            examples: the split.
            folder: of the bundle, into which pictures are written.
        """

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes what a phone needs beside the model."""

    def write_models(self, judged: Judged, folder: Path) -> None:
        """Writes model files beside those that are exported, into a bundle's folder alone."""
