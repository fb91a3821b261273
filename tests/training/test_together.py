"""What a process of a team takes for the loss of another one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.cluster import Cluster
from kerasapps.errors import DataError, TrainingError
from kerasapps.training.together import Together

ALIKE: Any = None  # a strategy, of which nothing is asked here


def refuse(_: np.ndarray) -> np.ndarray:
    raise DataError("shot.png cannot be decoded")


def test_an_example_that_cannot_be_read_is_not_told_as_a_lost_machine():
    read = tf.data.Dataset.range(1).map(lambda row: tf.numpy_function(refuse, [row], tf.int64))
    team = Together(Cluster(("10.0.0.1:9123", "10.0.0.2:9123"), 0), ALIKE)
    with pytest.raises(tf.errors.OpError, match=r"DataError: shot\.png"), team.watched():
        next(iter(read))


def test_a_lost_machine_is_named(monkeypatch):
    team = Together(Cluster(("10.0.0.1:9123", "10.0.0.2:9123"), 0), ALIKE)
    monkeypatch.setattr(team, "_told", lambda: None)  # nobody can be asked
    with (
        pytest.raises(TrainingError, match=r"Worker 1 \(10\.0\.0\.2:9123\) is gone"),
        team.watched(),
    ):
        raise tf.errors.UnavailableError(None, None, "failed to connect")
