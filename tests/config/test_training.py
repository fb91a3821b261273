"""Models and trainings: what holds where nobody says, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.errors import ConfigError

from .bounds import Number, check_choice, check_defaults, check_number

SAID = {
    "checkpoint_minutes": 10.0,
    "l1": 0.0,
    "l2": 0.0,
    "precision": "auto",
    "xla": "auto",
    "fine_tune_rate": 0.1,
    "layer_decay": 0.75,
    "seed": 0,
    "deterministic": False,
    "tensorboard": False,
    "devices": "auto",
}
SHARE = Number(0, 1)


def test_where_nobody_says_which_model() -> None:
    sizes = {"width": 1.0, "depth": 1.0, "kernel": None, "size_budget_kb": None}
    check_defaults(ModelConfig, {"model": "auto", **sizes})


def test_where_nobody_says_how_to_train_most_is_left_to_the_model() -> None:
    names = [field.name for field in dataclasses.fields(TrainConfig)]
    check_defaults(TrainConfig, {**dict.fromkeys(names), **SAID})


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("width", Number(0.05, 8)),
        ("depth", Number(0.05, 8)),
        ("kernel", Number(1, 15, whole=True, may_be_none=True)),
        ("size_budget_kb", Number(1, None, may_be_none=True)),
    ],
)
def test_bounds_of_models(name: str, number: Number) -> None:
    check_number(ModelConfig, name, number)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("epochs", Number(1, None, whole=True, may_be_none=True)),
        ("batch_size", Number(1, None, whole=True, may_be_none=True)),
        ("head_epochs", Number(0, None, whole=True, may_be_none=True)),
        ("early_stopping", Number(0, None, whole=True, may_be_none=True)),
        ("average_checkpoints", Number(1, 100, whole=True, may_be_none=True)),
        ("seed", Number(0, 2**31 - 1, whole=True)),
        ("learning_rate", Number(1e-9, 100, may_be_none=True)),
        ("weight_decay", Number(0, 1, may_be_none=True)),
        ("warmup", Number(0, 1, may_be_none=True)),
        ("beta_2", Number(0.5, 0.999999, may_be_none=True)),
        ("label_smoothing", Number(0, 0.95, may_be_none=True)),
        ("dropout", Number(0, 0.95, may_be_none=True)),
        ("clip_norm", Number(1e-9, None, may_be_none=True)),
        ("ema", Number(0.5, 0.99999, may_be_none=True)),
        ("time_budget", Number(0.01, None, may_be_none=True)),
        ("l1", SHARE),
        ("l2", SHARE),
        ("fine_tune_rate", SHARE),
        ("layer_decay", SHARE),
    ],
)
def test_bounds_of_trainings(name: str, number: Number) -> None:
    check_number(TrainConfig, name, number)


def test_names() -> None:
    optimizers = ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "muon")
    schedules = ("constant", "cosine", "inverse_sqrt", "linear", "one_cycle", "step")
    check_choice(TrainConfig, "optimizer", optimizers)
    check_choice(TrainConfig, "schedule", schedules, may_be_none=True)
    check_choice(TrainConfig, "precision", ("auto", "float32", "bfloat16", "float16"))
    check_choice(TrainConfig, "xla", ("auto", "on", "off"))


def test_weights_of_classes_are_balanced_or_a_mapping() -> None:
    for weights in (None, "balanced", {"a": 2.0}):
        assert TrainConfig(class_weights=weights).class_weights == weights
    for wrong in ("even", 2.0, ["a", 2.0]):
        with pytest.raises(ConfigError, match=r'class_weights must be "balanced" or a mapping'):
            TrainConfig(class_weights=wrong)  # type: ignore[arg-type]
    assert TrainConfig(class_weights={"a": 0}).class_weights == {"a": 0}
    for weight in (-1.0, float("nan"), float("inf"), "2", None, True):
        with pytest.raises(ConfigError, match="class_weights must be a number from 0 to 1000000"):
            TrainConfig(class_weights={"a": 1.0, "b": weight})  # type: ignore[dict-item]


def test_a_model_has_a_name() -> None:
    for wrong in ("", None, 3):
        with pytest.raises(ConfigError, match=r"ModelConfig\.model must be a name"):
            ModelConfig(model=wrong)  # type: ignore[arg-type]
