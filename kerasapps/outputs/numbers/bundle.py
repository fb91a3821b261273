"""A bundle that answers with a number, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
        return {"value": plain_numbers(self._outputs(raw))[0]}

    def value(self, raw: Any) -> float:
        """The number of one input."""
        return float(self._outputs(raw)[0])
