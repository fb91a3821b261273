"""A bundle that answers with a number, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.deploy.worked import plain_numbers


@dataclass(frozen=True)
class NumberPrediction:
    """The number that one input is answered with.

    Attributes:
        value: in the unit of the target.
    """

    value: float


class NumberBundle(FileBundle):
    """A bundle for numbers with one of its TFLite files loaded; see `FileBundle`."""

    def predict(self, inputs: Any) -> list[NumberPrediction]:
        """The number of each input.

        Args:
            inputs: one input or several, as the bundle's reader takes them.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read.
        """
        return [NumberPrediction(self.value(each)) for each in self.reader.split(inputs)]

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return self.plain_of(self._outputs(raw))

    def plain_of(self, outputs: np.ndarray) -> Mapping[str, Any]:
        """What the file gives, as `examples.json` has an answer."""
        return {"value": plain_numbers(outputs)[0]}

    def prediction_of(self, outputs: np.ndarray, *, truncated: bool = False) -> NumberPrediction:
        """The prediction that a number of the file, `(1,)`, is; it does not say what was cut."""
        return NumberPrediction(float(outputs[0]))

    def value(self, raw: Any) -> float:
        """The number of one input."""
        return float(self._outputs(raw)[0])
