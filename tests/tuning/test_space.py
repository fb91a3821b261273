"""What a trial's values mean, and how a space is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras_tuner

from kerasapps.config import ImageConfig, ModelConfig, TrainConfig, TranslationConfig
from kerasapps.tuning.space import (
    Space,
    chosen_models,
    describe_space,
    option_values,
    space_rows,
    space_table,
)
from kerasapps.tuning.space_checks import searchable_options
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


def _two_models(hp: Any) -> None:
    hp.Choice("model", ["cnn", "vit"])
    for model, most in (("cnn", 2.0), ("vit", 1.5)):
        with hp.conditional_scope("model", [model]), hp.name_scope(model):
            hp.Float("width", 0.5, most)
    with hp.conditional_scope("model", ["cnn"]), hp.name_scope("cnn"):
        hp.Choice("batch_size", [24, 48])


def test_an_option_of_one_model_is_no_option_of_the_other() -> None:
    space = _space(_two_models)
    assert space.values == {"model": "cnn", "cnn/width": 1.0, "cnn/batch_size": 48}
    assert option_values({**space.values, "tuner/epochs": 3}) == {
        "model": "cnn",
        "width": 1.0,
        "batch_size": 48,
    }
    assert option_values({"preset:/a/b/dropout": 0.1}) == {"dropout": 0.1}
    assert chosen_models(space) == ("cnn", "vit")


def test_every_trial_has_the_options_of_its_own_model(tmp_path: Path) -> None:
    oracle = keras_tuner.oracles.RandomSearchOracle(
        objective=keras_tuner.Objective("score", "max"),
        max_trials=20,
        seed=1,
        hyperparameters=_space(_two_models),
    )
    oracle._set_project_dir(str(tmp_path), "search")
    models = set()
    for _ in range(20):
        values = oracle.create_trial("one").hyperparameters.values
        options = {"width", "batch_size"} if values["model"] == "cnn" else {"width"}
        assert set(option_values(values)) == {"model", *options}
        models.add(values["model"])
        oracle.ongoing_trials.clear()
    assert models == {"cnn", "vit"}


def test_a_description_is_plain_and_tells_spaces_apart() -> None:
    rows = describe_space(_space(_two_models))
    assert json.loads(json.dumps(rows)) == rows
    assert rows[0] == {
        "name": "model",
        "kind": "choice",
        "values": ["cnn", "vit"],
        "default": "cnn",
        "when": {},
    }
    assert rows[1]["when"] == {"model": ["cnn"]}
    assert (rows[1]["min"], rows[1]["max"], rows[1]["sampling"]) == (0.5, 2.0, "linear")
    assert rows != describe_space(_space(lambda hp: hp.Float("width", 0.5, 2.0)))
    copy = keras_tuner.HyperParameters.from_config(_space(_two_models).get_config())
    assert describe_space(copy) == rows


def test_the_table_shows_ranges_and_where_the_search_starts() -> None:
    def ask(hp: Any) -> None:
        hp.Choice("model", ["cnn", "vit"])
        with hp.conditional_scope("model", ["vit"]), hp.name_scope("vit"):
            hp.Float("width", 0.5, 1.5)
        hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")
        hp.Int("epochs", 10, 40, step=10)
        hp.Int("batch_size", 16, 64)
        hp.Boolean("tied")

    space = _space(ask)
    rows = {name: (tried, first) for name, tried, first in space_rows(space)}
    assert rows["model"] == ("cnn, vit", "cnn")
    assert rows["vit/width"] == ("0.5 to 1.5", "–")
    assert rows["learning_rate"] == ("0.0001 to 0.01 (log)", "0.002")
    assert rows["epochs"] == ("10 to 40 in steps of 10", "30")
    assert rows["batch_size"] == ("16 to 64", "48")
    assert rows["tied"] == ("yes, no", "yes")
    lines = space_table(space).splitlines()
    assert len(lines) == len(rows) + 1 and lines[0].split() == ["option", "tried", "first", "trial"]
    assert len({line.find(text) for line, text in zip(lines, ("tried", "cnn,"), strict=False)}) == 1
