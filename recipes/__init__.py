"""One public `train_*` function for each task, loaded when it is first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerasapps.recipes.bundles import join_search
    from kerasapps.recipes.image_classification.task import train_image_classifier
    from kerasapps.recipes.text_classification.task import train_sentiment_classifier
    from kerasapps.recipes.translation.task import train_translator
    from kerasapps.workflow.result import RecipeResult

__all__ = [
    "RecipeResult",
    "join_search",
    "train_image_classifier",
    "train_sentiment_classifier",
    "train_translator",
]

_HOMES = {
    "RecipeResult": "kerasapps.workflow.result",
    "join_search": "kerasapps.recipes.bundles",
    "train_image_classifier": "kerasapps.recipes.image_classification.task",
    "train_sentiment_classifier": "kerasapps.recipes.text_classification.task",
    "train_translator": "kerasapps.recipes.translation.task",
}


def __getattr__(name: str) -> Any:
    # Judging or timing a bundle needs modules of this package, but no TensorFlow.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
