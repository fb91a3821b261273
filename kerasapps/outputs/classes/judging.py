"""What is done with any network that answers with classes, from its start to its report."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

import keras
import numpy as np

from kerasapps import models
from kerasapps.config import TrustConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.deploy.undecided import Undecided
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Section
from kerasapps.evaluation.usage import Usage
from kerasapps.export.network import scoring_model, temperatures_of
from kerasapps.models.adapt import learns_labels
from kerasapps.models.outputs import answering
from kerasapps.outputs.batches import example_weights
from kerasapps.outputs.classes.agreement import labels_kept, same_labels
from kerasapps.outputs.classes.answer import CLASS_ANSWER, CLASSES
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.outputs.classes.decision import (
    Decided,
    are_known,
    choose_decision,
    decided,
    explain_decision,
    note_on,
)
from kerasapps.outputs.classes.foreign import Foreign, labelled_foreign
from kerasapps.outputs.classes.metrics import (
    ClassificationMetrics,
    classification_metrics,
    macro_f1,
)
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.probabilities import predict_probabilities, predictor
from kerasapps.outputs.classes.ranked import ranked
from kerasapps.outputs.classes.report import class_report
from kerasapps.outputs.classes.verdict import counted_right, guessing, warnings_of
from kerasapps.outputs.files import Compared, FileJudging
from kerasapps.outputs.reading import Reading
from kerasapps.outputs.temperature import class_temperature
from kerasapps.training.head import Head
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.samples import Sample, spread


class ClassReading(Reading, Protocol):
    """How a task's raw examples become model inputs, and how wrong answers are shown."""

    def mistakes(
        self, splits: Splits[Any], network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The worst mistakes on the test split; probabilities are `(n, num_classes)`."""


@dataclass(frozen=True)
class ClassJudging(FileJudging):
    """Examples of classes as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples.
        inputs: the same as arrays.
        reading: how raw examples become model inputs.
        each_epoch: whether every epoch ends with the macro-F1 of the validation split.
        with_auc: whether the area under the ROC curve of two classes is among the figures.
        sections: makes what only its task says in a report, where there is anything.
        class_weights: what an example of each class counts in training; None: all the same.
        also_answers: makes what a bundle says of its answers beside what all classifiers say.
        also_writes: writes a model file into the bundle's folder that its task alone has.
        trust: whether scores get a temperature, and when there is no answer.
        undecided: the thresholds that a bundle has; None: they are chosen on validation.
    """

    reading: ClassReading
    each_epoch: bool = False
    with_auc: bool = False
    sections: Callable[[Judged], Sequence[Section]] | None = None
    class_weights: Sequence[float] | None = None
    also_answers: Callable[[Judged], Mapping[str, Any]] | None = None
    also_writes: Callable[[Judged, Path], None] | None = None
    trust: TrustConfig = TrustConfig()
    undecided: Undecided | None = None
    answer: ClassVar[Answer] = CLASSES

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What the output means."""
        more = {} if self.also_answers is None else self.also_answers(judged)
        figures = cast(ClassificationMetrics, judged.figures)
        return {**CLASS_ANSWER, **explain_decision(figures.decided), **more}

    @property
    def truth(self) -> np.ndarray:
        """Class numbers of the test split, int `(n,)`."""
        return np.asarray(self.splits.test.labels)

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""
        models.adapt(
            network,
            self.inputs.train,
            self.splits.train.labels,
            class_weights=self.class_weights,
            example_weights=example_weights(self.splits),
        )

    def finish(self, network: keras.Model) -> keras.Model:
        """The network as it ships: what is solved from labels learns from validation as well.

        That split's work is done by then. Where it stands in the test split's place it is not.
        """
        if self.splits.judged_on == "test":
            self._adapt_to_labels(network, "train", "validation")
        return network

    def reopen(self, network: keras.Model) -> keras.Model:
        """A network that shipped, as it was trained: `finish` undone."""
        self._adapt_to_labels(network, "train")
        return network

    def learnt_validation(self, network: keras.Model) -> bool:
        """Whether `finish` had something to do."""
        return self.splits.judged_on == "test" and learns_labels(network)

    def temperatures(self, network: keras.Model) -> Sequence[float]:
        """What the logits are to be divided by, by validation examples: one number for all.

        Args:
            network: that has not learnt from these examples; see `finish`.
        """
        if not self.trust.temperature:
            return (1.0,)
        logits = answering(network)(self.inputs.validation)
        return (class_temperature(np.asarray(self.splits.validation.labels), logits),)

    def _unseeing(self, network: keras.Model) -> keras.Model:
        """The network without what `finish` had it learn from validation."""
        if not self.learnt_validation(network):
            return network
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        return self.reopen(copy)

    def _decided(self, network: keras.Model, probabilities: np.ndarray) -> Decided | None:
        """What the thresholds that are asked for leave of answers on the test split."""
        if not self.trust.decides:
            return None
        names, labels = self.splits.labels, np.asarray(self.splits.validation.labels)
        undecided = self.undecided
        if undecided is None:
            known = predict_probabilities(self._unseeing(network), self.inputs.validation)
            undecided = choose_decision(labels, known, self.trust, names=names)
        note = note_on(self.trust, int(are_known(labels, self.trust, names=names).sum()))
        return decided(self.truth, probabilities, undecided, names=names, note=note)

    def _foreign(self, left: Decided | None, probabilities: np.ndarray) -> Foreign | None:
        """How those that stand for none of the classes are told from the others, if there are any.

        Validation and test may have none of them.
        """
        if left is None or left.unknown_label is None:
            return None
        labels = self.splits.labels
        undecided = Undecided.of(explain_decision(left), labels)
        return labelled_foreign(self.truth, probabilities, undecided.limits(len(labels)))

    def _adapt_to_labels(self, network: keras.Model, *names: str) -> None:
        parts = [(getattr(self.inputs, name), getattr(self.splits, name).labels) for name in names]
        weights = [example_weights(self.splits) if name == "train" else None for name in names]
        models.adapt_to_labels(
            network, parts, class_weights=self.class_weights, example_weights=weights
        )

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """What is minimised, the pretrained part, and a judge where every epoch has one."""
        judge = self.epoch_judge(network) if self.each_epoch else None
        return {
            "criterion": CLASS_CRITERION,
            "backbone": models.backbone(network),
            "head": self._head(network),
            "judge": judge,
        }

    def _head(self, network: keras.Model) -> Head | None:
        """The last layer of a pretrained network, which need not be trained in epochs.

        What it is judged on it must not learn from: the validation split in the test split's place,
        or under a judge of every epoch; nor from what thresholds are chosen by.
        """
        layer = models.linear_head(network)
        splits = self.splits
        if layer is None:
            return None
        return Head(
            layer,
            count=len(splits.train),
            validated=len(splits.validation),
            may_pool=splits.judged_on == "test" and not (self.each_epoch or self.trust.measures),
            pseudo=0 if splits.pseudo is None else splits.pseudo.count,
        )

    def epoch_judge(self, network: keras.Model) -> Callable[[], float]:
        """Macro-F1 of the validation split, 0 to 1, by the weights of the day."""
        truth = np.asarray(self.splits.validation.labels)
        predict = predictor(network)
        return lambda: macro_f1(truth, predict(self.inputs.validation).argmax(axis=1))

    def judge(self, network: keras.Model) -> Judged:
        """A network with its probabilities and figures on the test split."""
        probabilities = predict_probabilities(network, self.inputs.test)
        figures = classification_metrics(
            self.truth,
            probabilities,
            names=self.splits.labels,
            with_auc=self.with_auc,
            temperature=temperatures_of(network)[0],
        )
        left = self._decided(network, probabilities)
        figures = dataclasses.replace(
            figures, decided=left, foreign=self._foreign(left, probabilities)
        )
        right = counted_right(figures.accuracy, figures.examples)
        guess = f"guessing: {guessing(figures.per_class)}"
        said = (figures.tempered, figures.decided, figures.foreign)
        headline = (
            f"{self.splits.judged_on.capitalize()} accuracy {figures.accuracy:.2%} "
            f"({'; '.join(filter(None, (right, guess)))})"
        )
        headline = ". ".join([headline, *(each.line for each in said if each)])
        warnings = warnings_of(figures.accuracy, figures.per_class)
        return Judged(network, probabilities, figures, figures.accuracy, headline, warnings)

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A network that gives scores in place of logits."""
        return scoring_model(network)

    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """Scores → what a SavedModel answers."""
        labels, figures = self.splits.labels, cast(ClassificationMetrics, judged.figures)
        undecided = Undecided.of(explain_decision(figures.decided), labels)
        limits = None if undecided.is_empty else undecided.limits(len(labels))
        return functools.partial(ranked, labels=labels, limits=limits)

    def measured(self, labels: Any, scores: np.ndarray) -> float:
        """The share of examples of some split that are right, 0 to 1."""
        return float(np.mean(scores.argmax(axis=1) == np.asarray(labels)))

    def compared(self, judged: Judged) -> Compared:
        """Accuracy, and label by label."""
        truth = self.truth
        return Compared(
            reference=judged.answers,
            metric=self.answer.metric,
            share=lambda scores, rows=slice(None): self.measured(truth[rows], scores),
            agree=same_labels,
            kept=labels_kept,
            labels=self.splits.labels,
        )

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of classes."""
        figures, below = cast(ClassificationMetrics, judged.figures), ""
        if figures.decided is not None:
            below = "; below what answer in bundle.json says of a class it is no answer"
        return class_report(
            figures,
            judged_on=self.splits.judged_on,
            mistakes=self.reading.mistakes(self.splits, judged.network, judged.answers),
            sections=() if self.sections is None else self.sections(judged),
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="answer.label, answer.score",
                gives=f"scores [1, {len(self.splits.labels)}], in the order of labels.txt{below}",
            ),
        )

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few examples of a split, of many answers, as they travel with a bundle."""
        rows = spread(np.argsort(np.asarray(examples.labels), kind="stable"))
        return self.reading.samples(examples, rows, folder)

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes what a phone needs beside the model."""
        self.reading.write_files(folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """Writes the files that its task alone has."""
        if self.also_writes is not None:
            self.also_writes(judged, folder)
