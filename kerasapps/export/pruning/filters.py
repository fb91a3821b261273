"""The filters that go first are the weakest of each layer, and of layers whose filters are added.

Reference: Li et al. 2017, "Pruning Filters for Efficient ConvNets", section 3 (arXiv 1608.08710):
how strong a filter is, is the sum of its absolute weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from kerasapps.export.pruning.rules import follow, is_known
from kerasapps.export.pruning.shrink import kept_places, shrunk
from kerasapps.export.pruning.unfold import Unfolded, unfold
from kerasapps.export.pruning.units import Channels, Units


class WeakestFilters:
    """A share of the filters of every layer, with all that belongs to them.

    Filters whose results are added, multiplied or joined go together: of each such group the share
    goes, but never the last. What computes with all channels at once, such as layer normalization
    or attention, keeps those that it gets.

    Args:
        network: functional; of another nothing can go.

    Attributes:
        variables: that have some to lose.
    """

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        self._unfolded = None if _recurs(network) else unfold(network, is_known=is_known)
        self._units = Units() if self._unfolded is None else _followed(self._unfolded)
        self._groups = [group for group in self._units.groups() if len(group) > 1]
        can_go = np.zeros(self._units.count, bool)
        for group in self._groups:
            can_go[group] = True
        self._parts = [
            part for part in self._units.parts if can_go[self._units.unit_of(part.channels)].any()
        ]
        trainable = {id(variable) for variable in network.trainable_variables}
        parts = {id(part.variable): part.variable for part in self._parts}
        self.variables: Sequence[Any] = [
            variable for key, variable in parts.items() if key in trainable
        ]

    @property
    def filters(self) -> int:
        """How many there are of which some can go; such that go together count once."""
        return sum(map(len, self._groups))

    @property
    def weights(self) -> int:
        """How many weights lie in kernels and tables of which some can go."""
        parts = {
            id(part.variable): int(np.prod(part.variable.shape))
            for part in self._parts
            if part.role != "follows"
        }
        return sum(parts.values())

    def masks(self, share: float) -> Sequence[np.ndarray]:
        """See `Pruner`."""
        goes = self._goes(share)
        masks = {id(variable): np.ones(variable.shape, bool) for variable in self.variables}
        for part in self._parts:
            mask = masks.get(id(part.variable))
            if mask is not None:
                np.moveaxis(mask, part.axis, -1)[..., goes[part.channels]] = False
        return [*masks.values()]

    def shrunk(self, share: float) -> keras.Model:
        """The network without the filters that `masks` makes 0; it answers as with them."""
        assert self._unfolded is not None
        return shrunk(self._unfolded, kept_places(self._parts, self._goes(share)))

    def _goes(self, share: float) -> NDArray[np.bool_]:
        """Whether each channel goes."""
        strength, goes = self._strengths(), np.zeros(self._units.count, bool)
        for group in self._groups:
            gone = min(int(share * len(group) + 1e-9), len(group) - 1)
            goes[group[np.argsort(strength[group], kind="stable")[:gone]]] = True
        channels = np.arange(self._units.count)
        return goes[self._units.unit_of(channels)]

    def _strengths(self) -> NDArray[np.float64]:
        """Of each unit: the sum of what each of its layers has, as a share of that layer's mean."""
        strength = np.zeros(self._units.count)
        for part in self._parts:
            if part.role == "makes":
                values = np.abs(np.moveaxis(part.variable.numpy(), part.axis, -1))
                sums = values.reshape(-1, values.shape[-1]).sum(axis=0, dtype=np.float64)
                np.add.at(
                    strength, self._units.unit_of(part.channels), sums / max(sums.mean(), 1e-12)
                )
        return strength


def _followed(unfolded: Unfolded) -> Units:
    """The units of a network; what comes out of it stays."""
    units, channels = Units(), dict[int, Channels]()
    for step in unfolded.steps:
        given = [channels.get(id(each)) for each in step.inputs]
        results = follow(step, given, units)
        channels.update(zip(map(id, step.outputs), results, strict=True))
    for each in keras.tree.flatten(unfolded.outputs):
        units.fix(channels.get(id(each)))
    return units


def _recurs(network: keras.Model) -> bool:
    """Whether a network has recurrences, whose form in a file is built of the whole network."""
    return any(
        hasattr(layer, "unroll") or isinstance(layer, keras.layers.RNN)
        for layer in network._flatten_layers()
    )
