"""Averages of weights against means written out in NumPy."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.training.average import CheckpointAverage, WeightAverage, make_average

FOLDER = Path("somewhere")


def variables(*values: float) -> list[keras.Variable]:
    return [keras.Variable(np.full((2,), value, np.float32), name="w") for value in values]


def values_of(weights: list[keras.Variable]) -> list[float]:
    return [float(weight.numpy()[0]) for weight in weights]


def test_a_step_keeps_its_share_of_the_average():
    weights = variables(8.0, 0.0)
    average = WeightAverage(weights, decay=0.9)
    weights[0].assign([0.0, 0.0])
    weights[1].assign([4.0, 4.0])
    average.update(0.75)
    assert [float(array[0]) for array in average.arrays()] == [6.0, 1.0]
    average.end_epoch()
    average.update(0.5)
    assert [float(array[0]) for array in average.arrays()] == [3.0, 2.5]
    with average.swapped_in():
        assert values_of(weights) == [3.0, 2.5]
    assert values_of(weights) == [0.0, 4.0]


@pytest.mark.parametrize(
    ("step", "decay"), [(0, 0.1), (1, 2 / 11), (10, 11 / 20), (80, 0.9), (81, 0.9), (10**6, 0.9)]
)
def test_the_share_grows_up_to_the_decay(step, decay):
    assert WeightAverage(variables(0.0), decay=0.9).decay_at(step) == pytest.approx(decay)


def test_a_moving_average_goes_on_from_arrays_and_begins_at_the_weights():
    weights = variables(1.0)
    average = WeightAverage(weights, decay=0.9)
    average.restore([np.full((2,), 5.0, np.float32)], FOLDER)
    assert float(average.arrays()[0][0]) == 5.0
    weights[0].assign([7.0, 7.0])
    average.restore([], FOLDER)
    assert float(average.arrays()[0][0]) == 7.0
    with pytest.raises(TrainingError, match="somewhere"):
        average.restore([np.zeros(3, np.float32)], FOLDER)


def test_the_mean_is_over_the_last_epochs():
    weights = variables(1.0, -1.0)
    average = CheckpointAverage(weights, count=2)
    seen = []
    for value in (1.0, 3.0, 9.0):
        weights[0].assign([value, value])
        average.end_epoch()
        with average.swapped_in():
            seen.append(values_of(weights))
        assert values_of(weights) == [value, -1.0]
    assert seen == [[1.0, -1.0], [2.0, -1.0], [6.0, -1.0]]
    assert [float(array[0]) for array in average.arrays()] == [3.0, -1.0, 9.0, -1.0]


def test_the_mean_goes_on_from_arrays():
    weights = variables(0.0, 0.0)
    average = CheckpointAverage(weights, count=3)
    arrays = [np.full((2,), value, np.float32) for value in (1.0, 2.0, 5.0, 4.0)]
    average.restore(arrays, FOLDER)
    with average.swapped_in():
        assert values_of(weights) == [3.0, 3.0]
    average.restore(arrays[:2], FOLDER)  # and forgets what it had
    with average.swapped_in():
        assert values_of(weights) == [1.0, 2.0]
    average.restore([], FOLDER)
    assert average.arrays() == []
    for wrong in (arrays[:3], [arrays[0], np.zeros(3, np.float32)]):
        with pytest.raises(TrainingError, match="somewhere"):
            average.restore(wrong, FOLDER)


def test_weights_come_back_after_an_error():
    weights = variables(1.0)
    average = WeightAverage(weights, decay=0.9)
    weights[0].assign([2.0, 2.0])
    with pytest.raises(KeyboardInterrupt), average.swapped_in():
        assert values_of(weights) == [1.0]
        raise KeyboardInterrupt
    assert values_of(weights) == [2.0]


def test_whole_numbers_stay_whole():
    """Such as the counters of a layer, which are weights too."""
    counter = keras.Variable(np.array([3], np.int32), trainable=False, dtype="int32")
    average = CheckpointAverage([counter], count=2)
    for value in (3, 6):
        counter.assign([value])
        average.end_epoch()
    with average.swapped_in():
        assert counter.numpy().tolist() == [4]
    assert counter.numpy().tolist() == [6]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, None),
        ({"average_checkpoints": 1}, None),
        ({"average_checkpoints": 2}, CheckpointAverage),
        ({"ema": 0.5}, WeightAverage),
    ],
)
def test_which_average_is_asked_for(options, kind):
    made = make_average(TrainConfig(**options), variables(0.0))
    assert type(made) is (kind or type(None))
    if kind is WeightAverage:
        assert made.decay_at(10**6) == 0.5
    if kind is CheckpointAverage:
        for _ in range(3):
            made.end_epoch()
        assert len(made.arrays()) == 2
