from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.tagging.plan import plan_training


def options(model: str = "bilstm_crf", **tagging: Any) -> dict[str, Any]:
    return {
        "model": ModelConfig(model=model),
        "tagging": TaggingConfig(**tagging),
        "load": LoadConfig(),
        "train": TrainConfig(),
    }


def test_the_rate_falls_where_nobody_asks_for_another_schedule() -> None:
    plan = plan_training(options())
    assert (plan.train.schedule, plan.train.ema) == ("cosine", 0.998)
    assert plan_training(options("transformer")).train.warmup == 0.1


def test_a_file_of_vectors_must_be_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "vectors.txt")
    with pytest.raises(ConfigError, match=r"no file '.*txt' \(TaggingConfig\.word_vectors\)"):
        plan_training(options(word_vectors=missing))


@pytest.mark.parametrize("field", ["lowercase", "min_count", "max_characters"])
def test_a_pretrained_encoder_has_words_of_its_own(field: str) -> None:
    value = {"lowercase": False, "min_count": 3, "max_characters": 9}[field]
    with pytest.raises(ConfigError, match=f"minilm has words, .* leave out {field}"):
        plan_training(options("minilm", **{field: value}))


def test_entities_of_pieces_are_not_swapped() -> None:
    with pytest.raises(ConfigError, match=r"minilm reads pieces .* leave out entity_swap"):
        plan_training(options("minilm", entity_swap=0.2))
    plan_training(options("minilm", entity_swap=0.0))


def test_words_are_not_encoded_again_for_each_batch() -> None:
    with pytest.raises(ConfigError, match=r"leave out LoadConfig\.disk_cache=False"):
        plan_training({**options(), "load": LoadConfig(disk_cache=False)})
