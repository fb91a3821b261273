"""Labels that a network gave to examples that had none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pseudo:
    """The training examples whose labels nobody but a network knows: the last of their split.

    Attributes:
        count: how many they are.
        weight: what one of them counts beside a labelled one, more than 0, at most 1.
        digest: tells these examples and labels from others.
    """

    count: int
    weight: float
    digest: str
