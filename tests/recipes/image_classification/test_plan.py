"""What a training of pictures is told before any data is read."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import ModelConfig, RobustConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.image_classification.plan import plan_training
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION

OPTIONS = {**IMAGE_CLASSIFICATION.defaults, "model": ModelConfig(model="cnn")}


@pytest.mark.parametrize("field", ["adversarial", "attack"])
def test_an_attack_changes_a_pixel_at_least(field: str) -> None:
    smallest: dict[str, Any] = {field: "1/255"}
    plan_training({**OPTIONS, "robust": RobustConfig(**smallest)})
    below: dict[str, Any] = {field: 0.0039}
    with pytest.raises(ConfigError, match=f"RobustConfig.{field} 0.0039 changes no pixel"):
        plan_training({**OPTIONS, "robust": RobustConfig(**below)})


def test_networks_that_learn_under_attack_drop_nothing_out_where_nobody_asks() -> None:
    def dropout(robust: RobustConfig, **changes: Any) -> float | None:
        planned = plan_training({**OPTIONS, "robust": robust, **changes})
        return planned.train.dropout

    attacked = RobustConfig(adversarial=0.1)
    assert dropout(attacked) == 0.0
    assert dropout(attacked, train=TrainConfig(dropout=0.2)) == 0.2
    assert dropout(RobustConfig(attack=0.1)) is None
    assert dropout(attacked, model=ModelConfig(model="efficientnet_lite0")) is None
