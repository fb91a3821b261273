"""Files made of a network and held against it, whatever is answered."""

from __future__ import annotations

import dataclasses
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Metric
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.elsewhere import Agree as Kept
from kerasapps.export.elsewhere import MakeElsewhere
from kerasapps.export.fake_quant.places import FloatFile, Learnt
from kerasapps.export.integer_sounds import front_end
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import convert_network, taken_by_file
from kerasapps.export.verify import SCORERS, Agree, HeldOut, Labels, verify
from kerasapps.model_inputs import ModelInputs, count_of, rows_of
from kerasapps.outputs.convertible import convertible
from kerasapps.outputs.reading import Reading, TellsInput
from kerasapps.outputs.timing import time_first
from kerasapps.workflow.experiment import SplitInputs
from kerasapps.workflow.judging import Candidates, Judged
from kerasapps.workflow.ship import draw_rows


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How a file's answers on the test split are compared with the network's.

    Attributes:
        reference: the network's, `(n, k)`.
        metric: by which both are compared.
        share: see `HeldOut`.
        agree: likewise.
        kept: how a file's answers are compared where its inputs are prepared otherwise.
        labels: see `HeldOut`.
        also: likewise.
    """

    reference: np.ndarray
    metric: Metric
    share: Callable[..., float]
    agree: Agree
    kept: Kept
    labels: Labels = None
    also: Callable[..., str] | None = None


@dataclass(frozen=True)
class FileJudging(TellsInput, ABC):
    """What a `workflow.judging.Judging` does alike, whatever is answered: makes files, judges them.

    Attributes:
        splits: the audited examples.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs.
        elsewhere: makes test examples as another program prepares them, where there are any.
        learnt: ranges that the network was fine-tuned with for its `int8` file.
    """

    splits: Splits[Any]
    inputs: SplitInputs[ModelInputs]
    reading: Reading
    elsewhere: MakeElsewhere | None = field(default=None, kw_only=True)
    learnt: Learnt | None = field(default=None, kw_only=True)

    @abstractmethod
    def answering_network(self, network: keras.Model) -> keras.Model:
        """A trained network → one that gives answers: scores, or numbers in their own unit."""

    @abstractmethod
    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """These answers → what a SavedModel gives, by name."""

    def exported(self, network: keras.Model) -> keras.Model:
        """What of a trained network goes into files."""
        return network

    @abstractmethod
    def compared(self, judged: Judged) -> Compared:
        """How files are compared with the network."""

    def on_validation(self) -> Self:
        """The same with the validation split in the test split's place."""
        if self.splits.judged_on == "validation":
            return self
        return dataclasses.replace(
            self,
            splits=dataclasses.replace(self.splits, test=self.splits.validation),
            inputs=dataclasses.replace(self.inputs, test=self.inputs.validation),
            elsewhere=None,  # has examples of the test split
        )

    def learnt_validation(self, network: keras.Model) -> bool:
        """Whether a network that ships has learnt from the validation split as well."""
        return False

    def export(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """TFLite and ONNX files from model inputs to answers, a SavedModel from raw inputs."""
        candidates: dict[str, Path | ExportError] = {}
        network, train = self.exported(judged.network), self.inputs.train
        if config.quantization:
            rows = draw_rows(count_of(train), config.calibration, seed=seed)
            candidates |= convert_network(
                self.answering_network(convertible(self.reading, network)),
                folder=folder,
                modes=config.quantization,
                calibration=rows_of(train, rows),
                integer=self.reading.integer,
                learnt=self.learnt,
            )
        if config.saved_model:
            candidates["saved_model"] = target = folder / "saved_model"
            write_saved_model(
                self.answering_network(network),
                target,
                takes=self.reading.takes,
                preprocess=self.reading.in_graph(),
                answer=self.served(judged),
                refuses=self.reading.refuses,
            )
        return candidates

    def float_file(self, network: keras.Model, *, examples: int, folder: Path) -> FloatFile:
        """The float TFLite file, and some training examples.

        Args:
            network: trained.
            examples: how many.
            folder: scratch space; emptied first.

        Raises:
            ExportError: if the network does not convert.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        answering = self.answering_network(convertible(self.reading, self.exported(network)))
        made = convert_network(
            answering,
            folder=folder,
            modes=("float32",),
            calibration=None,
            integer=self.reading.integer,
        )["float32"]
        if isinstance(made, ExportError):
            raise made
        train = self.inputs.train
        taken = rows_of(train, draw_rows(count_of(train), examples, seed=0))
        content = made.read_bytes()
        floats = front_end(content) if self.reading.has_front_end else []
        return FloatFile(content, taken_by_file(answering, taken), taken, floats)

    def verify(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """Every file's answers on the test split, held against the network's."""
        compared, elsewhere = self.compared(judged), None
        if self.elsewhere is not None and any(name != "saved_model" for name in candidates):
            elsewhere = self.elsewhere(compared.kept)
        held_out = HeldOut(
            inputs=self.inputs.test,
            raw=self.reading.raw(self.splits.test),
            reference=compared.reference,
            metric=compared.metric,
            share=compared.share,
            agree=compared.agree,
            runners=SCORERS,
            labels=compared.labels,
            odd=self.reading.odd_inputs() if "saved_model" in candidates else (),
            elsewhere=elsewhere,
            also=compared.also,
            source=None if judged.source is None else self.compared(judged.source).reference,
        )
        return verify(candidates, held_out=held_out, tolerance=tolerance, folder=folder)

    def time(self, model: Path, folder: Path) -> Measurement:
        """As `benchmark_bundle` times the file when it has shipped."""
        return time_first(model, self.inputs.validation, folder=folder)
