"""What an example of each class counts in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.wording.shortened import shortened


def resolve_class_weights(
    config: TrainConfig, labels: Sequence[str], numbers: Sequence[int] | np.ndarray
) -> list[float] | None:
    """One weight a class, in label order; `balanced` gives each class the same total weight.

    Args:
        config: `class_weights` is read.
        labels: names of the classes.
        numbers: the class of each training example.

    Raises:
        ConfigError: if weights are given for an unknown label, or no class counts at all.
    """
    asked = config.class_weights
    if asked is None:
        return None
    if asked == "balanced":
        counts = np.bincount(numbers)  # every class has examples to train on
        return [float(weight) for weight in len(numbers) / (len(labels) * counts)]
    assert isinstance(asked, Mapping)
    unknown = sorted(set(asked) - set(labels), key=str)
    if unknown:
        raise ConfigError(
            f"class_weights names {shortened([repr(label) for label in unknown])}; the labels are "
            f"{shortened([repr(label) for label in labels])}."
        )
    weights = [float(asked.get(label, 1.0)) for label in labels]
    if not any(weights):
        raise ConfigError("class_weights are 0 for all labels; one of them at least must count.")
    return weights
