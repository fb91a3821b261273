"""Options of trainings that take no time."""

from __future__ import annotations

from typing import Any

from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.options import with_values

SMALL = {"model": "bag_of_embeddings", "width": 0.1, "max_length": 8, "min_count": 1}


def options(**values: Any) -> dict[str, Any]:
    """All sections, some options replaced."""
    return with_values(TEXT_CLASSIFICATION.defaults, {**SMALL, **values})
