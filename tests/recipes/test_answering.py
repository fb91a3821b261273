"""What is read is answered with by the target's kind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.config import ModelConfig, RobustConfig
from kerasapps.data.splits import Target
from kerasapps.errors import ConfigError
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.recipes.answering import examples_each
from kerasapps.recipes.registry import TEXT_CLASSIFICATION


class Examples:
    def __init__(self, labels: Any) -> None:
        self.labels = np.array(labels)

    def __len__(self) -> int:
        return len(self.labels)


@pytest.mark.parametrize(
    ("target", "labels", "answer"),
    [
        (Target("class", ("a", "b")), [0, 1, 1, 1, 0], (2, "a class")),
        (Target("labels", ("a", "b")), [[1, 1], [0, 1], [0, 0], [1, 1]], (2, "a label")),
        (Target("number", ("price",)), [0.5, 2.0, 1.0], (3, "for training")),
    ],
)
def test_how_many_examples_there_are_of_each(
    target: Target, labels: Any, answer: tuple[int, str]
) -> None:
    names = () if target.kind == "number" else target.names
    splits: Any = SimpleNamespace(target=target, labels=names, train=Examples(labels))
    assert examples_each(splits) == answer


def test_what_is_attacked_has_classes_or_labels_and_no_metrics_name_says_so() -> None:
    attacked: dict[str, Any] = {
        **TEXT_CLASSIFICATION.defaults,
        "model": ModelConfig(model="text_cnn"),
        "robust": RobustConfig(adversarial=0.02),
    }
    with pytest.raises(ConfigError, match=r"RobustConfig\.adversarial .* target is a number"):
        TEXT_CLASSIFICATION.planning.plan_training(attacked, answer=NUMBERS)
