"""What is done with any network that answers with sets of labels, from its start to its report."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps import models
from kerasapps.config import ExportConfig
from kerasapps.config.metric import Answer
from kerasapps.config.targets import LabelLoss
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Section
from kerasapps.evaluation.usage import Usage
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.elsewhere import MakeElsewhere
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import convert_network
from kerasapps.export.verify import SCORERS, HeldOut, verify
from kerasapps.model_inputs import ModelInputs, count_of, rows_of
from kerasapps.models.outputs import answering
from kerasapps.outputs.labels.agreement import same_sets, sets_kept
from kerasapps.outputs.labels.answer import LABELS, explain_thresholds
from kerasapps.outputs.labels.chosen import chosen_labels, scored_labels
from kerasapps.outputs.labels.criterion import label_criterion
from kerasapps.outputs.labels.figures import LabelMetrics, label_metrics, micro_f1
from kerasapps.outputs.labels.mistakes import SetMistake, shown_mistake, worst_rows
from kerasapps.outputs.labels.report import label_report
from kerasapps.outputs.labels.thresholds import choose_thresholds
from kerasapps.outputs.reading import ShowingReading
from kerasapps.outputs.timing import time_first
from kerasapps.workflow.experiment import SplitInputs
from kerasapps.workflow.judging import Candidates, Judged
from kerasapps.workflow.samples import Sample, spread
from kerasapps.workflow.ship import draw_rows


@dataclass(frozen=True)
class Scored:
    """What a network says of the test split.

    Attributes:
        scores: float32 `(n, labels)`.
        thresholds: float64 `(labels,)`, chosen on the validation split.
    """

    scores: NDArray[np.float32]
    thresholds: NDArray[np.float64]

    @property
    def given(self) -> NDArray[np.bool_]:
        """The sets, `(n, labels)`."""
        return self.of(self.scores)

    def of(self, scores: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
        """The sets that some scores give."""
        return np.asarray(scores >= self.thresholds.astype(np.float32))


@dataclass(frozen=True)
class LabelJudging:
    """Examples with sets of labels as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples, whose labels are 0 or 1, `(n, labels)`.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs.
        loss: what is minimised.
        each_epoch: whether every epoch ends with the micro-F1 of the validation split.
        elsewhere: makes test examples as another program prepares them, where there are any.
        sections: makes what only its task says in a report, where there is anything.
    """

    splits: Splits[Any]
    inputs: SplitInputs[ModelInputs]
    reading: ShowingReading
    loss: LabelLoss = "cross_entropy"
    each_epoch: bool = False
    elsewhere: MakeElsewhere | None = None
    sections: Callable[[Judged], Sequence[Section]] | None = None
    answer: ClassVar[Answer] = LABELS

    @property
    def summary(self) -> str:
        """The model's input in a few words."""
        return self.reading.summary

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.reading.spec

    @property
    def preprocessing(self) -> Mapping[str, Any]:
        """What makes the model's input of a raw one."""
        return self.reading.explained()

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What the output means: scores, and the thresholds that this network needs."""
        return explain_thresholds(cast(Scored, judged.answers).thresholds.tolist())

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Whether each example of the test split has each label, `(n, labels)`."""
        return np.asarray(self.splits.test.labels).astype(bool)

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""
        models.adapt(network, self.inputs.train, self.splits.train.labels)

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """What is minimised, the pretrained part, and a judge where every epoch has one."""
        return {
            "criterion": label_criterion(self.loss),
            "backbone": models.backbone(network),
            "judge": self.epoch_judge(network) if self.each_epoch else None,
        }

    def epoch_judge(self, network: keras.Model) -> Callable[[], float]:
        """Micro-F1 of the validation split, 0 to 1, by the weights of the day.

        Its thresholds are those of the day as well.
        """
        truth = np.asarray(self.splits.validation.labels).astype(bool)
        score = answering(network, finish=tf.sigmoid)

        def judge() -> float:
            scores = score(self.inputs.validation)
            return micro_f1(truth, scores >= choose_thresholds(truth, scores))

        return judge

    def judge(self, network: keras.Model) -> Judged:
        """A network with its scores, its thresholds, and its figures on the test split."""
        score = answering(network, finish=tf.sigmoid)
        known = np.asarray(self.splits.validation.labels).astype(bool)
        scored = Scored(
            score(self.inputs.test), choose_thresholds(known, score(self.inputs.validation))
        )
        figures = label_metrics(
            self.truth, scored.scores, names=self.splits.labels, thresholds=scored.thresholds
        )
        headline = ". ".join(
            [
                f"{self.splits.judged_on.capitalize()} micro-F1 {figures.micro_f1:.2%}, mean F1 of "
                f"labels {figures.macro_f1:.2%}, mAP {figures.mean_average_precision:.2%}, whole "
                f"sets right {figures.exact_match:.2%} (the same labels for all: micro-F1 "
                f"{figures.guess_f1:.2%})",
                *filter(None, [" ".join(figures.warnings)]),
            ]
        )
        return Judged(network, scored, figures, figures.micro_f1, headline)

    def export(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """TFLite files from model inputs to scores, and a SavedModel from raw inputs."""
        candidates: dict[str, Path | ExportError] = {}
        if config.quantization:
            train = self.inputs.train
            rows = draw_rows(count_of(train), config.calibration, seed=seed)
            candidates |= convert_network(
                scored_labels(self.reading.convertible(judged.network)),
                folder=folder,
                modes=config.quantization,
                calibration=rows_of(train, rows),
                integer=self.reading.integer,
            )
        if config.saved_model:
            candidates["saved_model"] = target = folder / "saved_model"
            write_saved_model(
                scored_labels(judged.network),
                target,
                takes=self.reading.takes,
                preprocess=self.reading.in_graph(),
                answer=functools.partial(
                    chosen_labels,
                    labels=self.splits.labels,
                    thresholds=cast(Scored, judged.answers).thresholds,
                ),
                refuses=self.reading.refuses,
            )
        return candidates

    def verify(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """Every file's micro-F1 on the test split, by equal thresholds, against the network's."""
        truth, scored = self.truth, cast(Scored, judged.answers)
        thresholds = scored.thresholds
        elsewhere = None
        if self.elsewhere is not None and any(name != "saved_model" for name in candidates):
            elsewhere = self.elsewhere(functools.partial(sets_kept, thresholds=thresholds))
        held_out = HeldOut(
            inputs=self.inputs.test,
            raw=self.reading.raw(self.splits.test),
            reference=scored.scores,
            metric=self.answer.metric,
            share=lambda scores, rows=slice(None): micro_f1(truth[rows], scored.of(scores)),
            agree=functools.partial(same_sets, thresholds=thresholds),
            runners=SCORERS,
            labels=self.splits.labels,
            odd=self.reading.odd_inputs() if "saved_model" in candidates else (),
            elsewhere=elsewhere,
        )
        return verify(candidates, held_out=held_out, tolerance=tolerance, folder=folder)

    def time(self, model: Path, folder: Path) -> Measurement:
        """As `benchmark_bundle` times the file when it has shipped."""
        return time_first(model, self.inputs.validation, folder=folder)

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of sets of labels."""
        scored = cast(Scored, judged.answers)
        count = len(self.splits.labels)
        return label_report(
            cast(LabelMetrics, judged.figures),
            truth=self.truth,
            given=scored.given,
            judged_on=self.splits.judged_on,
            mistakes=self._mistakes(scored),
            sections=() if self.sections is None else self.sections(judged),
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="answer.labels, answer.scores",
                gives=f"scores [1, {count}], in the order of labels.txt; a label is given from its "
                "threshold on (answer in bundle.json)",
            ),
        )

    def _mistakes(self, scored: Scored) -> list[SetMistake]:
        truth, given = self.truth, scored.given
        rows = worst_rows(truth, scored.scores, given)
        shown = self.reading.shown(self.splits.test, [int(row) for row in rows])
        return [
            shown_mistake(each, truth[row], scored.scores[row], given[row], self.splits.labels)
            for each, row in zip(shown, rows, strict=True)
        ]

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few examples of a split, of many sets, as they travel with a bundle."""
        rows = spread(np.lexsort(np.asarray(examples.labels).T[::-1]))
        return self.reading.samples(examples, rows, folder)

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes what a phone needs beside the model."""
        self.reading.write_files(folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """There are no others."""
