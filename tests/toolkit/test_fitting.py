"""Examples that a network cannot be trained with are refused in a sentence, before its steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, DataError
from kerasapps.start import Share, Start
from kerasapps.toolkit.answers import answer_of
from kerasapps.toolkit.batches import finite_batches_of, training_batches_of
from kerasapps.toolkit.fitting import Needs, told_plainly

X = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
Y = np.arange(12) % 3
TEXTS = np.array(["red", "green", "blue"])[Y]


def needs(units: int = 3, *, by_name: bool | None = None) -> Needs:
    """Of a network with one input, or of two, in a list or by name."""
    first, second = keras.Input((4,), name="b"), keras.Input((1,), name="a")
    inputs = {None: first, False: [first, second], True: {"b": first, "a": second}}[by_name]
    joined = first if by_name is None else keras.layers.Concatenate()([first, second])
    model = keras.Model(inputs, keras.layers.Dense(units)(joined))
    return Needs.of(model, answer_of(model))


def batches(examples, of: Needs) -> tf.data.Dataset:
    made = training_batches_of(examples, needs=of, config=TrainConfig(batch_size=4), steps=None)
    return made.source(Start())


def dataset(*parts, size: int | None = 4) -> tf.data.Dataset:
    data = tf.data.Dataset.from_tensor_slices(parts)
    return data if size is None else data.batch(size)


def shapeless(x, y):
    return x, tf.py_function(lambda targets: targets, [y], tf.int64)


NAN = np.where(np.arange(48).reshape(12, 4) == 21, np.nan, X)
COLUMN = X[:, :1]


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ((X, Y + 1), r"train has the class 3: the network has classes 0 to 2 \(example 2\)"),
        ((X, Y - 1), "train has the class -1: the network has"),
        ((X, Y / 2), "train has the class 0.5"),
        ((X, TEXTS), "texts as targets: give class numbers from 0 to 2, as np.unique"),
        ((X, [*TEXTS]), "texts as targets"),
        ((X, np.eye(4)[Y]), r"targets \(n, 4\), and the network tells 3 classes apart"),
        ((X[:, :3], Y), r"train has \(n, 3\) for 'b', and the network takes \(n, 4\)"),
        ((X.astype(str), Y), "string values for 'b', and the network takes float32"),
        (([[1, 2], [3]], Y[:2]), "values that make no array"),
        ((X, 3), "where an array of many examples is needed"),
        ((NAN, Y), "train has example 5 with NaN or infinity in its input"),
        ((X, Y, NAN[:, 1]), "train has example 5 with NaN or infinity in its weight"),
        (dataset(X, Y, size=None), r"single examples, \(4,\) for 'b': make batches .*batch\(32"),
        (dataset(X, TEXTS), "texts as targets"),
        (dataset(X, Y).map(shapeless), r"targets of unknown shape, .* tf\.ensure_shape"),
        (dataset(X), "gives no pairs"),
        (dataset((X, COLUMN), Y), "train has 2 inputs, and the network takes 1"),
        (dataset(X, Y).take(0), "train has no batches"),
    ],
)
def test_what_does_not_fit_is_named(examples, words):
    with pytest.raises(DataError, match=words):
        batches(examples, needs())


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (X, r"train has 1 input, and the network takes 2: (a, b|b, a)\. Give them by name"),
        ((X, X, X), "train has 3 inputs"),
        ({"a": COLUMN}, "train lacks the input 'b': it has a, and the network takes"),
        ({"a": COLUMN, "b": X, "id": X}, "train has the input 'id'.*leave 'id' out"),
        ({"a": COLUMN, "b": X[:, :2]}, r"train has \(n, 2\) for 'b'"),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_several_inputs_are_compared_by_name(x, words, by_name):
    of = needs(by_name=by_name)
    for examples in (dataset(x, Y), *([] if x is X else [(x, Y)])):
        with pytest.raises(DataError, match=words):
            batches(examples, of)


@pytest.mark.parametrize("by_name", [True, False])
def test_several_inputs_are_taken_in_the_order_of_the_network(by_name):
    of = needs(by_name=by_name)
    order = [{"a": COLUMN, "b": X}[name] for name in of.inputs]
    for examples in ((order, Y), (tuple(order), Y), dataset(tuple(order), Y)):
        x, y = next(iter(batches(examples, of)))
        assert x["a"].shape == (4, 1) and x["b"].shape == (4, 4) and y.shape == 4


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32])
@pytest.mark.parametrize("wide", [True, False])
def test_a_class_that_there_is_not_ends_the_training_on_a_data_set(kind, wide):
    targets = np.array([0, 2, 1, 7], kind)[:, None] if wide else np.array([0, 2, 1, 7], kind)
    of = needs()
    for made in (
        batches(dataset(X[:4], targets, size=3), of),
        finite_batches_of(dataset(X[:4], targets, size=3), needs=of, size=4),
        training_batches_of(
            lambda first: dataset(X[:4], targets, size=3), needs=of, config=TrainConfig(), steps=2
        ).source(Start()),
    ):
        stream = iter(made)
        np.testing.assert_array_equal(next(stream)[1], targets[:3])
        with (
            pytest.raises(DataError, match=r"has the class 7: the network has classes 0 to 2$"),
            told_plainly(),
        ):
            next(stream)


def test_rows_and_numbers_pass_as_they_are():
    given = dataset(X, np.eye(3)[Y])
    assert needs().guarded(given, what="train") is given
    number = needs(1)
    assert number.guarded(dataset(X, Y + 0.5), what="train").cardinality() == 3
    with pytest.raises(DataError, match=r"targets \(n, 3\), and the network answers with \(n, 1"):
        batches((X, np.eye(3)[Y]), number)
    flat = needs(by_name=True)  # an input of one number may lack its side
    assert next(iter(batches(({"a": X[:, 0], "b": X}, Y), flat)))[0]["a"].shape == 4
    with told_plainly(), pytest.raises(tf.errors.InvalidArgumentError):
        tf.debugging.assert_equal(1, 2)


def test_batches_are_counted_where_nobody_knows_how_many_there_are(capsys):
    of, few = needs(), dataset(X, Y).filter(lambda x, y: y[0] != 1)
    made = training_batches_of(few, needs=of, config=TrainConfig(), steps=None)
    assert made.steps == 2 and "say steps_per_epoch" in capsys.readouterr().err
    found = [*made.source(Start()).take(5)]
    part = next(iter(made.source(Start(0, 1, Share(1, 3)))))
    np.testing.assert_array_equal(part[1], found[1][1][1:2])  # of a batch whose size nobody knows
    none = few.filter(lambda x, y: False)
    with pytest.raises(DataError, match="train has no batches"):
        batches(none, of)
    with pytest.raises(ConfigError, match="has no end: say how long"):
        batches(few.repeat(), of)


class Halves(keras.utils.PyDataset):
    """Two batches, made in Python."""

    def __init__(self, x, y) -> None:
        super().__init__()
        self.x, self.y, self.passes = x, y, 0

    def __len__(self) -> int:
        return 2

    def __getitem__(self, number: int):
        rows = slice(6 * number, 6 * number + 6)
        return [each[rows] for each in self.x], self.y[rows]

    def on_epoch_end(self) -> None:
        self.passes += 1


def test_batches_of_a_py_dataset_are_those_of_a_data_set():
    of = needs(by_name=False)
    halves = Halves([X, COLUMN], Y)
    made = training_batches_of(halves, needs=of, config=TrainConfig(), steps=None)
    found = [*made.source(Start()).take(5)]
    assert made.steps == 2 and halves.passes >= 2
    np.testing.assert_array_equal(found[3][0]["b"], X[6:])
    np.testing.assert_array_equal(found[4][1], Y[:6])
    held_out = finite_batches_of(halves, needs=of, size=4)
    assert held_out.cardinality() == 2 and len([*held_out]) == 2
    with pytest.raises(DataError, match="Endless without a known number of batches"):
        batches(type("Endless", (Halves,), {"num_batches": None})([X], Y), of)
