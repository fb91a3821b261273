"""Attacks against formulas written out, and networks that learn to bear them."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training.adversarial import FAST_STEP, WARM_UP, Attack, PixelSpace
from kerasapps.training.adversarial import REACH as ALL_STEPS
from kerasapps.training.criterion import Criterion
from kerasapps.training.optimizers import make_optimizer
from kerasapps.training.step import Stepper
from tests.training.small import make_examples, make_model

RADIUS = 0.1
REACH = RADIUS * 255
PIXELS = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 1)).astype(np.float32)
LABELS = np.eye(2, dtype=np.float32)[[0, 1, 0, 1, 1, 0]]
ATTACK = Attack(PixelSpace(RADIUS), seed=3, steps=10, warm_up=10)


def linear_model() -> keras.Model:
    """One whose gradient is the same everywhere, so that the worst picture is known."""
    keras.utils.set_random_seed(3)
    scaled = keras.layers.Rescaling(1 / 2550)
    return keras.Sequential(
        [keras.Input((4, 4, 1)), scaled, keras.layers.Flatten(), keras.layers.Dense(2)]
    )


def loss(outputs: Any, labels: np.ndarray = LABELS) -> Any:
    return CLASS_CRITERION.score(outputs, labels).loss


def worst(model: keras.Model) -> np.ndarray:
    """Every value as far as it goes, in the direction of the other class."""
    kernel = model.get_weights()[0]
    towards = (kernel[:, 1] - kernel[:, 0]).reshape(1, 4, 4, 1)
    signs = np.where(LABELS[:, :1, None, None] == 1, 1.0, -1.0) * np.sign(towards)
    return np.clip(PIXELS + REACH * signs, 0, 255).astype(np.float32)


@pytest.mark.parametrize("compiled", [False, True])
def test_an_attack_finds_the_worst_picture_of_a_linear_network(compiled: bool) -> None:
    model = linear_model()
    trial = functools.partial(ATTACK.trial, model, loss=loss)
    outputs = tf.function(trial, jit_compile=True)(PIXELS) if compiled else trial(PIXELS)
    np.testing.assert_allclose(outputs, model(worst(model)), atol=1e-5)
    assert float(loss(outputs)) > float(loss(model(PIXELS)))


class Counting(PixelSpace):
    """Changes nothing but the number that it adds up."""

    def start(self, bounds: Any, chance: Any) -> Any:
        return tf.zeros_like(PIXELS)

    def moved(self, change: Any, gradient: Any, step: float, bounds: Any) -> Any:
        return change + step


@pytest.mark.parametrize(("steps", "reach"), [(1, FAST_STEP), (4, ALL_STEPS), (10, ALL_STEPS)])
def test_an_attack_takes_so_many_steps_and_can_reach_beyond_its_radius(
    steps: int, reach: float
) -> None:
    attack = dataclasses.replace(ATTACK, space=Counting(RADIUS), steps=steps)
    np.testing.assert_allclose(attack.change(linear_model(), PIXELS, loss), reach, rtol=1e-5)


def test_a_lesson_is_one_step_from_a_random_start() -> None:
    model, space = linear_model(), ATTACK.space
    bounds = space.bounds(model, PIXELS)
    start = space.start(bounds, ATTACK._chance(WARM_UP)).numpy()
    assert np.abs(start).max() <= REACH and np.unique(start).size > 50
    kernel = model.get_weights()[0]
    towards = np.sign(kernel[:, 1] - kernel[:, 0]).reshape(1, 4, 4, 1)
    signs = np.where(LABELS[:, :1, None, None] == 1, 1.0, -1.0) * towards
    expected = np.clip(start + FAST_STEP * REACH * signs, -REACH, REACH)
    expected = np.clip(PIXELS + expected, 0, 255)
    taught = ATTACK.lesson(model, PIXELS, loss, moment=WARM_UP)()
    np.testing.assert_allclose(taught, model(expected), atol=1e-5)


def test_the_radius_grows_in_the_first_steps() -> None:
    model = linear_model()
    apart = []
    attack = dataclasses.replace(ATTACK, warm_up=400)
    for moment in (0, 199, 399, 2000):
        taught = attack.lesson(model, PIXELS, loss, moment=moment)()
        apart.append(float(loss(taught)) - float(loss(model(PIXELS))))
    assert 0 < abs(apart[0]) < 0.02 * apart[2] < apart[1]
    assert apart[1] < 0.7 * apart[2] and apart[3] == pytest.approx(apart[2], rel=0.1)


@pytest.mark.parametrize(
    ("steps", "epochs", "warm_up", "growing"),
    [(20, 60, 300, 15), (20, None, 100, 5), (300, None, 400, 1), (2, 1, 1, 0)],
)
def test_the_warm_up_suits_the_training(
    steps: int, epochs: int | None, warm_up: int, growing: int
) -> None:
    attack = ATTACK.over(steps_per_epoch=steps, epochs=epochs)
    assert (attack.warm_up, attack.growing) == (warm_up, growing)


def test_starts_differ_by_the_step_and_can_be_had_again() -> None:
    model = linear_model()
    bounds = ATTACK.space.bounds(model, PIXELS)
    first, again, later = (
        ATTACK.space.start(bounds, ATTACK._chance(moment)).numpy() for moment in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - later).mean() > 1
    other = Attack(PixelSpace(RADIUS), seed=4)
    assert np.abs(other.space.start(bounds, other._chance(1)).numpy() - first).mean() > 1


@pytest.mark.parametrize("taught", [1, 3])
def test_nothing_of_an_attack_stays_in_the_network(taught: int) -> None:
    model, attack = make_model(), dataclasses.replace(ATTACK, taught=taught)
    images, labels = make_examples(8, seed=0)
    before = [variable.numpy() for variable in model.variables]
    answer = attack.lesson(model, images, lambda outputs: loss(outputs, labels), moment=0)
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    answer()  # the step itself learns statistics, and draws
    assert any(
        (variable.numpy() != value).any()
        for variable, value in zip(model.variables, before, strict=True)
    )


def test_gradients_that_are_no_numbers_move_nothing() -> None:
    model = linear_model()

    def broken(outputs: Any) -> Any:
        return tf.reduce_sum(outputs) * float("inf")

    change = ATTACK.change(model, PIXELS, broken).numpy()
    assert np.isfinite(change).all()


def test_files_see_whole_values_within_the_radius() -> None:
    space, pictures = PixelSpace(8 / 255), PIXELS.astype(np.uint8)
    change = np.random.default_rng(0).uniform(-8, 8, PIXELS.shape).astype(np.float32)
    change.flat[:2] = 8, -8
    seen = space.applied(pictures, change)
    assert seen is not None and seen.dtype == np.uint8
    apart = seen.astype(int) - pictures
    assert np.abs(apart).max() == 8
    inside = (pictures > 8) & (pictures < 247)
    assert np.abs(apart - change)[inside].max() <= 0.5
    narrow = PixelSpace(7.9 / 255).applied(pictures, np.full_like(change, 7.9))
    assert narrow is not None and (narrow.astype(int) - pictures).max() == 7


def stepper_of(model: keras.Model, criterion: Criterion, **options: Any) -> Stepper:
    config = TrainConfig(optimizer="adam", learning_rate=3e-3, weight_decay=0.0)
    return Stepper(model, make_optimizer(config), config=config, criterion=criterion, **options)


def trained(attack: Attack | None, *, xla: bool = False) -> keras.Model:
    """A network that tells two kinds of pictures by one strong value, or by many weak ones."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.Rescaling(1 / 64, -2),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    stepper = stepper_of(model, dataclasses.replace(CLASS_CRITERION, attack=attack), xla=xla)
    batches = iter(tf.data.Dataset.from_tensors(two_kinds(256, seed=0)).repeat())
    for _ in range(150):
        stepper.train(batches, rate=1e-2, decay=0.0)
    return model


def two_kinds(count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The first value tells the kind in nine of ten pictures; 15 others a little, together surely.

    An attack turns what the others say, and not the first.
    """
    random = np.random.default_rng(seed)
    kinds = random.integers(0, 2, count)
    signs = 2.0 * kinds - 1
    pixels = 128 + 12 * signs[:, None] + random.normal(0, 4, (count, 16))
    pixels[:, 0] = 128 + 100 * signs * np.where(random.random(count) < 0.9, 1, -1)
    return pixels.reshape(-1, 4, 4, 1).astype(np.float32), np.eye(2, dtype=np.float32)[kinds]


def shares(model: keras.Model) -> tuple[float, float]:
    """Right answers as they are, and under attack."""
    pixels, labels = two_kinds(200, seed=1)
    plain = model(pixels)
    attacked = ATTACK.trial(model, pixels, lambda outputs: loss(outputs, labels))
    return tuple(  # type: ignore[return-value]
        float(np.mean(np.argmax(outputs, 1) == labels.argmax(1))) for outputs in (plain, attacked)
    )


@pytest.mark.parametrize(("xla", "taught"), [(False, 1), (True, 1), (True, 3)])
def test_a_network_learns_to_bear_attacks(xla: bool, taught: int) -> None:
    attack = dataclasses.replace(ATTACK, taught=taught)
    plain, robust = shares(trained(None)), shares(trained(attack, xla=xla))
    assert plain[0] > 0.97 and plain[1] < 0.5
    assert robust[1] > 0.8


def test_several_steps_in_training_do_more_harm_than_a_start_alone() -> None:
    keras.utils.set_random_seed(1)
    model = make_model()
    images, labels = make_examples(8, seed=0)
    model(images, training=True)
    losses = []
    for taught in (1, 10):
        attack = dataclasses.replace(ATTACK, taught=taught)
        answer = attack.lesson(model, images, lambda outputs: loss(outputs, labels), moment=WARM_UP)
        with keras.StatelessScope():
            losses.append(float(loss(answer(), labels)))
    with keras.StatelessScope():
        plain = float(loss(model(images, training=True), labels))
    assert losses[1] > losses[0] > plain


def test_validation_is_under_attack() -> None:
    model = trained(None)
    batches = tf.data.Dataset.from_tensors(two_kinds(200, seed=1))
    plain = stepper_of(model, CLASS_CRITERION, xla=False).validate(batches)
    criterion = dataclasses.replace(CLASS_CRITERION, attack=ATTACK)
    attacked = stepper_of(model, criterion, xla=False).validate(batches)
    assert attacked[0] > plain[0] and attacked[1] == pytest.approx(shares(model)[1])
    assert plain[1] == pytest.approx(shares(model)[0])
