"""One public `train_*` function for each task, loaded when it is first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .image_classification import train_image_classifier
    from .join import join_search
    from .result import RecipeResult
    from .sentiment import train_sentiment_classifier
    from .translation import train_translator

__all__ = [
    "RecipeResult",
    "join_search",
    "train_image_classifier",
    "train_sentiment_classifier",
    "train_translator",
]

_HOMES = {
    "RecipeResult": "result",
    "join_search": "join",
    "train_image_classifier": "image_classification",
    "train_sentiment_classifier": "sentiment",
    "train_translator": "translation",
}


def __getattr__(name: str) -> Any:
    # Judging or timing a bundle needs modules of this package, but no TensorFlow.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
