"""Options that exclude or need each other are refused before anything is done."""

from __future__ import annotations

import re

import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training.checks import check_train_config
from tests.answers import ERRORS
from tests.training.small import train

CLASHES = [
    ({"ema": 0.9, "average_checkpoints": 5}, r"ema and TrainConfig\.average_checkpoints"),
    ({"optimizer": "sgd", "beta_2": 0.98}, r"TrainConfig\.beta_2"),
    ({"schedule": "inverse_sqrt", "warmup": 0.0}, r"TrainConfig\.warmup"),
]


@pytest.mark.parametrize(("options", "message"), CLASHES)
def test_clashes_name_their_options(options, message):
    with pytest.raises(ConfigError, match=message):
        check_train_config(TrainConfig(**options), answer=CLASSES)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"ema": 0.9, "average_checkpoints": 1},
        {"average_checkpoints": 5, "monitor": "loss", "beta_2": 0.98, "schedule": "inverse_sqrt"},
    ],
)
def test_what_goes_together_passes(options):
    check_train_config(TrainConfig(**options), answer=CLASSES)


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (CLASSES, ["accuracy", "loss", "macro_f1"]),
        (TRANSLATIONS, ["bleu", "accuracy", "loss"]),
        (ERRORS, ["rmse", "loss", "mae"]),
    ],
)
def test_the_monitor_is_one_of_the_answers(answer, known):
    for name in known:
        check_train_config(TrainConfig(monitor=name), answer=answer)
    near, wrong = known[0], known[0] + "x"
    words = f"monitor '{wrong}' is not known. Did you mean '{near}'? Known: {', '.join(known)}."
    with pytest.raises(ConfigError, match=re.escape(words)):
        check_train_config(TrainConfig(monitor=wrong), answer=answer)


def test_fit_needs_a_judge_for_what_is_judged(tmp_path):
    with pytest.raises(ConfigError, match=r"monitor 'macro_f1' needs a judge"):
        train(tmp_path / "new", TrainConfig(monitor="macro_f1"))
    assert not (tmp_path / "new").exists()


def test_fit_refuses_before_it_writes(tmp_path):
    with pytest.raises(ConfigError, match="ema"):
        train(tmp_path / "new", TrainConfig(ema=0.9, average_checkpoints=2))
    assert not (tmp_path / "new").exists()
