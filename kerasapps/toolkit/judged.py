"""A network of the user's as it ships, and how it did on held-out examples."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from kerasapps.config import kinds
from kerasapps.config.metric import Metric
from kerasapps.errors import DataError
from kerasapps.evaluation.report import TaskReport
from kerasapps.model_inputs import ModelInputs
from kerasapps.outputs.classes.answer import CLASS_ANSWER
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.report import class_report
from kerasapps.outputs.numbers.answer import NUMBER_ANSWER
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.numbers.report import number_report
from kerasapps.toolkit.answers import OwnAnswer
from kerasapps.toolkit.compared import class_numbers, outputs_of


@dataclasses.dataclass(frozen=True)
class JudgedNetwork:
    """A network as it ships, and its answers to the held-out examples."""

    answer: OwnAnswer
    network: keras.Model
    inputs: ModelInputs
    targets: np.ndarray
    labels: tuple[str, ...]

    @functools.cached_property
    def outputs(self) -> np.ndarray:
        return self.answer.scores(outputs_of(self.network, self.inputs))

    @functools.cached_property
    def report(self) -> tuple[Mapping[str, Any], TaskReport]:
        """The figures, and what a report says of them."""
        if self.answer.kind == "classes":
            truth = class_numbers(self.targets, len(self.outputs))
            classes = classification_metrics(truth, self.outputs, names=self.labels)
            return classes.to_dict(), class_report(classes, judged_on="test")
        truth = self.targets.reshape(-1).astype(np.float64)
        predicted = self.outputs.reshape(-1).astype(np.float64)
        if len(truth) != len(predicted):
            raise DataError(
                f"test has {len(truth)} true numbers and the network gives {len(predicted)}."
            )
        figures = number_metrics(truth, predicted)
        origins = [f"example {number}" for number in range(1, len(truth) + 1)]
        return figures.to_dict(), number_report(
            figures, truth, predicted, origins=origins, judged_on="test"
        )

    @property
    def metric(self) -> Metric:
        return self.answer.answer.metric

    @property
    def explained(self) -> Mapping[str, Any]:
        """What the outputs mean, for programs of other people; see `docs/bundles.md`."""
        if self.labels:
            return CLASS_ANSWER
        is_one = math.prod(self.network.output_shape[1:]) == 1
        return NUMBER_ANSWER if is_one else {"kind": kinds.NUMBERS}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the held-out examples."""
        digest = hashlib.sha256(np.ascontiguousarray(self.targets).tobytes())
        arrays = self.inputs if isinstance(self.inputs, Mapping) else {"": self.inputs}
        for name in sorted(arrays):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(arrays[name]).tobytes())
        return digest.hexdigest()
