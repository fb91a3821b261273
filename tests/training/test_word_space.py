"""Attacks on the vectors of words: how far they go, and that networks of all kinds take them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps import models
from kerasapps.models import TextShape
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training.adversarial import Attack
from kerasapps.training.word_space import WordSpace, word_vectors_of

RADIUS = 0.5
ATTACK = Attack(WordSpace(RADIUS), seed=1, steps=5)
IDS = np.array([[3, 7, 2, 0, 0, 0, 0, 0], [5, 5, 4, 9, 1, 8, 6, 2]], np.int32)
LABELS = np.eye(3, dtype=np.float32)[[0, 2]]
SHAPE = TextShape(vocabulary_size=12, num_classes=3, width=0.25)


def loss(outputs: Any) -> Any:
    return CLASS_CRITERION.score(outputs, LABELS).loss


def norms(values: Any) -> np.ndarray:
    return np.sqrt(np.square(values).sum((1, 2)))


@pytest.mark.parametrize("name", ["text_cnn", "bag_of_embeddings", "transformer"])
def test_vectors_are_changed_by_a_share_of_their_length(name: str) -> None:
    keras.utils.set_random_seed(0)
    model = getattr(models, name)(SHAPE)
    vectors = np.array(word_vectors_of(model)[0](IDS)) * (IDS != 0)[..., np.newaxis]
    (change,) = (each.numpy() for each in ATTACK.change(model, IDS, loss))
    assert change.shape == vectors.shape and not change[0, 3:].any()
    assert (norms(change) <= RADIUS * norms(vectors) * (1 + 1e-5)).all()
    assert (norms(change) > 0.9 * RADIUS * norms(vectors)).all()
    weights = [variable.numpy() for variable in model.variables]
    attacked = ATTACK.trial(model, IDS, loss)
    assert float(loss(attacked)) > float(loss(model(IDS))) + 1e-3
    np.testing.assert_allclose(model(IDS), model(IDS))  # nothing is left of the change
    assert "call" not in vars(word_vectors_of(model)[0])
    for variable, value in zip(model.variables, weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_a_step_along_the_gradient_is_better_than_one_at_random() -> None:
    keras.utils.set_random_seed(0)
    model = models.text_cnn(SHAPE)
    space = ATTACK.space
    bounds = space.bounds(model, tf.constant(IDS))
    start = space.start(bounds, tf.constant([1, 2]))
    random = float(loss(space.answer(model, IDS, start, training=False)))
    attacked = float(loss(ATTACK.trial(model, IDS, loss)))
    assert attacked > random


def test_every_table_of_an_ensemble_is_changed() -> None:
    keras.utils.set_random_seed(0)
    members = [models.text_cnn(SHAPE), models.bag_of_embeddings(SHAPE)]
    ids = keras.Input((None,), dtype="int32")
    mean = keras.Model(ids, keras.layers.Average()([each(ids) for each in members]))
    changes = [each.numpy() for each in ATTACK.change(mean, IDS, loss)]
    for layer, change in zip(word_vectors_of(mean), changes, strict=True):
        vectors = np.array(layer(IDS)) * (IDS != 0)[..., np.newaxis]
        assert (norms(change) <= RADIUS * norms(vectors) * (1 + 1e-5)).all()
        assert (norms(change) > 0.5 * RADIUS * norms(vectors)).all()
    alone = float(
        loss(ATTACK.space.answer(mean, IDS, [changes[0], 0 * changes[1]], training=False))
    )
    assert float(loss(ATTACK.trial(mean, IDS, loss))) > alone > float(loss(mean(IDS)))


def test_recurrent_networks_are_attacked_in_a_compiled_step() -> None:
    keras.utils.set_random_seed(0)
    model = models.lstm(SHAPE)

    @tf.function(autograph=False, reduce_retracing=True)
    def losses(ids: Any) -> tuple[Any, Any, Any]:
        taught = ATTACK.lesson(model, ids, loss, moment=0)()
        return loss(model(ids)), loss(taught), loss(ATTACK.trial(model, ids, loss))

    plain, _, attacked = (float(each) for each in losses(tf.constant(IDS)))
    assert attacked > plain


def test_gradients_that_vanish_move_nothing_and_those_nearly_so_do() -> None:
    space, none = WordSpace(0.1), tf.zeros((1, 2, 2))
    bounds = [(tf.ones((1, 2, 2)), tf.constant([[[2.0]]]))]
    (still,) = space.moved([none], [none], 1.0, bounds)
    assert not np.array(still).any()
    (moved,) = space.moved([none], [tf.fill((1, 2, 2), 1e-28)], 1.0, bounds)
    np.testing.assert_allclose(norms(moved), 2.0, rtol=1e-5)


def test_a_network_without_word_vectors_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="plain has no table of word vectors"):
        word_vectors_of(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="plain"))
    assert WordSpace(0.1).applied(IDS, np.zeros(1)) is None
