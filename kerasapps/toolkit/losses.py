"""What a network's training minimises, as a loss that Keras saves with it."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.toolkit.answers import Answers, Ending, OwnAnswer


@keras.saving.register_keras_serializable(package="kerasapps")
class AnswerLoss(keras.losses.Loss):
    """The cross-entropy of classes, or the mean squared error of numbers.

    Args:
        kind: "classes" or "numbers".
        ending: the activation of the network's last layer, see `OwnAnswer`.
        width: how many outputs an example has.
        smoothing: share of a class that is spread evenly over all.

    Call arguments:
        y_true: class numbers, one-hot rows or numbers.
        y_pred: the network's outputs, `(batch, width)`.
    """

    def __init__(
        self,
        kind: Answers,
        ending: Ending,
        width: int,
        *,
        smoothing: float = 0.0,
        name: str = "answer_loss",
        **options: Any,
    ) -> None:
        super().__init__(name=name, **options)
        answer = NUMBERS if kind == "numbers" else CLASSES
        self._answer = OwnAnswer(kind, answer, ending, width)
        self.smoothing = smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self._answer.losses(y_pred, y_true, smoothing=self.smoothing)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "kind": self._answer.kind,
            "ending": self._answer.ending,
            "width": self._answer.width,
            "smoothing": self.smoothing,
        }


def loss_of(answer: OwnAnswer, *, smoothing: float = 0.0) -> AnswerLoss:
    """The loss that suits a network's answers."""
    return AnswerLoss(answer.kind, answer.ending, answer.width, smoothing=smoothing)
