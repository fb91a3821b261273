from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.toolkit.answers import answer_of

X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)


def network(units: int, activation: str | None = None) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation)])


@pytest.mark.parametrize(
    ("units", "activation", "kind", "classes"),
    [
        (3, None, "classes", 3),
        (3, "softmax", "classes", 3),
        (1, "sigmoid", "classes", 2),
        (1, None, "numbers", 2),
    ],
)
def test_outputs_say_what_they_are(units, activation, kind, classes) -> None:
    answer = answer_of(network(units, activation))
    assert (answer.kind, answer.classes) == (kind, classes)


@pytest.mark.parametrize("activation", [None, "softmax", "sigmoid", "logit"])
@pytest.mark.parametrize("one_hot", [True, False])
def test_the_loss_is_the_cross_entropy_whatever_stands_at_the_end(activation, one_hot) -> None:
    is_two = activation in ("sigmoid", "logit")
    model = network(1 if is_two else 3, None if activation == "logit" else activation)
    answer = answer_of(model, "classes")
    labels = np.arange(20) % answer.classes
    outputs = model(X)
    if is_two:
        expected = keras.losses.binary_crossentropy(
            labels[:, None].astype("float32"), outputs, from_logits=activation == "logit"
        )
    else:
        expected = keras.losses.sparse_categorical_crossentropy(
            labels, outputs, from_logits=activation is None
        )
    targets = np.eye(answer.classes)[labels] if one_hot else labels
    score = answer.criterion.score(outputs, tf.constant(targets))
    assert float(score.loss) == pytest.approx(float(tf.reduce_mean(expected)), rel=1e-4)
    scores = answer.scores(np.asarray(outputs))
    assert float(score.sums[1]) == (scores.argmax(1) == labels).sum()
    np.testing.assert_allclose(scores.sum(1), 1, rtol=1e-5)
    shipped = np.asarray(answer.scoring(model)(X))
    np.testing.assert_allclose(shipped, scores, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(answer.shipped.scores(shipped), scores, rtol=1e-4, atol=1e-6)


def test_numbers_are_squared_errors_of_any_shape() -> None:
    answer = answer_of(network(2), "numbers")
    score = answer.criterion.score(tf.constant([[1.0, 3.0]]), tf.constant([[2.0, 1.0]]))
    assert float(score.loss) == pytest.approx(2.5)
    assert answer.criterion.figure(2.25) == 1.5


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(ConfigError, match="one logit, or one softmax output, a class"):
        answer_of(network(3, "sigmoid"))
    inputs = keras.Input((4,))
    with pytest.raises(ConfigError, match="2 outputs"):
        answer_of(keras.Model(inputs, [keras.layers.Dense(1)(inputs), inputs]))
    with pytest.raises(ConfigError, match="whose input is known"):
        answer_of(keras.Sequential([keras.layers.Dense(2)]))
