"""Whether a network is fine-tuned for int8, for how long, and what becomes of a failure."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from kerasapps.config import CompressConfig, ModelConfig, TrainConfig
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow import fine_tuning
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fine_tuning import FineTuning, leaving_time, refuse_untraceable
from kerasapps.workflow.plan import Plan


def dense() -> keras.Model:
    taken = keras.Input((4,))
    return keras.Model(taken, keras.layers.Dense(2)(taken))


def recurrent() -> keras.Model:
    taken = keras.Input((4, 2))
    return keras.Model(taken, keras.layers.GRU(2)(taken), name="loops")


def asked(
    network: keras.Model | None = None, *, seconds: float = 60.0, **options: Any
) -> FineTuning:
    budget, qat = options.pop("budget", None), options.get("qat", False)
    history: Any = SimpleNamespace(seconds=seconds, rows=[])
    train = TrainConfig(time_budget=budget)
    plan = Plan(ModelConfig(model="cnn"), train, "conv", 60.0, CLASSES)
    none: Any = None
    batches: Any = SimpleNamespace(steps_per_epoch=100)
    experiment = Experiment(plan, none, none, batches, attack=options.pop("attack", None))
    experiment = leaving_time(experiment) if qat else experiment
    compress = CompressConfig(**options)
    place = Path("nowhere")
    return FineTuning(network or dense(), experiment, history, compress, {}, place, place)


def test_it_takes_what_is_left_of_the_time_budget() -> None:
    assert asked().minutes is None
    assert asked(budget=5.0).minutes == pytest.approx(4.0)
    # What was kept for it is there, though the training took a little more than its share.
    late = asked(budget=1.0, seconds=58.0, qat=True)
    assert late.minutes == pytest.approx(0.1) and late.objection() == ""
    spent = asked(budget=1.0, seconds=58.0)
    assert "took the time budget (with qat a fifth of it is kept" in spent.objection()
    assert spent.run() == spent.objection()


def test_what_bears_attacks_is_not_fine_tuned_without_them() -> None:
    assert "knows no attacks" in asked(attack=object()).objection()
    assert asked().objection() == ""


def test_a_fifth_of_the_budget_is_left_where_it_is_asked_for() -> None:
    asking = asked(budget=10.0, qat=True, seconds=8 * 60)
    assert asking.experiment.plan.train.time_budget == 8
    assert asking.budget == 10 and asking.minutes == pytest.approx(2)
    assert asked(qat=True).experiment.plan.train.time_budget is None
    # Neither part is shorter than a training may be.
    hasty = asked(budget=0.01, qat=True, seconds=60)
    assert hasty.experiment.plan.train.time_budget == hasty.minutes == 0.01


def test_epochs_are_those_that_were_asked_for() -> None:
    assert asked().epochs == 3  # about 300 steps
    assert asked(qat=True, qat_epochs=7).epochs == 7


def test_networks_with_loops_are_refused_before_their_training() -> None:
    refuse_untraceable(dense())
    with pytest.raises(ConfigError, match=r"loops computes in a loop .*Leave qat out"):
        refuse_untraceable(recurrent())
    assert "as recurrent networks do" in asked(recurrent()).objection()


def test_a_failure_costs_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **options: Any) -> Any:
        raise TrainingError("The loss became nan in epoch 1.")

    monkeypatch.setattr(fine_tuning, "fine_tune", fail)
    assert asked().run() == "The loss became nan in epoch 1."


def test_a_full_disk_ends_the_run_which_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **options: Any) -> Any:
        raise OSError("No space left on device")

    monkeypatch.setattr(fine_tuning, "fine_tune", fail)
    with pytest.raises(OSError, match="No space"):
        asked().run()
