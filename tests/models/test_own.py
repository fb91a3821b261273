"""Networks of the user's as training wants them: what is taken, changed or refused."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config.own import OwnNetwork
from kerasapps.errors import ConfigError
from kerasapps.models import TabularShape, TextShape
from kerasapps.models.own import own_classifier, own_row_network, own_text_classifier
from kerasapps.models.own_copies import configuration_digest, unrolled

PICTURES = np.random.default_rng(0).uniform(0, 255, (3, 8, 8, 3)).astype(np.float32)


def own(source: Any) -> OwnNetwork:
    return OwnNetwork("own:net@0", source)


def picture_net(units: int = 3, **last: Any) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(units, **last),
        ]
    )


def built(source: Any, num_classes: int = 3) -> keras.Model:
    return own_classifier(own(source), input_shape=(8, 8, 3), num_classes=num_classes)


def probabilities(network: keras.Model) -> np.ndarray:
    return keras.ops.convert_to_numpy(keras.ops.softmax(network(PICTURES)))


def functional(end: Callable[[Any], Any], *, units: int = 3) -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Dense(units)(keras.layers.Flatten()(inputs / 255))
    return keras.Model(inputs, end(x))


@pytest.mark.parametrize(
    "network",
    [
        picture_net(activation="softmax"),
        functional(keras.layers.Softmax()),
        functional(keras.layers.Activation("softmax")),
        functional(keras.ops.softmax),
        keras.Sequential([keras.Input((8, 8, 3)), picture_net(activation="softmax")]),
    ],
    ids=["dense", "layer", "activation", "operation", "nested"],
)
def test_a_softmax_at_the_end_is_left_out(network: keras.Model) -> None:
    before = keras.ops.convert_to_numpy(network(PICTURES))
    np.testing.assert_allclose(probabilities(built(network)), before, atol=1e-5)
    np.testing.assert_allclose(network(PICTURES), before)  # the user's stays as it is


def test_one_value_stands_for_two_classes() -> None:
    network = picture_net(1, activation="sigmoid")
    share = keras.ops.convert_to_numpy(network(PICTURES))[:, 0]
    np.testing.assert_allclose(probabilities(built(network, 2))[:, 1], share, atol=1e-5)


class Whole(keras.Model):
    """Not functional: nothing can be seen of its end."""

    def __init__(self, end: str = "linear", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.end = end
        self.flat, self.dense = keras.layers.Flatten(), keras.layers.Dense(3, activation=end)

    def call(self, inputs: Any) -> Any:
        return self.dense(self.flat(inputs))

    def get_config(self) -> dict[str, Any]:
        return {"end": self.end}


def test_a_subclass_is_taken_if_it_can_be_saved() -> None:
    with pytest.raises(ConfigError, match="register_keras_serializable"):
        built(Whole())
    keras.saving.register_keras_serializable(package="tests")(Whole)
    assert built(Whole()).output_shape == (None, 3)
    with pytest.raises(ConfigError, match="leave the softmax"):
        built(Whole("softmax"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (picture_net(4), "4 values, and the data have 3 classes"),
        (picture_net(activation="sigmoid"), "sigmoid for each of 3 classes"),
        (functional(keras.layers.Lambda(lambda y: y * 2)), "Lambda"),
        (functional(lambda x: x[:, None]), r"\(1, 3\), not with 3 values"),
        (lambda a, b: 1, "gave a int, not a keras.Model"),
        (lambda input_shape, num_classes, depth: None, "asks for depth"),
        (lambda input_shape, num_classes: 1 / 0, "ZeroDivisionError"),
        (
            lambda hp: keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten()]),
            r"\(4, 4, 3\)",
        ),
        (
            lambda a, b: keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()]),
            "192 values",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(source: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        built(source)


def test_a_model_keeps_its_weights_and_a_function_is_called_each_time() -> None:
    network = picture_net(name="scores")
    assert all(map(np.array_equal, built(network).get_weights(), network.get_weights()))
    made = functools.partial(built, lambda input_shape, num_classes: picture_net(num_classes))
    assert not np.array_equal(made().get_weights()[0], made().get_weights()[0])


def test_mixed_precision_is_that_of_the_day() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = picture_net()
        mixed = built(network)
    finally:
        keras.config.set_dtype_policy("float32")
    assert mixed.layers[-2].compute_dtype == "bfloat16" and mixed.output.dtype == "float32"
    plain = built(network)
    assert {layer.compute_dtype for layer in plain.layers} == {"float32"}
    assert configuration_digest(plain) != configuration_digest(picture_net(4))


def test_equal_networks_have_one_digest_whatever_keras_numbers_them() -> None:
    assert configuration_digest(picture_net()) == configuration_digest(picture_net())
    other = picture_net(activation="relu")
    assert configuration_digest(picture_net()) != configuration_digest(other)


def test_normalization_is_handed_on() -> None:
    layer = keras.layers.Normalization()
    network = keras.Sequential(
        [keras.Input((8, 8, 3)), layer, keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    layer.adapt(PICTURES)
    np.testing.assert_allclose(built(network)(PICTURES), network(PICTURES), atol=1e-4)


def text_net(ids: int = 9, length: int | None = 4) -> keras.Model:
    inputs = keras.Input((length,), dtype="int32")
    x = keras.layers.Embedding(ids, 3)(inputs)
    return keras.Model(inputs, keras.layers.Dense(2)(keras.layers.LSTM(3)(x)))


def test_texts_and_their_recurrences() -> None:
    shape = TextShape(vocabulary_size=9, num_classes=2, length=4)
    network = own_text_classifier(own(text_net(length=None)), shape)
    assert network.input_shape == (None, 4) and network.input.dtype == "int32"
    with pytest.raises(ConfigError, match="knows 5 ids, and the texts have 9"):
        own_text_classifier(own(text_net(5)), shape)
    flat = unrolled(text_net())
    assert [layer.unroll for layer in flat.layers if hasattr(layer, "unroll")] == [True]
    same = picture_net()
    assert unrolled(same) is same


def test_pictures_and_texts_may_be_answered_with_a_number() -> None:
    ends_in_one = {"input_shape": (8, 8, 3), "num_classes": 1, "classes": False}
    network = picture_net(1)
    np.testing.assert_allclose(
        own_classifier(own(network), **ends_in_one)(PICTURES), network(PICTURES), atol=1e-4
    )
    with pytest.raises(ConfigError, match="2 values, and the target is one number"):
        own_classifier(own(picture_net(2)), **ends_in_one)
    shape = TextShape(vocabulary_size=9, num_classes=1, length=4)
    with pytest.raises(ConfigError, match="2 values, and the target is one number"):
        own_text_classifier(own(text_net()), shape, classes=False)


def row_net(*names: str, units: int = 1, **last: Any) -> keras.Model:
    inputs = [keras.Input((2,), name=name) for name in names]
    x = keras.layers.Concatenate()(inputs) if len(inputs) > 1 else inputs[0]
    return keras.Model(inputs, keras.layers.Dense(units, **last)(x))


def test_rows_come_by_name() -> None:
    shape = TabularShape(numbers=2, categories=(3, 4), outputs=1)
    network = own_row_network(own(row_net("categories", "numbers")), shape, classes=False)
    assert {each.name: each.dtype for each in network.inputs} == {
        "numbers": "float32",
        "categories": "int32",
    }
    rows = {"numbers": np.ones((2, 2), "float32"), "categories": np.ones((2, 2), "int32")}
    assert network(rows).shape == (2, 1)
    for source, said in (
        (row_net("numbers"), "takes 1 inputs"),
        (row_net("numbers", "kinds"), "'numbers' and 'kinds'"),
        (row_net("numbers", "categories", activation="sigmoid"), "ends in sigmoid"),
        (row_net("numbers", "categories", units=2), "2 values, and the target is one number"),
    ):
        with pytest.raises(ConfigError, match=said):
            own_row_network(own(source), shape, classes=False)
    alone = TabularShape(numbers=2, categories=(), outputs=1)
    assert own_row_network(own(row_net("x")), alone, classes=False).inputs[0].name == "numbers"
