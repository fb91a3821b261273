"""One answer of several, as the room of its own kind judges it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import keras
import numpy as np

from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.export.network import temperatures_of, with_temperature, without_temperature
from kerasapps.outputs.files import Compared
from kerasapps.training.criterion import Criterion
from kerasapps.workflow.judging import Judged

if TYPE_CHECKING:
    from kerasapps.evaluation.report import TaskReport


class PartJudging(Protocol):
    """What judges an answer that a network gives alone; also one that it gives beside others."""

    @property
    def splits(self) -> Splits[Any]:
        """The examples, as if there were this answer alone."""

    @property
    def answer(self) -> Answer:
        """The figures that it is judged by."""

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What makes an answer of the output, for programs of other people."""

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """Arguments of `fit_in_phases`, of which the criterion is taken."""

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A network that gives answers in place of what it was trained to give."""

    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """These answers → what a SavedModel gives, by name."""

    def measured(self, labels: Any, answers: np.ndarray) -> float:
        """The answer's metric on some split, by these answers."""

    def temperatures(self, network: keras.Model) -> Sequence[float]:
        """What the logits of a network with this answer alone are to be divided by."""

    def on_validation(self) -> PartJudging:
        """The same with the validation split in the test split's place."""

    def judge(self, network: keras.Model) -> Judged:
        """The answers and figures on the test split of a network with this answer alone."""

    def compared(self, judged: Judged) -> Compared:
        """How files are held against the network."""

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of the answer."""


@dataclass(frozen=True)
class Part:
    """One answer of several.

    Attributes:
        name: of it.
        output: what files call it.
        columns: of the network's outputs, and of what it learns.
        judging: what judges the answer.
    """

    name: str
    output: str
    columns: slice
    judging: PartJudging

    @property
    def width(self) -> int:
        """How many outputs it has."""
        return int(self.columns.stop - self.columns.start)

    @property
    def answer(self) -> Answer:
        """The figures that it is judged by."""
        return self.judging.answer

    @property
    def spread(self) -> float:
        """The deviation of its numbers on the test split, where an error is compared with it."""
        return self.spread_of(self.judging.splits.test)

    def spread_of(self, examples: Any) -> float:
        """The same on another split; 1 where there are no numbers."""
        is_error = self.answer.metric.is_error
        return float(np.std(np.asarray(examples.labels, np.float64))) if is_error else 1.0

    def criterion(self, network: keras.Model) -> Criterion:
        """What is minimised for it."""
        criterion: Criterion = self.judging.fit_options(network)["criterion"]
        return criterion

    def alone(self, network: keras.Model) -> keras.Model:
        """The network with this answer's outputs alone."""
        temperatures = temperatures_of(network)
        outputs = without_temperature(network).output[:, self.columns]
        alone = keras.Model(network.input, outputs, name=f"{network.name}_{self.output}")
        own = temperatures[self.columns] if len(temperatures) > 1 else temperatures
        return with_temperature(alone, own)

    def answered(self, network: keras.Model) -> Any:
        """This answer's tensor of a network with the outputs of all, `(batch, width)`."""
        taken = keras.Input((self.width,))
        head = self.judging.answering_network(keras.Model(taken, taken))
        # Heads of one kind have layers of one name, which no two in a network may have.
        head = keras.Model(head.input, head.output, name=f"answer_{self.output}")
        return head(network.output[:, self.columns])
