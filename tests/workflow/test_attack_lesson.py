"""What a training against attacks has taught, against figures that are known beforehand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.outputs.labels.criterion import label_criterion
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.criterion import Criterion
from kerasapps.workflow.attack_lesson import lesson_of

RADIUS = 0.1
KINDS = np.array([0] * 30 + [1] * 50 + [2] * 20)
TARGETS = np.eye(3, dtype=np.float32)[KINDS]
BRIGHT = np.array([40, 128, 216])
PIXELS = np.broadcast_to(BRIGHT[KINDS][:, None, None, None], (100, 4, 4, 1)).astype(np.uint8)


def network(kernel: list[float], bias: list[float]) -> keras.Model:
    """Logits from a picture's mean brightness, -1 to 1."""
    inputs = keras.Input((4, 4, 1))
    bright = keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(1 / 127.5, -1)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3)(bright))
    model.set_weights([np.array([kernel], np.float32), np.array(bias, np.float32)])
    return model


def experiment(criterion: Criterion = CLASS_CRITERION, *, radius: float = RADIUS) -> Any:
    batches = tf.data.Dataset.from_tensor_slices((PIXELS, TARGETS)).batch(32)
    return SimpleNamespace(
        attack=Attack(PixelSpace(radius), seed=0, taught=1),
        batches=SimpleNamespace(validation=batches),
        judging=SimpleNamespace(fit_options=lambda network: {"criterion": criterion}),
    )


def test_a_network_that_knows_what_cannot_be_hidden_bears_attacks() -> None:
    # It is dark below -0.35 and bright above 0.35; the kinds are at -0.69, 0 and 0.69.
    lesson = lesson_of(network([-10, 0, 10], [-3.5, 0, -3.5]), experiment())
    assert lesson is not None and (lesson.examples, lesson.steps, lesson.stronger) == (100, 1, 20)
    assert lesson.known == lesson.borne == 1 and lesson.constant == pytest.approx(0.5)
    assert not (lesson.is_lost or lesson.is_outwitted)


def test_attacks_have_the_full_radius() -> None:
    lesson = lesson_of(network([-10, 0, 10], [-3.5, 0, -3.5]), experiment(radius=0.25))
    assert lesson is not None and lesson.borne == 0 and lesson.is_lost


def test_a_network_that_says_always_the_same_has_learnt_nothing() -> None:
    lesson = lesson_of(network([0, 0, 0], [0, 1, 0]), experiment())
    assert lesson is not None and lesson.is_lost
    assert lesson.known == lesson.borne == lesson.constant == pytest.approx(0.5)


def test_of_labels_the_same_answer_is_that_of_each_label() -> None:
    lesson = lesson_of(
        network([0, 0, 0], [-9, -9, -9]), experiment(label_criterion("cross_entropy"))
    )
    # The middle one, of half of the examples, is right half of the time; the others 70 and 80 %.
    assert lesson is not None and lesson.constant == pytest.approx((0.7 + 0.5 + 0.8) / 3)


def test_without_attacks_in_training_there_is_no_lesson() -> None:
    assert lesson_of(network([0, 0, 0], [0, 0, 0]), SimpleNamespace(attack=None)) is None  # type: ignore[arg-type]
