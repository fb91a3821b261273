"""The battery that every translation network goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.models import Translator, TranslatorShape

SOURCE, TARGET = 9, 6
SHAPE = TranslatorShape(
    source_vocabulary=50,
    target_vocabulary=50,
    joint=True,
    max_source=SOURCE,
    max_target=TARGET,
    width=0.25,
    depth=0.25,
)
DEEP = dataclasses.replace(SHAPE, depth=0.5)
APART = dataclasses.replace(SHAPE, target_vocabulary=60, joint=False)

Builder = Callable[[TranslatorShape], Translator]


def pairs(shape: TranslatorShape = SHAPE) -> tuple[np.ndarray, np.ndarray]:
    """Sources of 9, 4 and 1 pieces padded to 9, and whole targets behind a start mark."""
    rng = np.random.default_rng(0)
    source = rng.integers(4, shape.source_vocabulary, (3, SOURCE), dtype=np.int32)
    source = np.where(np.arange(SOURCE) < np.array([[9], [4], [1]]), source, 0)
    target = rng.integers(4, shape.target_vocabulary, (3, TARGET), dtype=np.int32)
    target[:, 0] = 2
    return source, target


def lively(network: Translator) -> Translator:
    """With weights as large as training makes them, so that differences are seen."""
    rng = np.random.default_rng(1)
    for weight in network.trainable_weights:
        grow = 1.0 if weight.path.endswith("gamma") else 0.0
        kernel = weight.path.endswith("kernel")
        scale = 1.5 / weight.shape[0] ** 0.5 if kernel else 0.2
        weight.assign(grow + rng.normal(scale=scale, size=weight.shape))
    return network


def stepwise(
    network: Translator, source: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Logits `(batch, t, vocabulary)` and attention `(batch, t, s)` of `decode_step`."""
    memory, cache = network.encode(source)
    names, logits, attention = _shapes(cache), [], []
    assert not set(memory) & set(cache)
    assert {len(source)} == {value.shape[0] for value in (memory | cache).values()}
    for position in range(target.shape[1]):
        tokens, place = tf.constant(target[:, position]), tf.constant(position)
        step, cache, looked = network.decode_step(tokens, place, memory, cache)
        assert _shapes(cache) == names
        logits.append(np.asarray(step))
        attention.append(np.asarray(looked))
    return np.stack(logits, axis=1), np.stack(attention, axis=1)


def _shapes(state: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in state.items()}


def check_steps(build: Builder, shape: TranslatorShape = DEEP) -> None:
    """Step by step the logits are those of the whole target; padding gets no attention."""
    network = lively(build(shape))
    source, target = pairs(shape)
    together = np.asarray(network((source, target)))
    assert together.shape == (3, TARGET, shape.target_vocabulary) and together.dtype == np.float32
    assert np.ptp(together, axis=(0, 1)).min() > 0.1
    logits, attention = stepwise(network, source, target)
    np.testing.assert_allclose(logits, together, atol=1e-4)
    np.testing.assert_allclose(attention.sum(axis=-1), 1, atol=1e-5)
    assert np.max(np.where(source[:, None] == 0, attention, 0)) < 1e-6


def check_padding(build: Builder) -> None:
    """Neither padding, nor the rest of the batch, nor later pieces change logits; sources do."""
    network = lively(build(SHAPE))
    source, target = pairs()
    together = np.asarray(network((source, target)))
    for row, length in enumerate((9, 4, 1)):
        alone = np.asarray(network((source[row : row + 1, :length], target[row : row + 1, :3])))
        np.testing.assert_allclose(together[row, :3], alone[0], atol=1e-4)
    other = np.where(source == 0, 0, 4 + (source - 3) % 46).astype(np.int32)
    assert np.abs(np.asarray(network((other, target))) - together).max(axis=(1, 2)).min() > 0.05
    empty = np.zeros_like(source), np.zeros_like(target)
    assert np.isfinite(np.asarray(network(empty))).all()


def check_learns(build: Builder) -> None:
    """A few steps in a graph, lengths unknown, lower the loss; every weight gets a gradient."""
    keras.utils.set_random_seed(0)
    network, (source, target) = build(dataclasses.replace(SHAPE, dropout=0.1)), pairs()
    optimizer = keras.optimizers.Adam(0.01)
    weights = [weight.value for weight in network.trainable_weights]
    ids = tf.TensorSpec((None, None), tf.int32)

    @tf.function(input_signature=[ids, ids, ids])
    def step(source: Any, target_in: Any, target_out: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            logits = network((source, target_in), training=True)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(target_out, logits)
            )
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, weights)]
        optimizer.apply(gradients, network.trainable_weights)
        return loss, gradients

    first, gradients = step(source, target[:, :-1], target[:, 1:])
    for weight, gradient in zip(network.trainable_weights, gradients, strict=True):
        assert np.abs(gradient).max() > 0 and np.isfinite(gradient).all(), weight.path
    for _ in range(12):
        last, _ = step(source, target[:, :-1], target[:, 1:])
    assert float(last) < 0.7 * float(first)


def check_options(build: Builder) -> None:
    """Width, depth, dropout, and shared tables do what they say."""
    sizes = [
        build(dataclasses.replace(SHAPE, **change)).count_params()
        for change in ({}, {"width": 0.5}, {"depth": 2.0}, {"tied": False})
    ]
    assert all(size > sizes[0] for size in sizes[1:])
    assert sizes[3] - sizes[0] == 50 * build(SHAPE).embedding.dimensions
    assert build(dataclasses.replace(SHAPE, dropout=0.37)).drop.rate == 0.37


def check_saving(build: Builder, folder: Path) -> None:
    """A `.keras` file gives the same logits, and names its weights alike."""
    network = lively(build(APART))
    network.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    assert loaded.shape == APART and type(loaded) is type(network)
    assert [weight.path for weight in loaded.weights] == [weight.path for weight in network.weights]
    np.testing.assert_allclose(loaded(pairs(APART)), network(pairs(APART)), atol=1e-5)
    loaded.save(folder / "again.keras")


def check_mixed_precision(build: Builder) -> None:
    """Logits are float32 under mixed precision, also step by step; the weights fit float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = build(SHAPE)
    finally:
        keras.config.set_dtype_policy(before)
    source, target = pairs()
    logits = mixed((source, target), training=True)
    assert logits.dtype == "float32" and np.isfinite(logits).all()
    logits, attention = stepwise(mixed, source, target)
    assert logits.dtype == attention.dtype == np.float32
    # Two decimal digits: what bfloat16 holds.
    assert np.abs(logits - np.asarray(mixed((source, target)))).mean() < 0.05
    network = build(SHAPE)
    network.set_weights(mixed.get_weights())
    assert network.compute_dtype == "float32"
