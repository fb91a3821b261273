"""Spaces from a user's function: defaults and checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kerasapps.config import ImageConfig, LoadConfig, ModelConfig, TrainConfig, TranslationConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.space import Space
from kerasapps.tuning.space_checks import kind_of, searchable_options
from kerasapps.tuning.user_space import space_from

KNOWN = searchable_options(ModelConfig(), TrainConfig(), ImageConfig(), TranslationConfig())
DEFAULTS = {
    "model": "cnn",
    "width": 1.0,
    "kernel": 3,
    "learning_rate": 2e-3,
    "weight_decay": 0.0,
    "batch_size": 48,
    "augment": "light",
    "tied": True,
    "clip_norm": None,
    "epochs": 30,
}


def _space(function: Callable[[Any], object], **more: Any) -> Space:
    return space_from(function, defaults=DEFAULTS, known=KNOWN, **more)


def _refused(function: Callable[[Any], object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        _space(function)


def test_the_first_trial_is_the_options_as_they_are() -> None:
    def ask(hp: Any) -> None:
        seen.append(hp.Float("learning_rate", 1e-5, 1e-3, sampling="log"))
        seen.append(hp.Choice("width", [1, 2]))
        seen.append(hp.Int("batch_size", 16, 64))
        seen.append(hp.Boolean("tied"))
        hp.Fixed("epochs", 10)

    seen: list[Any] = []
    space = _space(ask)
    assert seen == [2e-3, 1.0, 48, True], "hp answers with the options as they are"
    expected = {"learning_rate": 2e-3, "width": 1.0, "batch_size": 48, "tied": True, "epochs": 10}
    assert space.values == expected
    assert {hp.name: hp.default for hp in space.space} == expected
    # Outside of its range, which no other trial leaves.
    assert all(space.space[0].random_sample(seed) <= 1e-3 for seed in range(20))
    assert space.space[1].values == [1.0, 2.0]


def test_a_list_of_numbers_gets_the_first_trials_value_in_its_place() -> None:
    space = _space(lambda hp: (hp.Choice("batch_size", [32, 64]), hp.Choice("width", [2.0, 0.5])))
    assert [list(hp.values) for hp in space.space] == [[32, 48, 64], [1.0, 2.0, 0.5]]


def test_a_list_of_words_without_the_first_trials_is_refused() -> None:
    _refused(lambda hp: hp.Choice("augment", ["none", "strong"]), "augment lacks 'light'")


def test_options_that_cannot_be_searched_are_refused_by_name() -> None:
    _refused(lambda hp: hp.Float("learning_rat", 0, 1), "Did you mean 'learning_rate'")
    for name in ("seed", "monitor", "text_column", "time_budget", "quantization"):
        assert name not in KNOWN
    _refused(lambda hp: hp.Choice("seed", [1, 2]), "option 'seed' cannot be searched")
    assert kind_of(LoadConfig(), "cache_mb") == "int"
    assert kind_of(TrainConfig(), "class_weights") == "text"
    assert (kind_of(TranslationConfig(), "tied"), kind_of(TrainConfig(), "ema")) == (
        "boolean",
        "float",
    )


def test_values_that_the_option_refuses_are_found_before_any_trial() -> None:
    _refused(lambda hp: hp.Choice("width", [1.0, 9.0]), r"width: must be a number .*got 9.0")
    _refused(lambda hp: hp.Float("learning_rate", 0, 1), "learning_rate: must be")
    _refused(lambda hp: hp.Int("batch_size", 1, 0), "min_value")
    _refused(lambda hp: hp.Choice("augment", ["light", "much"]), "'much'")
    _refused(lambda hp: hp.Fixed("epochs", 0), "epochs: must be")


def test_a_hyperparameter_is_of_its_options_kind() -> None:
    _refused(lambda hp: hp.Float("batch_size", 1, 64), "searched by hp.Int or hp.Choice")
    _refused(lambda hp: hp.Choice("tied", [True, False]), "searched by hp.Boolean")
    _refused(lambda hp: hp.Int("learning_rate", 1, 2), "hp.Float or hp.Choice")


def test_what_cannot_start_is_refused() -> None:
    _refused(lambda hp: hp.Float("clip_norm", 0.1, 1), "set clip_norm itself")
    _refused(lambda hp: hp.Float("weight_decay", 1e-4, 0.1, sampling="log"), "logarithmic range")
    _refused(lambda hp: hp.Float("width", 0.5, 2, default=1.5), r"first trial is.*1\.0")
    _refused(lambda hp: None, "nothing to search")
    _refused(lambda hp: hp.Fixed("epochs", 10), "nothing to search")
    _refused(lambda hp: 1 / 0, "The space function failed: ZeroDivisionError")


def _two_models(hp: Any) -> None:
    hp.Choice("model", ["cnn", "vit"])
    for model, most in (("cnn", 2.0), ("vit", 1.5)):
        with hp.conditional_scope("model", [model]), hp.name_scope(model):
            hp.Float("width", 0.5, most)
    with hp.conditional_scope("model", ["cnn"]), hp.name_scope("cnn"):
        hp.Choice("batch_size", [24, 48])


def test_twins_are_refused_because_keras_tuner_forgets_their_values() -> None:
    def one_name(hp: Any) -> None:
        hp.Choice("model", ["cnn", "vit"])
        for model in ("cnn", "vit"):
            with hp.conditional_scope("model", [model]):
                hp.Float("width", 0.5, 2.0)

    def two_at_once(hp: Any) -> None:
        _two_models(hp)
        hp.Float("width", 0.5, 2.0)

    _refused(one_name, "stands there twice.*name_scope")
    _refused(two_at_once, "width stands there twice")


def test_the_recipes_models_come_first() -> None:
    space = _space(lambda hp: hp.Float("width", 0.5, 2.0), models=("cnn", "vit"))
    assert [hp.name for hp in space.space] == ["model", "width"]
    assert space.values["model"] == "cnn"
