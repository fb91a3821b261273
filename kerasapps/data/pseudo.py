"""Labels that a network gave to examples that had none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Pseudo:
    """The training examples whose labels nobody but a network knows: the last of their split.

    Attributes:
        count: how many they are.
        weight: what one of them counts beside a labelled one, more than 0, at most 1.
        digest: tells these examples and labels from others.
        told: what a bundle says of them, as plain values.
    """

    count: int
    weight: float
    digest: str
    told: Mapping[str, Any] = field(default_factory=dict)
