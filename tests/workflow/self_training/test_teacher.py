"""How a network is trained that labels examples for others."""

from __future__ import annotations

from kerasapps.config import CompressConfig, RobustConfig, TrainConfig, TrustConfig
from kerasapps.recipes.registry import TABULAR, TEXT_CLASSIFICATION
from kerasapps.workflow.self_training.teacher import teaching_options


def test_its_weights_are_averaged_where_nobody_says_how() -> None:
    for average in (None, 1):
        train = TrainConfig(average_checkpoints=average)
        options = {**TEXT_CLASSIFICATION.defaults, "train": train}
        assert teaching_options(options)["train"].ema is not None
    for asked in (TrainConfig(ema=0.5), TrainConfig(average_checkpoints=3)):
        options = {**TEXT_CLASSIFICATION.defaults, "train": asked}
        assert teaching_options(options)["train"] == asked


def test_it_learns_nothing_that_is_for_the_network_that_ships() -> None:
    options = {
        **TEXT_CLASSIFICATION.defaults,
        "compress": CompressConfig(qat=True),
        "robust": RobustConfig(adversarial=0.1),
        "trust": TrustConfig(min_precision=0.9),
    }
    taught = teaching_options(options)
    assert (taught["compress"], taught["robust"]) == (CompressConfig(), RobustConfig())
    assert taught["trust"] == TrustConfig() and taught["text"] == options["text"]
    assert teaching_options(TABULAR.defaults).keys() == TABULAR.defaults.keys()
