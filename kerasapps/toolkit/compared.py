"""How a file's answers are compared with those of the network that it was made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.errors import DataError
from kerasapps.export.gate import Agreement
from kerasapps.export.integer import integer_rows
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.outputs import answering
from kerasapps.outputs.classes.agreement import same_labels
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.numbers.agreement import near_numbers
from kerasapps.outputs.numbers.figures import root_mean_square
from kerasapps.outputs.numbers.integer import keeps_numbers
from kerasapps.toolkit.answers import OwnAnswer
from kerasapps.toolkit.values import check_classes

VALUES = f"{__name__}:integer_values"
LIKENESS = Metric(name="likeness", key="likeness", quality="likeness")
"""The share of the variance of Keras' outputs that a file's outputs have in common with them."""


@dataclass(frozen=True)
class Comparison:
    """A file against the network.

    Attributes:
        metric: by which both are compared.
        share: outputs, and which rows of the examples they are of → their share.
        agree: how far the file answers as the network does.
    """

    metric: Metric
    share: Callable[..., float]
    agree: Callable[..., Agreement]


def comparison_of(
    answer: OwnAnswer | None, targets: np.ndarray | None, reference: np.ndarray
) -> Comparison:
    """How files are compared: by true answers where these are known, else by the network's own.

    Args:
        answer: of the network, whose outputs are scores of classes or numbers; None for outputs of
            another kind, of which only likeness can be told.
        targets: class numbers or one-hot rows, or numbers; None where they are not known.
        reference: the network's outputs, float32, `(n, …)`.
    """
    if answer is not None and answer.kind == "classes":
        if targets is not None:
            check_classes(targets, answer.classes, what="targets")
        truth = reference.argmax(1) if targets is None else class_numbers(targets, len(reference))
        return Comparison(
            metric=answer.answer.metric,
            share=lambda scores, rows=slice(None): float(np.mean(scores.argmax(1) == truth[rows])),
            agree=same_labels,
        )
    if answer is not None and targets is not None:
        known = np.asarray(targets, np.float64).reshape(reference.shape)
        return Comparison(
            metric=answer.answer.metric,
            share=lambda numbers, rows=slice(None): root_mean_square(numbers - known[rows]),
            agree=_near_values,
        )
    return Comparison(
        metric=LIKENESS,
        share=lambda values, rows=slice(None): _likeness(values, reference[rows]),
        agree=_near_values,
    )


def integer_of(answer: OwnAnswer | None) -> str:
    """What makes the int8 file of a network (see `convert_network`).

    Args:
        answer: how its outputs are read; None for outputs of any kind.
    """
    is_scored = answer is not None and answer.kind == "classes" and answer.ending == "softmax"
    return SCORES if is_scored else VALUES


def class_numbers(targets: Any, count: int) -> np.ndarray:
    """Class numbers, int64 `(n,)`, of class numbers or one-hot rows.

    Raises:
        DataError: if there are not as many as examples.
    """
    truth = np.asarray(targets)
    if len(truth) != count:
        raise DataError(f"There are {count} inputs and {len(truth)} targets: give one for each.")
    if truth.ndim > 1 and truth.shape[-1] > 1:
        return np.asarray(truth.argmax(axis=-1))
    return truth.reshape(-1).astype(np.int64)


def outputs_of(model: keras.Model, inputs: ModelInputs) -> np.ndarray:
    """A network's outputs, float32, `(n, …)`, in the order of the inputs."""
    outputs: np.ndarray = answering(model)(inputs)
    return outputs


def integer_values(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network whose outputs are any numbers (see `integer_rows`)."""
    return integer_rows(converter, job, alike=keeps_numbers)


def _near_values(values: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
    """`near_numbers` of all values of all examples."""
    return near_numbers(values.reshape(-1, 1), reference.reshape(-1, 1), tolerance=tolerance)


def _likeness(values: np.ndarray, reference: np.ndarray) -> float:
    spread = float(np.var(reference, dtype=np.float64))
    error = float(np.mean(np.square(values - reference, dtype=np.float64)))
    if not spread:
        return float(error == 0)
    return 1 - error / spread
