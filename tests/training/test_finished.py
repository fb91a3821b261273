"""A finished training goes on to become a longer one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.training import History
from kerasapps.training import finished as finished_module
from kerasapps.training.finished import Finished
from kerasapps.training.schedules import rate_factor
from tests.training.small import STEPS, Silent, make_model, train, validation_batches
from tests.values import kinds_of

SHORT, LONG = TrainConfig(epochs=2, learning_rate=0.01), TrainConfig(epochs=5, learning_rate=0.01)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    model, history = train(tmp_path_factory.mktemp("short"), SHORT)
    return Finished(history, model.get_weights())


def test_the_longer_training_has_the_finished_epochs_and_what_is_left_of_its_schedule(
    tmp_path, finished
):
    reporter = Silent()
    _, history = train(tmp_path, LONG, finished=finished, reporter=reporter)
    assert history.rows[:2] == finished.history.rows and history.extended == (2,)
    assert [row.epoch for row in reporter.rows] == [3, 4, 5]
    assert (reporter.course.epochs, reporter.course.done) == (5, 2)
    ends = [(2 + (each * STEPS - 0.5) / STEPS) / 5 for each in (1, 2, 3)]
    expected = [0.01 * rate_factor("cosine", share, warmup=0.05) for share in ends]
    assert [row.learning_rate for row in reporter.rows] == pytest.approx(expected)
    assert history.seconds > finished.history.seconds
    assert History.from_dict(history.as_dict()) == history


def test_it_begins_with_the_finished_weights(tmp_path, finished):
    """At a rate of next to nothing the first new epoch is as good as the best until then."""
    config = dataclasses.replace(LONG, epochs=3, learning_rate=1e-9)
    model, history = train(tmp_path, config, finished=finished)
    assert history.rows[2].val_loss == pytest.approx(finished.history.best.val_loss, rel=0.05)
    for after, before in zip(model.trainable_weights, make_weights(finished), strict=True):
        assert np.allclose(after.numpy(), before, atol=1e-6)


def test_its_weights_may_be_changed_before_the_longer_training(finished):
    def zeroed(model):
        model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
        return model

    changed = finished.through(make_model(), zeroed)
    assert changed.history == finished.history
    assert not any(map(np.any, changed.weights)) and any(map(np.any, finished.weights))
    same = finished.through(make_model(), lambda model: model)
    assert all(map(np.array_equal, same.weights, finished.weights))


def make_weights(finished):
    model = make_model()
    model.set_weights(finished.weights)
    return [weight.numpy() for weight in model.trainable_weights]


def test_where_no_later_epoch_is_better_its_weights_stay(tmp_path, finished):
    best = max(finished.history.rows, key=lambda row: row.epoch)
    rows = tuple(
        dataclasses.replace(row, val_figure=2.0 if row is best else 0.0)
        for row in finished.history.rows
    )
    unbeaten = Finished(
        dataclasses.replace(finished.history, rows=rows, best_epoch=best.epoch), finished.weights
    )
    model, history = train(tmp_path, LONG, finished=unbeaten)
    assert history.best_epoch == best.epoch and len(history.rows) == 5
    assert all(map(np.array_equal, model.get_weights(), finished.weights))


def test_a_killed_extension_goes_on_exactly(tmp_path, finished):
    reference, expected = train(tmp_path / "whole", LONG, finished=finished)
    with pytest.raises(KeyboardInterrupt):
        reporter = Silent(interrupt_after=4)
        train(tmp_path / "parts", LONG, finished=finished, reporter=reporter)
    parts, history = train(tmp_path / "parts", LONG)  # its checkpoint knows what it goes on from
    assert [(row.val_loss, row.learning_rate) for row in history.rows] == [
        (row.val_loss, row.learning_rate) for row in expected.rows
    ]
    assert history.extended == (2,)
    assert all(map(np.array_equal, reference.get_weights(), parts.get_weights()))


def test_patience_counts_the_epochs_after_the_finished_ones(tmp_path, finished):
    """All of them are worse than the finished ones, yet the training waits for two."""
    rows = tuple(dataclasses.replace(row, val_loss=0.0) for row in finished.history.rows)
    config = dataclasses.replace(LONG, epochs=20, early_stopping=2, schedule="constant")
    wrong = validation_batches().map(lambda x, y: (x, y[:, ::-1])).take(1)
    _, history = train(
        tmp_path,
        config,
        finished=dataclasses.replace(
            finished, history=dataclasses.replace(finished.history, rows=rows)
        ),
        validation=wrong,
    )
    later = [row.val_loss for row in history.rows[2:]]
    assert history.stopped == "early stopping"
    assert len(later) >= 3 and later.index(min(later)) == len(later) - 3


def test_another_networks_weights_are_refused(tmp_path, finished):
    other = dataclasses.replace(finished, weights=finished.weights[:-1])
    with pytest.raises(TrainingError, match="made by another version, so it cannot be trained"):
        train(tmp_path, LONG, finished=other)
    assert not list(tmp_path.iterdir())


def test_kinds_of_values():
    assert kinds_of(finished_module) == {"Finished": "frozen"}
