"""A learning-rate factor for each variable, for any Keras optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    _Optimizer = Any
else:  # A mix-in: the optimizer class comes after it.
    _Optimizer = object


def is_kernel(variable: Any) -> bool:
    """Whether weight decay and penalties apply: kernels, but no biases, norms or embeddings."""
    return len(variable.shape) > 1 and "kernel" in variable.name


class RateFactors(_Optimizer):
    """Mix in before an optimizer class: steps and weight decay use the rate times a factor.

    `multipliers` (variable path to factor) is read when the optimizer is built. Keras hands
    `update_step` bare TensorFlow variables, which have no path, hence the lookup by key.
    """

    multipliers: Mapping[str, float] = MappingProxyType({})
    _factors: dict[Any, float]

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Create the optimizer's variables and look up each variable's factor."""
        self._factors = {self._var_key(variable): self.factor(variable) for variable in variables}
        excluded = [variable for variable in variables if not is_kernel(variable)]
        if not self.built:
            self.exclude_from_weight_decay(var_list=excluded)
        super().build(variables)

    def factor(self, variable: keras.Variable) -> float:
        """What multiplies the learning rate for `variable`."""
        return self.multipliers.get(variable.path, 1.0)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update `variable` at its own rate."""
        factor = self._factors[self._var_key(variable)]
        super().update_step(gradient, variable, learning_rate * factor)

    def decay_factor(self, key: Any) -> float:
        """What multiplies the learning rate in weight decay; an optimizer may add to it."""
        return self._factors[key]

    def _apply_weight_decay(self, variables: Sequence[keras.Variable]) -> None:
        if not self.weight_decay:
            return
        for variable in variables:
            if self._use_weight_decay(variable):
                factor = self.weight_decay * self.decay_factor(self._var_key(variable))
                self.assign_sub(variable, variable * (self.learning_rate * factor))
