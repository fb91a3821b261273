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
from kerasapps.config import TrustConfig
from kerasapps.config.metric import Answer
from kerasapps.config.targets import LabelLoss
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Section
from kerasapps.evaluation.usage import Usage
from kerasapps.export.network import temperatures_of
from kerasapps.models.outputs import answering
from kerasapps.outputs.batches import example_weights
from kerasapps.outputs.files import Compared, FileJudging
from kerasapps.outputs.labels.agreement import same_sets, sets_kept
from kerasapps.outputs.labels.answer import LABELS, explain_thresholds
from kerasapps.outputs.labels.chosen import chosen_labels, scored_labels
from kerasapps.outputs.labels.criterion import label_criterion
from kerasapps.outputs.labels.figures import LabelMetrics, label_metrics, micro_f1
from kerasapps.outputs.labels.mistakes import SetMistake, shown_mistake, worst_labels, worst_rows
from kerasapps.outputs.labels.report import label_report
from kerasapps.outputs.labels.thresholds import choose_thresholds
from kerasapps.outputs.reading import ShowingReading
from kerasapps.outputs.temperature import label_temperature
from kerasapps.outputs.thresholds import doubt
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.samples import Sample, spread


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
class LabelJudging(FileJudging):
    """Examples with sets of labels as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples, whose labels are 0 or 1, `(n, labels)`.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs.
        loss: what is minimised.
        each_epoch: whether every epoch ends with the micro-F1 of the validation split.
        sections: makes what only its task says in a report, where there is anything.
        trust: whether scores get a temperature, and what thresholds are chosen for.
    """

    reading: ShowingReading
    loss: LabelLoss = "cross_entropy"
    each_epoch: bool = False
    sections: Callable[[Judged], Sequence[Section]] | None = None
    trust: TrustConfig = TrustConfig()
    answer: ClassVar[Answer] = LABELS

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What the output means: scores, and the thresholds that this network needs."""
        return explain_thresholds(cast(Scored, judged.answers).thresholds.tolist())

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Whether each example of the test split has each label, `(n, labels)`."""
        return np.asarray(self.splits.test.labels).astype(bool)

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""
        weights = example_weights(self.splits)
        models.adapt(network, self.inputs.train, self.splits.train.labels, example_weights=weights)

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
        truth, score = self.splits.validation.labels, answering(network, finish=tf.sigmoid)
        return lambda: self.measured(truth, score(self.inputs.validation))

    def temperatures(self, network: keras.Model) -> Sequence[float]:
        """What the logits are to be divided by, by validation examples: one number for all."""
        if not self.trust.temperature:
            return (1.0,)
        logits = answering(network)(self.inputs.validation)
        return (label_temperature(np.asarray(self.splits.validation.labels), logits),)

    def judge(self, network: keras.Model) -> Judged:
        """A network with its scores, its thresholds, and its figures on the test split."""
        score = answering(network, finish=tf.sigmoid)
        known = np.asarray(self.splits.validation.labels).astype(bool)
        thresholds = choose_thresholds(
            known, score(self.inputs.validation), precision=self.trust.min_precision
        )
        scored = Scored(score(self.inputs.test), thresholds)
        figures = label_metrics(
            self.truth,
            scored.scores,
            names=self.splits.labels,
            thresholds=scored.thresholds,
            temperature=temperatures_of(network)[0],
        )
        headline = ". ".join(
            [
                f"{self.splits.judged_on.capitalize()} micro-F1 {figures.micro_f1:.2%}, mean F1 of "
                f"labels {figures.macro_f1:.2%}, mAP {figures.mean_average_precision:.2%}, whole "
                f"sets right {figures.exact_match:.2%} (the same labels for all: micro-F1 "
                f"{figures.guess_f1:.2%})",
                *([figures.tempered.line] if figures.tempered else []),
            ]
        )
        luck = doubt(self.trust.min_precision, len(known)).capitalize()
        warnings = [*([f"{luck}."] if luck else []), *figures.warnings]
        return Judged(network, scored, figures, figures.micro_f1, headline, warnings)

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A network that gives scores in place of logits."""
        return scored_labels(network)

    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """Scores → what a SavedModel answers."""
        thresholds = cast(Scored, judged.answers).thresholds
        return functools.partial(chosen_labels, labels=self.splits.labels, thresholds=thresholds)

    def measured(self, labels: Any, scores: np.ndarray) -> float:
        """Micro-F1 of some split, 0 to 1, by the thresholds that suit these scores."""
        truth = np.asarray(labels).astype(bool)
        return micro_f1(truth, scores >= choose_thresholds(truth, scores))

    def compared(self, judged: Judged) -> Compared:
        """Micro-F1 by the network's own thresholds, and set by set."""
        truth, scored = self.truth, cast(Scored, judged.answers)
        thresholds = scored.thresholds
        return Compared(
            reference=scored.scores,
            metric=self.answer.metric,
            share=lambda scores, rows=slice(None): micro_f1(truth[rows], scored.of(scores)),
            agree=functools.partial(same_sets, thresholds=thresholds),
            kept=functools.partial(sets_kept, thresholds=thresholds),
            labels=self.splits.labels,
        )

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of sets of labels."""
        scored = cast(Scored, judged.answers)
        count = len(self.splits.labels)
        return label_report(
            cast(LabelMetrics, judged.figures),
            truth=self.truth,
            given=scored.given,
            judged_on=self.splits.judged_on,
            precision=self.trust.min_precision,
            mistakes=self._mistakes(judged.network, scored),
            sections=() if self.sections is None else self.sections(judged),
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="answer.labels, answer.scores",
                gives=f"scores [1, {count}], in the order of labels.txt; a label is given from its "
                "threshold on (answer in bundle.json)",
            ),
        )

    def _mistakes(self, network: keras.Model, scored: Scored) -> list[SetMistake]:
        """The worst sets, each with what spoke for the label that it is worst for."""
        truth, scores, given = self.truth, scored.scores, scored.given
        rows = worst_rows(truth, scores, given)
        worst = worst_labels(truth[rows], scores[rows], given[rows]).tolist()
        shown = self.reading.shown(self.splits.test, rows.tolist(), network=network, outputs=worst)
        names = self.splits.labels
        return [
            shown_mistake(each, truth[row], scores[row], given[row], names, worst=label)
            for each, row, label in zip(shown, rows, worst, strict=True)
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
