from __future__ import annotations

import functools
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.preprocess import pipeline, step_order
from kerasapps.preprocess.augmentation import Augmentation, augment
from kerasapps.preprocess.pipeline import evaluation_batches, training_batches
from kerasapps.preprocess.step_order import steps_per_epoch
from kerasapps.start import Share, Start

COUNT, CLASSES = 10, 3
IMAGES = np.broadcast_to(np.arange(COUNT, dtype=np.uint8)[:, None, None, None], (COUNT, 8, 8, 3))
IMAGES = np.ascontiguousarray(IMAGES)
LABELS = [number % CLASSES for number in range(COUNT)]


def changing(**fields: Any) -> functools.partial[Any]:
    return functools.partial(augment, augmentation=Augmentation(**fields))


def train(images: np.ndarray = IMAGES, **options: Any) -> tf.data.Dataset:
    given = {"num_classes": CLASSES, "batch_size": 4, "seed": 5}
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
    strong = changing(flip=True, translate=0.2, color=0.3, erasing=0.5, mixup=0.3)
    noise = np.random.default_rng(0).integers(0, 256, IMAGES.shape, dtype=np.uint8)
    through = batches(train(noise, transform=strong), 9)
    resumed = batches(train(noise, transform=strong, start=Start(1, 2)), 4)  # within an epoch
    for one, other in zip(through[5:], resumed, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)
    second = Start(share=Share(1, 2))
    ((usual, _),) = batches(train(noise, start=second), 1)
    np.testing.assert_array_equal(usual, batches(train(noise), 1)[0][0][2:])
    ((changed, _),) = batches(train(noise, transform=strong, start=second), 1)
    first_half = batches(train(noise, transform=strong, start=Start(share=Share(0, 2))), 1)
    assert changed.shape == usual.shape and (changed != first_half[0][0]).any()
    other_seed = batches(train(noise, transform=strong, seed=6), 1)
    assert (other_seed[0][0] != through[0][0]).any()


def test_each_row_gets_one_of_its_variants_drawn_by_the_seed_and_the_step() -> None:
    variants = np.stack([IMAGES + 100 * number for number in range(2)])
    epochs = batches(train(variants=variants), 30)
    values = np.concatenate([x[:, 0, 0, 0] for x, _ in epochs])
    assert set(values) == {
        number + 100.0 * variant for number in range(COUNT) for variant in (0, 1)
    }
    assert 0.3 < np.mean(values >= 100) < 0.7
    for (x, y), (usual, _) in zip(epochs, batches(train(), 30), strict=True):
        np.testing.assert_array_equal(x % 100, usual)
        assert y.argmax(1).tolist() == [LABELS[int(value) % 100] for value in x[:, 0, 0, 0]]
    resumed = batches(train(variants=variants, start=Start(5)), 15)
    assert shown(resumed) == shown(epochs[15:])
    other = batches(train(variants=variants, seed=6), 30)
    assert shown(other) != shown(epochs)
    share = batches(train(variants=variants, start=Start(1, 1, Share(2, 3))), 1)
    assert shown(share) == shown([(epochs[4][0][2:], epochs[4][1][2:])])


def test_augmentation_differs_between_epochs() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), dtype=np.uint8)
    dataset = training_batches(
        picture,
        [0],
        num_classes=2,
        batch_size=1,
        seed=0,
        transform=changing(flip=True, translate=0.3),
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
    mixed = train(class_weights=weights, transform=changing(mixup=1.0))
    for _, y, weight in batches(mixed, 3):
        np.testing.assert_allclose(weight, y @ [1, 2, 4], rtol=1e-5)


def test_class_weights_of_rows_in_order() -> None:
    weights = [1.0, 2.0, 4.0]
    rows = evaluation_batches(
        IMAGES, LABELS, num_classes=3, batch_size=4, class_weights=weights
    ).as_numpy_iterator()
    found = np.concatenate([weight for _, _, weight in rows])
    assert found.tolist() == [weights[label] for label in LABELS]


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


WIDTH = 40
LENGTHS = np.random.default_rng(3).integers(1, WIDTH + 1, 203)
IDS = np.where(np.arange(WIDTH) < LENGTHS[:, None], np.arange(1, 204)[:, None], 0).astype(np.int32)


def train_ids(**options: Any) -> tf.data.Dataset:
    given = {"num_classes": 2, "batch_size": 4, "seed": 5, "lengths": LENGTHS}
    return training_batches(IDS, np.arange(203) % 2, **{**given, **options})


def test_ids_stay_integers_and_keep_their_width_without_lengths() -> None:
    x, y = batches(train_ids(lengths=None), 1)[0]
    assert x.dtype == np.int32 and x.shape == (4, WIDTH) and y.dtype == np.float32


def test_rows_of_like_length_share_a_batch_that_is_trimmed() -> None:
    assert train_ids().element_spec[0].shape.as_list() == [4, None]
    steps = steps_per_epoch(203, 4)
    rows = batches(train_ids(), 2 * steps)
    for x, y in rows:
        used = LENGTHS[x[:, 0] - 1]
        assert x.dtype == np.int32 and x.shape == (4, -(-used.max() // 8) * 8)
        assert (np.count_nonzero(x, axis=1) == used).all()
        assert (y.argmax(1) == (x[:, 0] - 1) % 2).all()
    for epoch in (rows[:steps], rows[steps:]):
        shown = np.concatenate([x[:, 0] for x, _ in epoch])
        assert len(shown) == 204 and set(shown) == set(range(1, 204))
    # Sorting pays: shuffled batches of four would nearly all be as wide as their longest row.
    wasted = np.mean([x.size - np.count_nonzero(x) for x, _ in rows]) / 4
    assert wasted < 5
    widths = [x.shape[1] for x, _ in rows[:20]]
    assert widths != sorted(widths)
    assert [x.tobytes() for x, _ in rows[:steps]] != [x.tobytes() for x, _ in rows[steps:]]


def test_a_resumed_run_sees_the_same_trimmed_batches() -> None:
    through = batches(train_ids(), 2 * steps_per_epoch(203, 4))
    resumed = batches(train_ids(start=Start(1)), steps_per_epoch(203, 4))
    for (x, _), (again, _) in zip(through[len(resumed) :], resumed, strict=True):
        np.testing.assert_array_equal(x, again)
    shares = [batches(train_ids(start=Start(0, 3, Share(index, 3))), 2) for index in range(3)]
    for step, (x, y) in enumerate(through[3:5]):
        parts = [share[step] for share in shares]
        assert [len(part) for part, _ in parts] == [1, 1, 2]
        np.testing.assert_array_equal(np.concatenate([part for part, _ in parts]), x)
        np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), y)


def test_evaluation_is_trimmed_in_order() -> None:
    dataset = evaluation_batches(IDS, [0] * 203, num_classes=2, batch_size=50, lengths=LENGTHS)
    rows = list(dataset.as_numpy_iterator())
    assert [len(x) for x, _ in rows] == [50, 50, 50, 50, 3]
    assert np.concatenate([x[:, 0] for x, _ in rows]).tolist() == list(range(1, 204))
    assert rows[-1][0].shape[1] == -(-LENGTHS[200:].max() // 8) * 8
    assert rows[0][0].dtype == np.int32


def test_the_order_is_the_one_that_a_checkpoint_goes_on_with() -> None:
    rows = batches(train(), 6)
    for epoch in range(2):
        order = np.resize(np.random.default_rng((5, epoch)).permutation(COUNT), 12)
        assert shown(rows[3 * epoch : 3 * epoch + 3]) == order.reshape(3, 4).tolist()


def test_rows_of_like_length_are_ordered_as_a_checkpoint_goes_on_with() -> None:
    steps = steps_per_epoch(203, 4)
    rows = batches(train_ids(), steps)
    draw = np.random.default_rng((5, 0))
    order = np.resize(draw.permutation(203), 4 * steps)
    # Chunks of 20 batches are sorted by length, equals as they were; then the batches are shuffled.
    sorted_rows = [
        row for start in range(0, 204, 80) for row in sorted(order[start : start + 80], key=length)
    ]
    expected = np.array(sorted_rows).reshape(steps, 4)[draw.permutation(steps)]
    np.testing.assert_array_equal(np.stack([x[:, 0] - 1 for x, _ in rows]), expected)


def length(row: int) -> int:
    return int(LENGTHS[row])


def test_an_order_is_made_once_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    shuffled = step_order.StepOrder._shuffled
    monkeypatch.setattr(
        step_order.StepOrder,
        "_shuffled",
        lambda self, epoch: made.append(epoch) or shuffled(self, epoch),
    )
    order = step_order.StepOrder(COUNT, 4, 5)
    assert [len(order(step)) for step in range(7)] == [4] * 7
    assert made == [0, 1, 2]


def test_batches_without_a_value_have_one_column_group() -> None:
    empty = np.zeros((4, WIDTH), np.int32)
    given = {"num_classes": 2, "batch_size": 4, "lengths": np.zeros(4, int)}
    ((x, _),) = evaluation_batches(empty, [0] * 4, **given).as_numpy_iterator()
    assert x.shape == (4, 8)


@pytest.mark.parametrize(("cores", "workers"), [(None, 1), (1, 1), (2, 1), (3, 1), (4, 2), (9, 4)])
def test_half_of_the_cores_feed(
    cores: int | None, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    options = pipeline.feeding_options()
    assert options.threading.private_threadpool_size == workers + 1
    assert options.threading.max_intra_op_parallelism == 1
    assert options.autotune.enabled is False and options.deterministic is True
    assert train().options().threading.private_threadpool_size == workers + 1
    evaluation = evaluation_batches(IMAGES, LABELS, num_classes=CLASSES, batch_size=4)
    assert evaluation.options().threading.private_threadpool_size == workers + 1


def test_targets_that_are_no_class_numbers_stay_as_they_are() -> None:
    inputs, sets = np.arange(6, dtype=np.int32)[:, None], np.eye(6, 3, dtype=np.uint8)
    batches = training_batches(inputs, sets, batch_size=4, seed=0)
    x, y = next(iter(batches))
    assert y.dtype == tf.float32 and y.shape == (4, 3)
    np.testing.assert_array_equal(y, sets[x[:, 0].numpy()])
    numbers = np.linspace(0, 1, 6)[:, None]
    found = [y.numpy() for _, y in evaluation_batches(inputs, numbers, batch_size=4)]
    np.testing.assert_allclose(np.concatenate(found), numbers)
