"""Examples that travel with a bundle, as it is asked with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

COUNT = 5
LONGEST_TEXT = 1000  # characters


class Sample(NamedTuple):
    """An example as a bundle is asked with it.

    Attributes:
        shown: in JSON: a text, a row, or the path of a picture in the bundle.
        raw: as `predict` takes it.
    """

    shown: Any
    raw: Any


def spread(order: Sequence[int] | np.ndarray, count: int = COUNT) -> list[int]:
    """`count` of some rows, evenly spread over their order, the first and the last among them."""
    places = np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int)
    return [int(order[place]) for place in places]


def sample_text(text: str) -> Sample:
    """A text as a sample, its end cut off if it is very long."""
    text = text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    return Sample(text, text)
