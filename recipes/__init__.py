"""One public `train_*` function for each task."""

from __future__ import annotations

from .image_classification import train_image_classifier
from .result import RecipeResult

__all__ = ["RecipeResult", "train_image_classifier"]
