"""What is done with any network that answers with a number, from its start to its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

import keras
import numpy as np

from kerasapps import models
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Section
from kerasapps.evaluation.usage import Usage
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.outputs import answering
from kerasapps.outputs.files import Compared, FileJudging
from kerasapps.outputs.numbers.agreement import near_numbers, numbers_kept
from kerasapps.outputs.numbers.answer import NUMBER_ANSWER, NUMBERS
from kerasapps.outputs.numbers.criterion import number_criterion
from kerasapps.outputs.numbers.figures import NumberMetrics, number_metrics, root_mean_square
from kerasapps.outputs.numbers.report import WorstError, number_report, worst_rows
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.outputs.reading import Reading, ShowingReading
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.samples import Sample, spread


class NumberReading(Reading, Protocol):
    """How a task's raw examples become model inputs, and what its report says of them."""

    def sections(
        self, splits: Splits[Any], error: Callable[[ModelInputs, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        """What only this task says in a report.

        Args:
            splits: the examples.
            error: inputs, and which rows of the test split they are → how wrong the network is.
            unit: what that is counted in.
        """


@dataclass(frozen=True)
class NumberJudging(FileJudging):
    """Examples of numbers as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples, whose labels are numbers.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs.
        scaling: of the training split's numbers.
        each_epoch: whether every epoch ends with the mean absolute error of the validation split.
        shows: shows examples in the report, where that is worth more than their origins.
    """

    reading: NumberReading
    scaling: Scaling
    each_epoch: bool = False
    shows: ShowingReading | None = None
    answer: ClassVar[Answer] = NUMBERS

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What the output means."""
        return NUMBER_ANSWER

    @property
    def truth(self) -> np.ndarray:
        """The numbers of the test split, float64 `(n,)`."""
        return np.asarray(self.splits.test.labels, np.float64)

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""
        targets = self.scaling.targets(self.splits.train.labels)
        models.adapt(network, self.inputs.train, targets)

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """What is minimised, the pretrained part, and a judge where every epoch has one."""
        return {
            "criterion": number_criterion(self.scaling.deviation, self.scaling.mean),
            "backbone": models.backbone(network),
            "judge": self.epoch_judge(network) if self.each_epoch else None,
        }

    def epoch_judge(self, network: keras.Model) -> Callable[[], float]:
        """Mean absolute error of the validation split, by the weights of the day."""
        truth = np.asarray(self.splits.validation.labels, np.float64)
        outputs = answering(network)
        inputs, scaling = self.inputs.validation, self.scaling
        return lambda: float(np.abs(scaling.numbers(outputs(inputs)) - truth).mean())

    def temperatures(self, network: keras.Model) -> Sequence[float]:
        """Numbers are no scores: nothing is divided."""
        return (1.0,)

    def judge(self, network: keras.Model) -> Judged:
        """A network with its numbers and figures on the test split."""
        predicted = self.scaling.predict(network, self.inputs.test)
        figures = number_metrics(self.truth, predicted)
        judged_on = self.splits.judged_on.capitalize()
        headline = (
            f"{judged_on} RMSE {figures.rmse:.4g}, MAE {figures.mae:.4g} (guessing the mean: RMSE "
            f"{figures.true_deviation:.4g})"
        )
        return Judged(network, predicted, figures, figures.rmse, headline, figures.warnings)

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A network that gives numbers in their own unit."""
        return self.scaling.answering_model(network)

    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """Numbers, `(batch, 1)` → what a SavedModel answers."""
        return lambda numbers: {"value": numbers[:, 0]}

    def measured(self, labels: Any, numbers: np.ndarray) -> float:
        """The root mean squared error on some split of numbers, `(n, 1)`, in their own unit."""
        return root_mean_square(numbers[:, 0] - np.asarray(labels, np.float64))

    def compared(self, judged: Judged) -> Compared:
        """The error, and number by number."""
        truth = self.truth
        return Compared(
            reference=judged.answers[:, np.newaxis],
            metric=self.answer.metric,
            share=lambda numbers, rows=slice(None): self.measured(truth[rows], numbers),
            agree=near_numbers,
            kept=numbers_kept,
        )

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of numbers."""
        outputs = answering(judged.network)

        def error(inputs: ModelInputs, rows: np.ndarray) -> float:
            return root_mean_square(self.scaling.numbers(outputs(inputs)) - self.truth[rows])

        return number_report(
            cast(NumberMetrics, judged.figures),
            self.truth,
            judged.answers,
            origins=self.splits.test.origins if self.shows is None else (),
            judged_on=self.splits.judged_on,
            worst=self._worst(judged),
            sections=self.reading.sections(self.splits, error, unit=self.answer.metric.name),
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="answer.value",
                gives="the number, float32 [1, 1]",
            ),
        )

    def _worst(self, judged: Judged) -> list[WorstError]:
        """The largest errors with their examples, where these can be shown."""
        if self.shows is None:
            return []
        rows = worst_rows(self.truth, judged.answers)
        shown = self.shows.shown(
            self.splits.test, rows, network=judged.network, outputs=[0] * len(rows)
        )
        return [
            WorstError(each, float(self.truth[row]), float(judged.answers[row]))
            for each, row in zip(shown, rows, strict=True)
        ]

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few examples of a split, of many answers, as they travel with a bundle."""
        rows = spread(np.argsort(np.asarray(examples.labels), kind="stable"))
        return self.reading.samples(examples, rows, folder)

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes what a phone needs beside the model."""
        self.reading.write_files(folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """There are no others."""
