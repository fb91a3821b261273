"""Options that exclude or need each other are refused before anything is done."""

from __future__ import annotations

import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training import check_train_config
from tests.training.small import train

CLASHES = [
    ({"ema": 0.9, "average_checkpoints": 5}, r"ema and TrainConfig\.average_checkpoints"),
    ({"monitor": "bleu"}, r"monitor 'bleu' does not .* bleu for translation; accuracy and loss"),
    ({"monitor": "macro_f1"}, r"monitor 'macro_f1' does not .*macro_f1 is for classifiers"),
    ({"optimizer": "sgd", "beta_2": 0.98}, r"TrainConfig\.beta_2"),
    ({"schedule": "inverse_sqrt", "warmup": 0.0}, r"TrainConfig\.warmup"),
]


@pytest.mark.parametrize(("options", "message"), CLASHES)
def test_clashes_name_their_options(options, message):
    with pytest.raises(ConfigError, match=message):
        check_train_config(TrainConfig(**options), judged=False)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"ema": 0.9, "average_checkpoints": 1},
        {"average_checkpoints": 5, "monitor": "loss", "beta_2": 0.98, "schedule": "inverse_sqrt"},
    ],
)
def test_what_goes_together_passes(options):
    check_train_config(TrainConfig(**options), judged=False)


@pytest.mark.parametrize("monitor", ["bleu", "macro_f1"])
def test_what_is_judged_passes_with_a_judge(monitor):
    check_train_config(TrainConfig(monitor=monitor), judged=True)


def test_fit_refuses_before_it_writes(tmp_path):
    with pytest.raises(ConfigError, match="ema"):
        train(tmp_path / "new", TrainConfig(ema=0.9, average_checkpoints=2))
    assert not (tmp_path / "new").exists()
