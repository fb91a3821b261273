"""What TensorBoard is told of each epoch."""

from __future__ import annotations

import dataclasses

import pytest
import tensorflow as tf

from kerasapps.training.history import EpochRow, History
from kerasapps.training.progress import Course, Moment
from kerasapps.training.tensorboard import TensorBoardReporter

ROW = EpochRow(3, "train", 0.25, 1.5, 0.75, 0.5, 2.0, 0.625)


def logged(folder):
    """`(step, name, value)` of every scalar below."""
    (path,) = folder.iterdir()
    events = tf.compat.v1.train.summary_iterator(str(path))
    return [
        (event.step, value.tag, float(tf.make_ndarray(value.tensor)))
        for event in events
        for value in event.summary.value
    ]


@pytest.mark.parametrize(("metric", "quality"), [(None, "accuracy"), (31.0, "rmse")])
def test_figures_of_both_splits(tmp_path, metric, quality):
    reporter = TensorBoardReporter(tmp_path, quality=quality)
    reporter.begin(Course(4, 60, 0))
    reporter.update(Moment(3, "train", 1, 1.0, 9.0, 9.0, 0.5, None))
    reporter.epoch(dataclasses.replace(ROW, val_metric=metric), best=True)
    # It is there at once, not at the end.
    assert logged(tmp_path / "train") == [
        (3, "loss", 0.75), (3, quality, 0.5), (3, "seconds", 1.5), (3, "learning_rate", 0.25),
    ]  # fmt: skip
    expected = [(3, "loss", 2.0), (3, quality, 0.625)]
    expected += [] if metric is None else [(3, "metric", 31.0)]
    assert logged(tmp_path / "validation") == expected
    reporter.end(History((ROW,), 3, "epochs", 1.0, quality=quality))
    with pytest.raises(RuntimeError), reporter._train.as_default(step=1):
        tf.summary.scalar("late", 1.0)
    with pytest.raises(RuntimeError), reporter._validation.as_default(step=1):
        tf.summary.scalar("late", 1.0)
