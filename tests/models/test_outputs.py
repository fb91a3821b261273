from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from kerasapps.models import adapt
from kerasapps.models.outputs import answering

RNG = np.random.default_rng(0)
INPUTS = {
    "numbers": RNG.normal(size=(23, 3)).astype(np.float32),
    "ids": RNG.integers(0, 5, (23, 2), dtype=np.int32),
}


class Recorder(keras.layers.Layer):
    """Keeps what it is adapted to, of which it takes more than others."""

    adapt_limit = 12

    def adapt(self, inputs: np.ndarray) -> None:
        self.seen = inputs

    def call(self, inputs):
        return inputs


def of_two_inputs() -> keras.Model:
    numbers = keras.Input((3,), name="numbers")
    ids = keras.Input((2,), dtype="int32", name="ids")
    vectors = keras.layers.Flatten()(keras.layers.Embedding(5, 4)(ids))
    both = keras.layers.Concatenate()([Recorder(name="recorder")(numbers), vectors])
    return keras.Model({"numbers": numbers, "ids": ids}, keras.layers.Dense(2)(both))


def test_a_network_of_named_inputs_answers_row_by_row() -> None:
    model = of_two_inputs()
    answer = answering(model, batch_size=5)
    outputs = answer(INPUTS)
    assert outputs.dtype == np.float32 and outputs.shape == (23, 2)
    np.testing.assert_allclose(outputs, model(INPUTS), atol=1e-5)
    alone = answer({name: values[3:4].astype(np.float64) for name, values in INPUTS.items()})
    np.testing.assert_allclose(alone[0], outputs[3], atol=1e-5)


def test_outputs_are_finished_in_full_precision() -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, dtype="mixed_bfloat16")])
    outputs = answering(model, finish=tf.nn.softmax)(INPUTS["numbers"])
    np.testing.assert_allclose(outputs.sum(1), 1, atol=1e-6)


def test_a_layer_is_given_its_own_of_several_inputs_as_many_as_it_takes() -> None:
    model = of_two_inputs()
    adapt(model, INPUTS, limit=3)
    np.testing.assert_array_equal(model.get_layer("recorder").seen, INPUTS["numbers"][::2])
