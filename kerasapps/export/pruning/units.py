"""Channels of a network, and which of them are one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Channels: TypeAlias = NDArray[np.int64] | None
"""The number of each channel on the last axis of a tensor; None where none of them can go."""


@dataclass(frozen=True, eq=False)
class Part:
    """Where the weights of channels lie in a variable.

    Attributes:
        variable: of a layer.
        axis: along which they lie.
        channels: int64, one for each place on that axis.
        role: whether the weights make the channels, read them, or change each alone.
    """

    variable: Any
    axis: int
    channels: NDArray[np.int64]
    role: Literal["makes", "reads", "follows"]


class Units:
    """Channels that can only go together, as what reads one of them reads the sum of all, say.

    Attributes:
        parts: where their weights lie.
    """

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._parent = np.zeros(0, np.int64)
        self._fixed = np.zeros(0, bool)

    @property
    def count(self) -> int:
        """Of all channels."""
        return len(self._parent)

    def new(self, count: int) -> NDArray[np.int64]:
        """So many fresh channels."""
        first = len(self._parent)
        channels = np.arange(first, first + count, dtype=np.int64)
        self._parent = np.concatenate([self._parent, channels])
        self._fixed = np.concatenate([self._fixed, np.zeros(count, bool)])
        return channels

    def fix(self, channels: Channels) -> None:
        """None of these can go."""
        if channels is not None:
            self._fixed[self.unit_of(channels)] = True

    def join(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
        """Each channel of the first goes with that of the second at the same place."""
        for one, other in zip(self.unit_of(first), self.unit_of(second), strict=True):
            mine, theirs = self._root(int(one)), self._root(int(other))
            if mine != theirs:
                self._parent[theirs] = mine
                self._fixed[mine] |= self._fixed[theirs]

    def lies(self, part: Part) -> None:
        """Takes in where weights lie; those of a layer that is called twice lie there twice."""
        for known in self.parts:
            if known.variable is part.variable and known.axis == part.axis:
                self.join(known.channels, part.channels)
                return
        self.parts.append(part)

    def unit_of(self, channels: NDArray[np.int64]) -> NDArray[np.int64]:
        """The unit that each channel belongs to: one of its channels stands for all."""
        units = self._parent[channels]
        while (units != (above := self._parent[units])).any():
            units = above
        return units

    def is_fixed(self, channels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the channels cannot go."""
        fixed: NDArray[np.bool_] = self._fixed[self.unit_of(channels)]
        return fixed

    def groups(self) -> list[NDArray[np.int64]]:
        """Units that can go, made by the same layers: among these the weakest are looked for."""
        makers: dict[int, set[int]] = {}
        for number, part in enumerate(self.parts):
            if part.role == "makes":
                for unit in self.unit_of(part.channels).tolist():
                    makers.setdefault(unit, set()).add(number)
        groups: dict[frozenset[int], list[int]] = {}
        for unit, numbers in makers.items():
            if not self._fixed[unit]:
                groups.setdefault(frozenset(numbers), []).append(unit)
        return [np.array(units, np.int64) for units in groups.values()]

    def _root(self, channel: int) -> int:
        while channel != (above := int(self._parent[channel])):
            channel = above
        return channel
