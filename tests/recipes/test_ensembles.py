"""What a network learns from an ensemble: nothing of its equal, more of what differs more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config.targets import TargetKind
from kerasapps.recipes.ensembles import teaching_by
from kerasapps.training.distillation import Lessons

INPUTS = np.array([[1.0, -1.0, 2.0], [0.5, 0.0, -3.0]], np.float32)


def lessons(kind: TargetKind, *parts: tuple[TargetKind, int]) -> Lessons:
    """Of a network that doubles what it is given."""
    target = SimpleNamespace(
        kind=kind, parts=[SimpleNamespace(kind=each, width=width) for each, width in parts]
    )
    taken = keras.Input((3,))
    splits: Any = SimpleNamespace(target=target)
    return teaching_by(splits)(keras.Model(taken, taken * 2), "digest")


@pytest.mark.parametrize("kind", ["class", "labels", "number"])
def test_a_network_learns_what_the_mean_answers_to_its_own_inputs(kind: TargetKind) -> None:
    made = lessons(kind)
    aims = np.asarray(made.aims(INPUTS, tf.zeros((2, 3))))
    np.testing.assert_array_equal(aims, np.concatenate([np.zeros((2, 3)), 2 * INPUTS], axis=1))
    same, other, far = (
        np.asarray(made.diverge(tf.constant(outputs), tf.constant(2 * INPUTS), made.temperature))
        for outputs in (2 * INPUTS, INPUTS, -INPUTS)
    )
    np.testing.assert_allclose(same, 0, atol=1e-5)
    assert (other > 1e-3).all() and (far > other).all() and made.digest == "digest"


def test_each_of_several_answers_is_learnt() -> None:
    made = lessons("several", ("class", 2), ("number", 1))
    taught = tf.constant(2 * INPUTS)
    whole = np.asarray(made.diverge(tf.constant(INPUTS), taught, 1.0))
    classes = lessons("class").diverge(tf.constant(INPUTS[:, :2]), taught[:, :2], 1.0)
    numbers = np.square(INPUTS[:, 2])  # half of it, as in the likelihood of a normal distribution
    np.testing.assert_allclose(whole, np.asarray(classes) + numbers / 2, rtol=1e-5)
