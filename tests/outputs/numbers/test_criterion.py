from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.outputs.numbers.criterion import number_criterion, number_score

OUTPUTS = tf.constant([[0.0], [1.0], [2.0]])
TARGETS = tf.constant([[0.0], [2.0], [0.0]])


def test_the_loss_is_the_mean_square_and_the_figure_the_error_in_its_own_unit() -> None:
    criterion = number_criterion(10.0)
    score = criterion.score(OUTPUTS, TARGETS)
    assert float(score.loss) == pytest.approx(5 / 3)
    losses, errors, count = np.asarray(score.sums)
    assert (losses, errors, count) == (5, 5, 3)
    assert criterion.figure(errors / count) == pytest.approx((500 / 3) ** 0.5)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_the_figure_is_one_where_its_square_is_none_in_float32(scale: float) -> None:
    criterion = number_criterion(scale)
    _, errors, count = np.asarray(criterion.score(OUTPUTS, TARGETS).sums)
    assert criterion.figure(errors / count) == pytest.approx(scale * (5 / 3) ** 0.5)


def test_weights_weigh_the_loss_and_not_the_figure() -> None:
    score = number_score(OUTPUTS, TARGETS, tf.constant([1.0, 3.0, 0.0]))
    assert float(score.loss) == pytest.approx(1)
    assert np.asarray(score.sums).tolist() == [3, 5, 3]


def test_half_precision_is_scored_in_full() -> None:
    score = number_score(tf.cast(OUTPUTS, tf.float16), TARGETS)
    assert score.loss.dtype == tf.float32 and score.sums.dtype == tf.float32


def test_numbers_are_not_smoothed() -> None:
    with pytest.raises(ConfigError, match="label_smoothing"):
        number_score(OUTPUTS, TARGETS, smoothing=0.1)
