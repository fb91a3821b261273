"""What a network of the user's is said to answer."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.toolkit.answers import answer_of
from kerasapps.toolkit.judged import JudgedNetwork


@pytest.mark.parametrize(
    ("width", "labels", "kind"),
    [(3, ("a", "b", "c"), "classes"), (1, (), "number"), (2, (), "numbers")],
)
def test_it_answers_with_classes_a_number_or_several(
    width: int, labels: tuple[str, ...], kind: str
) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(width)])
    inputs, targets = np.zeros((2, 4), np.float32), np.zeros(2)
    answer = answer_of(model, "classes" if labels else "numbers")
    judged = JudgedNetwork(answer, model, inputs, targets, labels)
    assert judged.explained["kind"] == kind
    assert judged.fingerprint == JudgedNetwork(answer, model, inputs, targets, ()).fingerprint
    assert judged.fingerprint != JudgedNetwork(answer, model, inputs + 1, targets, ()).fingerprint
