"""Which trackers there are, and whether the one that was asked for is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from kerasapps.config.checks import choose
from kerasapps.errors import DependencyError

TRACKERS: Mapping[str, str] = MappingProxyType({"mlflow": "MLflow", "wandb": "Weights & Biases"})
"""The name that is typed, of the package and of its extra → what people call it."""


def check_tracker(name: Any) -> None:
    """Refuses a tracker that is unknown or not installed; cheap, so that it comes first.

    Args:
        name: of `TRACKERS`; None: there is nothing to check.

    Raises:
        ConfigError: for an unknown one, with the nearest.
        DependencyError: if its package is missing.
    """
    if name is None:
        return
    choose(name, TRACKERS, what="track")
    if find_spec(name) is None:
        raise DependencyError(
            f'tracking with {TRACKERS[name]} needs {name}: pip install "kerasapps[{name}]"'
        )
