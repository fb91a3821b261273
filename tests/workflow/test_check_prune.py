"""What would come to nothing with prune is refused before data are read."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import CompressConfig, ModelConfig, TuneConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.audio_classification.plan import plan_training
from kerasapps.recipes.registry import AUDIO_CLASSIFICATION, TAGGING, TEXT_CLASSIFICATION
from kerasapps.workflow.check_prune import check_prune, refuse_pruning_on_machines
from kerasapps.workflow.compress import check_compress, compress_for
from kerasapps.workflow.order import take_order


def asked(**options: Any) -> dict[str, Any]:
    return {**TEXT_CLASSIFICATION.defaults, "compress": CompressConfig(**options)}


def test_a_search_is_refused() -> None:
    check_prune(TEXT_CLASSIFICATION, asked(prune_share=0.5), searches=False)
    with pytest.raises(ConfigError, match="search without prune_share"):
        check_prune(TEXT_CLASSIFICATION, asked(prune_share=0.5), searches=True)


def test_filters_of_a_loop_are_refused_and_its_weights_are_not() -> None:
    for by in ("weights", None):
        options = {**asked(prune_share=0.5, prune_by=by), "model": ModelConfig(model="lstm")}
        check_prune(TEXT_CLASSIFICATION, options, searches=False)
    options = {**asked(prune_share=0.5, prune_by="filters"), "model": ModelConfig(model="lstm")}
    with pytest.raises(ConfigError, match=r"lstm is recurrent.*choose weights"):
        check_prune(TEXT_CLASSIFICATION, options, searches=False)


def test_an_order_is_checked() -> None:
    with pytest.raises(ConfigError, match="prune_share and a search exclude each other"):
        take_order(
            TEXT_CLASSIFICATION,
            "no data",
            validation_data=None,
            test_data=None,
            tune=TuneConfig(trials=1),
            model="text_cnn",
            **{name: each for name, each in asked(prune_share=0.5).items() if name != "model"},
        )


def test_what_hears_streams_keeps_its_filters() -> None:
    options = {**AUDIO_CLASSIFICATION.defaults, "audio": AudioConfig(streaming=True)}
    plan_training({**options, "compress": CompressConfig(prune_share=0.5, prune_by="weights")})
    for by in ("filters", None):
        with pytest.raises(ConfigError, match="add prune_by weights"):
            plan_training({**options, "compress": CompressConfig(prune_share=0.5, prune_by=by)})


def test_several_machines_are_refused() -> None:
    refuse_pruning_on_machines(asked())
    with pytest.raises(ConfigError, match="one machine"):
        refuse_pruning_on_machines(asked(prune_share=0.5))


def test_a_task_that_leaves_no_choice_loses_weights() -> None:
    assert compress_for(TEXT_CLASSIFICATION, asked(prune_share=0.5)).prune_by is None
    assert compress_for(TAGGING, asked(prune_share=0.5)).prune_by == "weights"
    assert compress_for(TAGGING, asked()).prune_by is None
    with pytest.raises(ConfigError, match="prune_by does not go with tagged sentences"):
        check_compress(TAGGING, asked(prune_share=0.5, prune_by="filters"))
    check_compress(TAGGING, asked(prune_share=0.5))
