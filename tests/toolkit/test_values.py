"""Classes that there are not, and classes that are learnt as numbers, are told."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.toolkit.answers import OwnAnswer, answer_of
from kerasapps.toolkit.compared import comparison_of
from kerasapps.toolkit.values import tell_of_classes

X = np.zeros((12, 4), np.float32)
Y = np.arange(12) % 3


def answer(units: int) -> OwnAnswer:
    return answer_of(keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)]))


@pytest.mark.parametrize(
    ("targets", "units", "told"),
    [
        (Y % 2, 1, True),
        (Y == 1, 1, True),
        (Y, 1, False),
        (Y % 2 * 1.0, 1, False),
        (Y % 2, 2, False),
    ],
)
def test_two_classes_that_are_learnt_as_numbers_are_told(targets, units, told, capsys):
    tell_of_classes((X, targets), answer(units))
    assert ('answers="classes"' in capsys.readouterr().err) == told


def test_targets_of_a_comparison_are_classes_of_the_network():
    with pytest.raises(DataError, match="targets has the class 3"):
        comparison_of(answer(3), Y + 1, np.eye(3)[Y])
