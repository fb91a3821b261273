"""Objects of the user's on their way to trials: as they were, or refused by name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.process.user_code import imported_file
from kerasapps.training import Hooks
from kerasapps.tuning.spaces import Candidate, default_space
from kerasapps.workflow.search.objects import (
    check_sendable,
    check_space,
    objects_in,
    objects_of,
    send_objects,
    stored_objects,
    trial_hooks,
)

TUNE = TuneConfig(trials=1)


class Patient(keras.callbacks.Callback):
    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs


class Twice(keras.metrics.Mean):
    """Of a class that nobody registered."""


class Shifted(keras.metrics.Mean):
    """Likewise of a class without a `get_config` of its own."""

    def __init__(self, shift: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.shift = shift


class Weighted(keras.losses.Loss):
    """Without a `get_config` of its own, which would lose the weight."""

    def __init__(self, weight: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.weight = weight

    def call(self, truth: Any, logits: Any) -> Any:
        return self.weight * own_loss(truth, logits)


def own_loss(truth: Any, logits: Any) -> Any:
    return keras.ops.mean(keras.ops.square(truth - logits), -1)


def own_share(truth: Any, answers: Any, scale: float = 1.0) -> Any:
    return scale * (truth - answers)


def sent(hooks: Hooks, folder: Path) -> Hooks:
    """What a trial gets, by way of JSON."""
    check_sendable(hooks, TUNE)
    stored = json.loads(json.dumps(stored_objects(send_objects(hooks, folder))))
    return objects_of(objects_in(stored))


def test_a_trial_has_them_as_they_were(tmp_path: Path) -> None:
    hooks = Hooks(
        callbacks=[Patient(3), keras.callbacks.EarlyStopping("val_f", patience=4)],
        metrics=[keras.metrics.F1Score(average="macro", name="f"), own_share, Twice(name="t")],
        loss=own_loss,
        optimizer=keras.optimizers.Lion(1e-3, beta_1=0.8),
    )
    trial = sent(hooks, tmp_path)
    assert trial.describe_all() == hooks.describe_all()
    assert trial.loss is own_loss and trial.directions == hooks.directions
    first, second = trial.callbacks
    assert isinstance(first, Patient) and first.epochs == 3 and first is not hooks.callbacks[0]
    assert second.patience == 4
    focal = Hooks(loss=keras.losses.CategoricalFocalCrossentropy(gamma=3.0, from_logits=True))
    assert sent(focal, tmp_path).loss.get_config()["gamma"] == 3.0
    weighted = sent(Hooks(loss=Weighted(weight=3.0, name="w")), tmp_path).loss
    assert isinstance(weighted, Weighted) and (weighted.weight, weighted.name) == (3.0, "w")
    scaled = keras.metrics.MeanMetricWrapper(own_share, name="scaled", scale=0.5)
    (scaled,) = sent(Hooks(metrics=[scaled]), tmp_path).metrics
    scaled.update_state(np.float32([[3]]), np.float32([[1]]))
    assert float(scaled.result()) == 1.0 and scaled.name == "scaled"
    nothing = Hooks()
    assert send_objects(nothing, tmp_path) is None and objects_of(None).is_empty


def test_what_stands_in_the_script_that_searches_comes_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "searching.py"
    script.write_text("def scripts_loss(truth, logits):\n    return truth - logits\n")
    module = imported_file(script)
    module.scripts_loss.__module__ = "__main__"
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "__main__", module)
        objects = send_objects(Hooks(loss=module.scripts_loss), tmp_path)
    assert objects is not None and objects.load().loss is module.scripts_loss


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        (
            {"callbacks": [keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)]},
            "LearningRateScheduler of callbacks= cannot be sent .* at the top level of a file",
        ),
        ({"loss": lambda truth, logits: truth}, "<lambda> of loss= cannot be sent"),
        ({"metrics": [Shifted(2.0)]}, r"Shifted of metrics=.*get_config\(\) leaves out shift"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(objects: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check_sendable(Hooks(**objects), TUNE)


def test_other_machines_get_none() -> None:
    chief = TuneConfig(role="chief", chief="localhost:9", secret_file="secret")
    with pytest.raises(ConfigError, match=r"are not sent to other machines: .*TuneConfig\.role"):
        check_sendable(Hooks(loss=own_loss), chief)
    check_sendable(Hooks(), chief)


def test_a_search_varies_the_rate_of_an_optimizer_and_nothing_else_that_it_says() -> None:
    hooks = Hooks(optimizer=keras.optimizers.Lion(1e-3), loss=own_loss)
    assert set(hooks.unsearched) == {
        *("optimizer", "weight_decay", "beta_2", "clip_norm", "label_smoothing")
    }
    other = trial_hooks(hooks, {"mlp/learning_rate": 0.5, "model": "mlp"})
    assert float(other.optimizer.learning_rate) == 0.5  # type: ignore[union-attr]
    assert trial_hooks(hooks, {"width": 2.0}) is hooks
    candidate = Candidate(
        "mlp", lambda draft: draft.around("weight_decay", 10), {"weight_decay": 1}
    )
    space = default_space([candidate])
    with pytest.raises(ConfigError, match=r"s\.yaml: weight_decay is said by the optimizer="):
        check_space(space, hooks, where="s.yaml")
    check_space(space, Hooks(), where="s.yaml")
