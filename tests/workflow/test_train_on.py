"""A network that is trained on: for how long, and what is said of data that cannot be read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tensorflow as tf

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.errors import DataError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training.hooks import NO_HOOKS
from kerasapps.workflow import train_on as module
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.plan import Plan
from kerasapps.workflow.train_on import epochs_of_about, train_on


@pytest.mark.parametrize(("steps", "epochs"), [(1, 10), (30, 10), (31, 10), (100, 3), (301, 2)])
def test_whole_epochs_come_to_so_many_steps(steps: int, epochs: int) -> None:
    assert epochs_of_about(300, steps_per_epoch=steps, within=(2, 10)) == epochs


def test_an_example_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fit(learner: Any, **options: Any) -> Any:
        assert options["folder"] == tmp_path / "later" and options["kept_from"] == 3
        raise tf.errors.InvalidArgumentError(None, None, "at op: DataError: a.png: it is gone")

    monkeypatch.setattr(module, "fit_in_phases", fit)
    plan = Plan(ModelConfig(model="cnn"), TrainConfig(), "conv", 60.0, CLASSES)
    splits = SimpleNamespace(fingerprint="0", pseudo=None)
    judging: Any = SimpleNamespace(splits=splits, answer=CLASSES)
    batches: Any = SimpleNamespace(training=None, validation=None, steps_per_epoch=5)
    none: Any = None
    with pytest.raises(DataError, match=r"^a\.png: it is gone$"):
        train_on(
            none,
            Experiment(plan, none, judging, batches, hooks=NO_HOOKS),
            config=TrainConfig(epochs=4),
            name="later",
            settings={},
            work=tmp_path,
            log_dir=tmp_path,
            criterion=CLASS_CRITERION,
            judge=None,
            kept_from=3,
        )
