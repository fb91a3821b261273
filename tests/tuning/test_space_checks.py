"""Spaces against the options that they name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

import keras_tuner
import pytest

from kerasapps.config import ModelConfig, TextConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.space_checks import (
    checked_space,
    choose_option,
    kind_of,
    searchable_options,
)

KNOWN = searchable_options(ModelConfig(), TrainConfig())
DEFAULTS = {
    "model": "cnn",
    "width": 1.0,
    "learning_rate": 0.002,
    "batch_size": 48,
    "weight_decay": 0.0,
    "clip_norm": None,
}


def checked(ask: Callable[[Any], object], **defaults: Any) -> keras_tuner.HyperParameters:
    draft = keras_tuner.HyperParameters()
    ask(draft)
    return checked_space(draft, where="SPACE", defaults=DEFAULTS | defaults, known=KNOWN)


def refused(ask: Callable[[Any], object], **defaults: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        checked(ask, **defaults)
    return str(caught.value)


@dataclasses.dataclass(frozen=True)
class Options:
    on: bool = True
    both: bool | int = 1
    share: float | None = None
    number: float | int = 1
    count: int | None = None
    word: Literal["a", "b"] = "a"
    word_or_count: Literal["auto"] | int = 1
    words: tuple[str, ...] = ()


def test_the_kind_of_an_option_is_that_of_its_values() -> None:
    kinds = {each.name: kind_of(Options(), each.name) for each in dataclasses.fields(Options)}
    assert kinds == {
        "on": "boolean",
        "both": "boolean",
        "share": "float",
        "number": "float",
        "count": "int",
        "word": "text",
        "word_or_count": "int",
        "words": None,
    }
    options = Options()
    known = searchable_options(options)
    assert set(known) == set(kinds) - {"words"} and set(map(id, known.values())) == {id(options)}


def test_what_decides_the_data_or_the_measure_is_not_searched() -> None:
    names = set(searchable_options(TextConfig(), TrainConfig()))
    assert {"vocab_size", "max_length", "epochs", "learning_rate", "optimizer"} <= names
    kept = {"text_column", "label_column", "seed", "monitor", "time_budget", "tensorboard"}
    assert not names & kept
    choose_option("width", ["width", "depth"], what="the option")
    for option, words in (
        ("seed", "the option 'seed' cannot be searched: .* for another task"),
        ("vocab_size", "cannot be searched"),
        ("widht", "Did you mean 'width'"),
    ):
        with pytest.raises(ConfigError, match=words):
            choose_option(option, ["width", "depth"], what="the option")


def test_lists_and_ranges_start_from_the_options_as_they_are() -> None:
    space = checked(
        lambda hp: (
            hp.Choice("width", [2, 4], ordered=True),
            hp.Choice("batch_size", [64, 32]),
            hp.Float("learning_rate", 0.001, 0.1, sampling="log"),
            hp.Int("epochs", 2, 9, step=3),
            hp.Fixed("optimizer", "sgd"),
        ),
        epochs=5,
    )
    width, batch, rate, epochs, optimizer = space.space
    assert width.values == [1.0, 2.0, 4.0] and all(type(each) is float for each in width.values)
    assert batch.values == [48, 64, 32] and all(type(each) is int for each in batch.values)
    assert (rate.default, rate.min_value, rate.max_value) == (0.002, 0.001, 0.1)
    assert (epochs.default, epochs.step, optimizer.value) == (5, 3, "sgd")
    assert space.values == {
        "width": 1.0,
        "batch_size": 48,
        "learning_rate": 0.002,
        "epochs": 5,
        "optimizer": "sgd",
    }
    numbers = checked(lambda hp: hp.Float("width", 0.5, 2.0), width=1)
    assert type(numbers.space[0].default) is float


def test_a_default_of_its_own_is_refused_unless_it_is_the_options() -> None:
    for default in (None, 0.002, 0.001):  # the last is keras-tuner's own
        ask = lambda hp, default=default: hp.Float("learning_rate", 0.001, 0.1, default=default)  # noqa: E731
        assert checked(ask).space[0].default == 0.002
    assert refused(lambda hp: hp.Float("learning_rate", 0.001, 0.1, default=0.01)) == (
        "SPACE: learning_rate has the default 0.01, but the first trial is the options as they "
        "are: 0.002. Leave the default out, or set the option itself."
    )
    assert "has the default 64" in refused(lambda hp: hp.Choice("batch_size", [32, 64], default=64))
    assert checked(lambda hp: hp.Choice("batch_size", [32, 48], default=48)).space[0].default == 48


def test_what_is_refused_names_the_place_and_the_way_out() -> None:
    assert refused(lambda hp: hp.Float("clip_norm", 0.5, 2.0)).startswith(
        "SPACE: clip_norm has no value to start from"
    )
    assert "has the step -1, which must be above 0" in refused(
        lambda hp: hp.Int("batch_size", 16, 64, step=-1)
    )
    assert "which cannot hold 0.0" in refused(
        lambda hp: hp.Float("weight_decay", 0.01, 0.1, sampling="log")
    )
    assert refused(lambda hp: hp.Choice("batch_size", [48, 0])).startswith("SPACE: batch_size: ")
    assert refused(lambda hp: hp.Int("batch_size", 0, 64)).startswith("SPACE: batch_size: ")
    assert "searched by hp.Float or hp.Choice, not hp.Int, its values being float" in refused(
        lambda hp: hp.Int("width", 1, 2)
    )
    assert refused(lambda hp: hp.Int("seed", 1, 2)).startswith(
        "SPACE: the option 'seed' cannot be searched"
    )
    assert refused(lambda hp: hp.Fixed("width", 2.0)) == (
        "SPACE names nothing to search: give an option a list or a range."
    )
    assert refused(lambda hp: hp.Choice("model", ["vit", "mlp"])) == (
        "SPACE: model lacks 'cnn', which the first trial has, being the options as they are. Add "
        "it, or set the option to one of these: vit, mlp."
    )


def test_an_option_may_stand_there_for_each_model_but_once() -> None:
    def two(hp: Any, first: list[str], second: list[str]) -> None:
        hp.Choice("model", ["cnn", "vit", "mlp"])
        for number, models in enumerate((first, second)):
            with hp.conditional_scope("model", models), hp.name_scope(f"m{number}"):
                hp.Float("width", 0.5, 2.0)

    space = checked(lambda hp: two(hp, ["cnn"], ["vit", "mlp"]))
    assert [each.name for each in space.space] == ["model", "m0/width", "m1/width"]
    assert space.values == {"model": "cnn", "m0/width": 1.0}
    assert "SPACE: m1/width stands there twice" in refused(
        lambda hp: two(hp, ["cnn", "vit"], ["vit", "mlp"])
    )
    # What is not active in the first trial needs no value to start from.
    plain = keras_tuner.HyperParameters()
    plain.Choice("model", ["cnn", "vit"])
    with plain.conditional_scope("model", ["vit"]), plain.name_scope("vit"):
        plain.Float("clip_norm", 0.5, 2.0)
    settled = checked_space(plain, where="SPACE", defaults=DEFAULTS, known=KNOWN)
    assert settled.values == {"model": "cnn"} and settled.space[1].default == 0.5
