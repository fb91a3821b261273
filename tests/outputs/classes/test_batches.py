"""Batches of classifiers: their size, the weights of classes, what each epoch shows."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.data.splits import Splits
from kerasapps.data.texts.examples import TextExamples
from kerasapps.errors import ConfigError
from kerasapps.outputs.batches import batches_of, choose_batch_size
from kerasapps.outputs.classes.batches import resolve_class_weights
from kerasapps.start import Start
from kerasapps.workflow.experiment import SplitInputs

LABELS = ("a", "b")
TRUTH = (0, 1, 0, 0, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("examples", "values", "size"),
    [
        (10, 1, 16),
        (3_200, 1, 64),
        (10**6, 64 * 64 * 3, 128),
        (10**6, 64 * 64 * 3 + 1, 32),
    ],
)
def test_a_batch_suits_the_data(examples: int, values: int, size: int) -> None:
    assert choose_batch_size(TrainConfig(), examples, values=values) == size
    assert choose_batch_size(TrainConfig(batch_size=7), examples, values=values) == 7


def test_a_model_may_suit_larger_batches_of_small_examples() -> None:
    sizes = [
        choose_batch_size(TrainConfig(), count, values=values, largest=256)
        for count, values in ((10, 3072), (50_000, 3072), (50_000, 64 * 64 * 3 + 1))
    ]
    assert sizes == [16, 256, 32]
    assert choose_batch_size(TrainConfig(batch_size=512), 10, values=1, largest=256) == 512


def test_inputs_stay_as_they_are() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        INPUTS.train = INPUTS.test  # type: ignore[misc]


def test_weights_of_classes() -> None:
    def weights(given: Any) -> Any:
        return resolve_class_weights(TrainConfig(class_weights=given), ("a", "b", "c"), numbers)

    numbers = (0, 0, 0, 1, 1, 2)
    assert weights(None) is None
    balanced = weights("balanced")
    assert balanced == pytest.approx([6 / 9, 1.0, 2.0])
    assert np.dot(balanced, [3, 2, 1]) == pytest.approx(6)
    assert weights({"c": 4}) == [1.0, 1.0, 4.0]
    with pytest.raises(ConfigError, match=r"class_weights names 'd'; the labels are 'a', 'b', 'c'"):
        weights({"a": 2, "d": 1})
    with pytest.raises(ConfigError, match=r"class_weights names '3', 4; the labels are"):
        weights({"3": 2, 4: 1})
    assert weights({"a": 0, "b": 0}) == [0.0, 0.0, 1.0]
    with pytest.raises(ConfigError, match="class_weights are 0 for all labels"):
        weights({"a": 0, "b": 0.0, "c": 0})


def batches(inputs: SplitInputs[np.ndarray], *, given: Any = None, **train: Any) -> Any:
    texts = TextExamples(("",) * 8, TRUTH, ("file",) * 8)
    three = TextExamples(("",) * 3, (0, 1, 1), ("file",) * 3)
    splits = Splits(LABELS, texts, three, three, None, "fingerprint")
    config = TrainConfig(**{"batch_size": 4, "seed": 3, **train})
    return batches_of(splits, inputs, train=config, **(given or {}))


def numbered(count: int, width: int = 2) -> np.ndarray:
    return np.repeat(np.arange(count, dtype=np.uint8)[:, None], width, axis=1)


INPUTS = SplitInputs(numbered(8), numbered(3) + 20, numbered(3) + 50)


def drawn(found: Any, epoch: int) -> list[tuple[Any, ...]]:
    """The batches of an epoch of two steps."""
    return list(found.training(Start(epoch)).take(2).as_numpy_iterator())


def test_an_epoch_shows_all_examples_with_their_labels() -> None:
    found = batches(INPUTS)
    assert (found.steps_per_epoch, found.sizes) == (2, {"batch_size": 4})
    pictures, labels = (np.concatenate(each) for each in zip(*drawn(found, 0), strict=True))
    order = pictures[:, 0].astype(int)
    assert sorted(order) == list(range(8))
    assert np.array_equal(labels.argmax(-1), np.array(TRUTH)[order]) and labels.shape == (8, 2)
    again, later = drawn(batches(INPUTS), 0), drawn(found, 1)
    assert np.array_equal(again[0][0], drawn(found, 0)[0][0])
    assert not np.array_equal(later[0][0], again[0][0])
    (shown, *_), *rest = found.validation.as_numpy_iterator()
    assert not rest and shown[:, 0].astype(int).tolist() == [20, 21, 22]
    assert not np.array_equal(drawn(batches(INPUTS, seed=4), 0)[0][0], again[0][0])


def test_weights_and_changes_are_for_training_alone() -> None:
    def darker(pictures: tf.Tensor, *rest: Any, **more: Any) -> Any:
        changed = tf.cast(pictures, tf.float32) + 100.0
        return (changed, *rest) if rest else changed

    found = batches(INPUTS, given={"transform": darker, "class_weights": [1.0, 3.0]})
    for pictures, labels, weights in drawn(found, 0):
        assert np.all(pictures >= 100)
        assert weights.tolist() == [3.0 if label else 1.0 for label in labels.argmax(-1)]
    validation = next(found.validation.as_numpy_iterator())
    assert len(validation) == 2 and validation[0].max() < 100
    unchanged, labels, weights = next(found.unchanged.as_numpy_iterator())
    assert unchanged.max() < 100
    assert weights.tolist() == [3.0 if label else 1.0 for label in labels.argmax(-1)]


def test_rows_that_are_padded_are_trimmed_where_their_lengths_are_told() -> None:
    ids = np.zeros((8, 40), np.int32)
    ids[:, :3] = 1
    three = ids[:3].copy()
    lengths = {"lengths": lambda rows: np.count_nonzero(rows, axis=1)}
    found = batches(SplitInputs(ids, three, three), given=lengths)
    assert all(batch[0].shape[1] < 40 for batch in drawn(found, 0))
    assert next(found.validation.as_numpy_iterator())[0].shape[1] < 40
    plain = batches(SplitInputs(ids, three, three))
    assert drawn(plain, 0)[0][0].shape == (4, 40)
