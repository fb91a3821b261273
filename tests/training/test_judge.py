"""A judge after every epoch, and the mean of the last epochs' weights that it may judge."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import Monitor, clock, seed_everything
from tests.training.small import Silent, make_model, train


class Script:
    """A judge that says one figure after the other and notes the weights that it saw."""

    def __init__(self, *figures: float, model: keras.Model | None = None) -> None:
        self.left = list(figures)
        self.model = model
        self.seen: list[np.ndarray] = []

    def __call__(self) -> float:
        if self.model is not None:
            self.seen.append(self.model.get_layer("logits").kernel.numpy())
        return self.left.pop(0)


def test_the_judge_decides_what_is_best_and_when_it_is_enough(tmp_path):
    config = TrainConfig(epochs=10, monitor="macro_f1", early_stopping=2)
    _, history = train(tmp_path, config, judge=Script(10.0, 30.0, 20.0, 25.0, 99.0))
    assert [row.val_metric for row in history.rows] == [10.0, 30.0, 20.0, 25.0]
    assert (history.best_epoch, history.stopped) == (2, "early stopping")
    assert history.rows[3].val_loss < history.rows[1].val_loss  # which the loss would have kept
    history.write_csv(tmp_path / "history.csv")
    header, first, *_ = (tmp_path / "history.csv").read_text().splitlines()
    assert header.endswith(",val_metric") and first.endswith(",10.0")


def test_by_default_the_judge_only_informs(tmp_path):
    _, history = train(tmp_path, TrainConfig(epochs=2), judge=Script(30.0, 0.0))
    merit = Monitor("accuracy", CLASSES).merit
    assert merit(history.best) == max(map(merit, history.rows))
    assert [row.val_metric for row in history.rows] == [30.0, 0.0]


def test_a_judge_without_a_number_ends_the_training(tmp_path):
    with pytest.raises(TrainingError, match="validation metric became nan in epoch 1"):
        train(tmp_path, TrainConfig(epochs=1), judge=Script(float("nan")))


def test_the_mean_of_the_last_epochs_is_judged_and_kept(tmp_path):
    """Against the weights of a plain run: averaging must not change how training goes on."""
    options = {"epochs": 4, "schedule": "constant", "learning_rate": 0.01}
    raw: list[np.ndarray] = []

    class Collector(Silent):
        def epoch(self, row, *, best):
            raw.append(model.get_layer("logits").kernel.numpy())

    seed_everything(TrainConfig())
    model = make_model()
    judge = Script(1.0, 2.0, 3.0, 4.0, model=model)
    config = TrainConfig(average_checkpoints=3, monitor="macro_f1", **options)
    train(tmp_path / "mean", config, model=model, judge=judge, reporter=Collector())
    config = TrainConfig(monitor="macro_f1", **options)
    plain, _ = train(tmp_path / "plain", config, judge=Script(1.0, 2.0, 3.0, 4.0))
    assert np.array_equal(raw[-1], plain.get_layer("logits").kernel.numpy())
    for epoch, seen in enumerate(judge.seen):
        expected = np.mean(raw[max(0, epoch - 2) : epoch + 1], axis=0)
        assert np.allclose(seen, expected, atol=1e-7)
    assert not np.allclose(judge.seen[-1], raw[-1], atol=1e-4)
    assert np.array_equal(model.get_layer("logits").kernel.numpy(), judge.seen[-1])


def test_resume_is_exact_with_judge_and_average(tmp_path):
    config = TrainConfig(epochs=5, average_checkpoints=3, monitor="macro_f1")
    figures = (1.0, 5.0, 4.0, 6.0, 3.0)
    reference, expected = train(tmp_path / "whole", config, judge=Script(*figures))
    with pytest.raises(KeyboardInterrupt):
        interrupted = Silent(interrupt_after=3)
        train(tmp_path / "parts", config, judge=Script(*figures), reporter=interrupted)
    parts, history = train(tmp_path / "parts", config, judge=Script(*figures[3:]))
    for first, second in zip(reference.get_weights(), parts.get_weights(), strict=True):
        assert np.array_equal(first, second)
    assert [(r.loss, r.val_loss, r.val_metric) for r in expected.rows] == [
        (r.loss, r.val_loss, r.val_metric) for r in history.rows
    ]
    assert history.best_epoch == expected.best_epoch == 4


def test_the_judges_time_is_within_the_budget(tmp_path, monkeypatch):
    """Time passes only in the judge, 10 s each time, and 20 ms at each look at the clock."""
    now = [0.0]

    def look() -> float:
        now[0] += 0.02
        return now[0]

    def judge() -> float:
        now[0] += 10
        return 1.0

    monkeypatch.setattr(clock.time, "monotonic", look)
    _, history = train(tmp_path, TrainConfig(time_budget=1.0), judge=judge)
    assert history.stopped == "time budget" and len(history.rows) > 2
    assert 50 < history.seconds <= 60
