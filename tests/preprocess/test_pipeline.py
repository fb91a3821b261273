from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.preprocess.augment import Augmentation
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches

COUNT, CLASSES = 10, 3
IMAGES = np.broadcast_to(np.arange(COUNT, dtype=np.uint8)[:, None, None, None], (COUNT, 8, 8, 3))
IMAGES = np.ascontiguousarray(IMAGES)
LABELS = [number % CLASSES for number in range(COUNT)]


def train(images: np.ndarray = IMAGES, **options: Any) -> tf.data.Dataset:
    given = {"num_classes": CLASSES, "batch_size": 4, "augmentation": Augmentation(), "seed": 5}
    return training_batches(images, LABELS, **{**given, **options})


def batches(dataset: tf.data.Dataset, count: int) -> list[tuple[np.ndarray, ...]]:
    return list(itertools.islice(dataset.as_numpy_iterator(), count))


def shown(rows: list[tuple[np.ndarray, ...]]) -> list[list[int]]:
    return [row[0][:, 0, 0, 0].astype(int).tolist() for row in rows]


def test_an_epoch_shows_everything_and_is_filled_from_its_start() -> None:
    assert steps_per_epoch(COUNT, 4) == 3
    rows = batches(train(), 6)
    for x, y in rows:
        assert x.shape == (4, 8, 8, 3) and x.dtype == np.float32
        assert y.shape == (4, CLASSES) and y.dtype == np.float32
        assert y.argmax(1).tolist() == [LABELS[int(value)] for value in x[:, 0, 0, 0]]
    orders = []
    for epoch in (rows[:3], rows[3:]):
        order = list(itertools.chain(*shown(epoch)))
        assert sorted(order[:COUNT]) == list(range(COUNT)) and order[COUNT:] == order[:2]
        orders.append(order)
    assert orders[0] != orders[1] and orders[0] != list(range(COUNT))
    spec = train().element_spec
    assert spec[0].shape == (4, 8, 8, 3) and spec[1].shape == (4, CLASSES)
    assert train().cardinality() == tf.data.INFINITE_CARDINALITY


def test_a_resumed_run_sees_what_an_uninterrupted_one_does() -> None:
    strong = Augmentation(flip=True, translate=0.2, color=0.3, erasing=0.5, mixup=0.3)
    noise = np.random.default_rng(0).integers(0, 256, IMAGES.shape, dtype=np.uint8)
    through = batches(train(noise, augmentation=strong), 9)
    resumed = batches(train(noise, augmentation=strong, first_epoch=2), 3)
    for one, other in zip(through[6:], resumed, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)
    other_seed = batches(train(noise, augmentation=strong, seed=6), 1)
    assert (other_seed[0][0] != through[0][0]).any()


def test_augmentation_differs_between_epochs() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), dtype=np.uint8)
    dataset = training_batches(
        picture,
        [0],
        num_classes=2,
        batch_size=1,
        seed=0,
        augmentation=Augmentation(flip=True, translate=0.3),
    )
    assert len({x.tobytes() for x, _ in batches(dataset, 30)}) > 10


def test_more_pictures_in_a_batch_than_there_are() -> None:
    (row,) = shown(batches(train(batch_size=25), 1))
    assert sorted(row[:10]) == list(range(10)) and row[10:20] == row[:10] and row[20:] == row[:5]


@pytest.mark.parametrize("weights", [[1.0, 2.0, 4.0], {0: 1.0, 1: 2.0, 2: 4.0}])
def test_class_weights(weights: Any) -> None:
    for x, _, weight in batches(train(class_weights=weights), 3):
        assert weight.dtype == np.float32 and weight.shape == (4,)
        assert weight.tolist() == [2.0 ** LABELS[int(v)] for v in x[:, 0, 0, 0]]
    for _, y, weight in batches(
        train(class_weights=weights, augmentation=Augmentation(mixup=1.0)), 3
    ):
        np.testing.assert_allclose(weight, y @ [1, 2, 4], rtol=1e-5)


def test_memory_map(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert shown(batches(train(mapped), 4)) == shown(batches(train(), 4))
    rows = batches(evaluation_batches(mapped, LABELS, num_classes=3, batch_size=4), 9)
    assert list(itertools.chain(*shown(rows))) == list(range(COUNT))


def test_evaluation_is_in_order_and_finite() -> None:
    dataset = evaluation_batches(IMAGES, LABELS, num_classes=CLASSES, batch_size=4)
    assert dataset.cardinality() == 3
    rows = list(dataset.as_numpy_iterator())
    assert shown(rows) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert rows[0][0].dtype == rows[0][1].dtype == np.float32
    assert np.concatenate([y for _, y in rows]).argmax(1).tolist() == LABELS
    assert dataset.element_spec[0].shape == (None, 8, 8, 3)
