"""What passes from step to step of a recipe; all that two recipes differ in is in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import keras
import tensorflow as tf

from kerasapps.config import ExportConfig, Family, ModelConfig, Monitor, TrainConfig
from kerasapps.data.examples import Splits
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.training import check_train_config
from kerasapps.workflow.result import Figures

if TYPE_CHECKING:
    from kerasapps.evaluation.report import TaskReport

Candidates: TypeAlias = Mapping[str, Path | ExportError]
"""`saved_model` or a quantization mode → the file to judge, or why there is none."""


@dataclass(frozen=True)
class Batches:
    """The splits as batches for training and validation.

    Attributes:
        training: epochs done → endless batches from there on.
        validation: batches of one pass.
        steps_per_epoch: of the training.
        sizes: option → size of a batch, as asked for or as it suits the data.
    """

    training: Callable[[int], tf.data.Dataset]
    validation: tf.data.Dataset
    steps_per_epoch: int
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """The options of a run, with what the model suggests where the user left a choice open.

    Attributes:
        model: which architecture.
        train: how it is trained.
        family: what most of its arithmetic is.
        epochs: passes over the training split, where `train` sets neither epochs nor a budget.
        judged: the monitor that the task has a judge for.

    Raises:
        ConfigError: if it cannot be trained so; no data was read yet.
    """

    model: ModelConfig
    train: TrainConfig
    family: Family
    epochs: int
    judged: Monitor

    def __post_init__(self) -> None:
        check_train_config(self.train, judged=self.is_judged)

    @property
    def is_judged(self) -> bool:
        """Whether the task's judge measures every epoch."""
        return self.train.monitor == self.judged


@dataclass(frozen=True)
class Judged:
    """The trained network and how it did on the test split.

    Attributes:
        network: from model inputs to logits, float32.
        answers: what it answers there, in the form that the task's own steps take.
        figures: what these answers are worth.
        metric: the one figure that exported files are compared by, 0 to 1.
        headline: the same in words.
    """

    network: keras.Model
    answers: Any
    figures: Figures
    metric: float
    headline: str


class ExportFiles(Protocol):
    """Makes the files that were asked for."""

    def __call__(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """The files, in an empty `folder`; `seed` is of the choice of calibration examples."""


class VerifyFiles(Protocol):
    """Runs every file over the test split, in its own runtime."""

    def __call__(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """One artifact a candidate; `folder` is scratch space."""


@dataclass(frozen=True)
class Prepared:
    """A data set ready for training, export and report, and what its task does differently.

    Attributes:
        splits: the audited examples.
        summary: the model's input in a few words.
        spec: the model's input for the manifest, as plain values.
        start: sets what a fresh network takes from the training split.
        fit_options: the network → arguments of `training.fit` that only this task gives.
        epoch_metric: what the judge among the `fit_options` measures, for people.
        judge: opens the test split: the network as it ships → its answers and figures.
        export: makes the files.
        verify: judges them as the network was judged.
        time: a TFLite file and scratch space → how long it takes for one example, on one thread.
        tolerance: points that a file may lose where the user does not say.
        report: what the task says in a report.
        write_files: writes what a phone needs beside the model into a folder.
    """

    splits: Splits[Any, Any]
    summary: str
    spec: Mapping[str, Any]
    start: Callable[[keras.Model], None]
    fit_options: Callable[[keras.Model], Mapping[str, Any]]
    epoch_metric: str
    judge: Callable[[keras.Model], Judged]
    export: ExportFiles
    verify: VerifyFiles
    time: Callable[[Path, Path], Measurement]
    tolerance: float
    report: Callable[[Judged], TaskReport]
    write_files: Callable[[Path], object]
