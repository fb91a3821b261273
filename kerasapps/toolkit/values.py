"""Values of users' arrays that no network can be trained or judged with."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasapps.errors import DataError
from kerasapps.terminal.streams import tell
from kerasapps.toolkit.answers import OwnAnswer, is_numbered


def check_classes(targets: Any, classes: int, *, what: str) -> None:
    """Refuses class numbers that no output stands for; one-hot rows are let pass.

    Args:
        targets: `(n,)` or `(n, 1)`: numbers; else rows.
        classes: how many there are.
        what: the examples are, for the message.

    Raises:
        DataError: naming the first.
    """
    truth = np.asarray(targets)
    if not is_numbered(truth.shape):
        return
    numbers = truth.reshape(-1)
    wrong = ~((numbers >= 0) & (numbers < classes) & (numbers == np.floor(numbers)))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"{unknown_class(what, str(numbers[row]), classes)} (example {row})")


def check_finite(array: np.ndarray, name: str, what: str) -> None:
    """Refuses NaN and infinity.

    Args:
        array: `(n, …)`, of any type.
        name: of the array, for the message.
        what: the examples are, likewise.

    Raises:
        DataError: naming the first example that has one.
    """
    if array.dtype.kind not in "fc":
        return
    fine = np.isfinite(array).reshape(len(array), -1).all(axis=1)
    if not fine.all():
        raise DataError(
            f"{what} has example {int((~fine).argmax())} with NaN or infinity in {name}: fill such "
            "gaps or leave the example out. A network that fills them itself takes a "
            "tf.data.Dataset."
        )


def tell_of_classes(examples: Any, answer: OwnAnswer) -> None:
    """Says that 0 and 1 are learnt as numbers, where they may be meant as two classes.

    Args:
        examples: as they were given, of which only arrays are looked at.
        answer: that nobody asked for.
    """
    if answer.kind != "numbers" or answer.width != 1 or not isinstance(examples, tuple | list):
        return
    targets = np.asarray(examples[1]) if len(examples) > 1 else np.zeros(0)
    if targets.dtype.kind in "biu" and np.array_equal(np.unique(targets), [0, 1]):
        tell(
            "The targets are 0 and 1, and the network ends with one output without a sigmoid: they "
            'are learnt as numbers. For two classes say answers="classes".'
        )


def unknown_class(what: str, number: str, classes: int) -> str:
    """What is said of a class that no output stands for."""
    return f"{what} has the class {number}: the network has classes 0 to {classes - 1}"
