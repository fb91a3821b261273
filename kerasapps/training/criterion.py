"""What a training minimises, and the figure that it counts beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kerasapps.training.adversarial import Attack


@dataclass(frozen=True)
class Score:
    """How a batch did.

    Attributes:
        loss: float32 scalar to be minimised.
        sums: float32 `(3,)`: the losses, what the figure is made of (such as right answers, or
            squared errors) and the number of answers, each summed over the batch.
        count: of what the loss is the mean, scalar; None: of the answers.
    """

    loss: Any
    sums: Any
    count: Any | None = None


class Scoring(Protocol):
    """A function from what a model says and should have said to a `Score`."""

    def __call__(
        self, outputs: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        """Score a batch.

        Args:
            outputs: what the model says, such as logits.
            targets: what it should have said.
            weight: float32 `(batch,)`, a factor on the loss of each example; None is 1.
            smoothing: share of the target that is spread evenly over all classes.
        """


def as_they_are(outputs: Any, targets: Any) -> tuple[Any, Any]:
    """Outputs and targets, where people read them as they are."""
    return outputs, targets


def as_told(inputs: Any, targets: Any) -> Any:
    """Targets, where nothing is learnt but what the data say."""
    return targets


def all_of_them(targets: Any) -> None:
    """No target is left out."""


@dataclass(frozen=True)
class Criterion:
    """A loss, and the figure that every step counts with it.

    Attributes:
        score: from a batch to its loss and sums.
        figure: makes the figure of the mean of the second of the sums, which it is where nobody
            says: the square root for a root mean squared error.
        answers: outputs and targets → what people read them as, for metrics: probabilities, or
            numbers in their own unit.
        aims: inputs and targets of a training batch → what `score` takes as targets; not asked in
            validation.
        counted: targets → 1 for those that count and 0 for others, float32; None if all do.
        attack: what changes examples, in training and in validation, so that they do most harm;
            None leaves them as they are.
    """

    score: Scoring
    figure: Callable[[float], float] = float
    answers: Callable[[Any, Any], tuple[Any, Any]] = as_they_are
    aims: Callable[[Any, Any], Any] = as_told
    counted: Callable[[Any], Any] = all_of_them
    attack: Attack | None = None
