"""Small splits with a class, a set of labels and a number each, all told by two inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.splits import Part, Splits, Target
from kerasapps.outputs.reading import ShownExample
from kerasapps.outputs.several.criterion import with_uncertainty
from kerasapps.outputs.several.judging import SeveralJudging
from kerasapps.recipes.judgings import judging_of, outputs_of
from kerasapps.workflow.experiment import SplitInputs
from tests.outputs.numbers.test_judging import Plain

PARTS = (
    Part("kind", "class", ("a", "b", "c")),
    Part("marks", "labels", ("left", "low")),
    Part("size", "number"),
)


@dataclass(frozen=True)
class Examples:
    """Two numbers an example, and its answers, float64 `(n, 4)`."""

    inputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def examples(count: int, *, seed: int) -> Examples:
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 2)).astype(np.float32)
    first, second = inputs.T
    kinds = np.where(first > 0.4, 2, np.where(first < -0.4, 1, 0))
    size = 50 + 20 * first - 10 * second + 3 * rng.normal(size=count)
    labels = np.column_stack([kinds, first < 0, second < 0, size])
    return Examples(inputs, labels.astype(np.float64))


def several_splits() -> Splits[Examples]:
    return Splits(
        labels=(),
        train=examples(60, seed=0),
        validation=examples(30, seed=1),
        test=examples(40, seed=2),
        audit=Audit("made"),
        fingerprint="0",
        target=Target("several", tuple(part.name for part in PARTS), PARTS),
    )


class Showing(Plain):
    """A reading that shows examples by their rows, and no mistakes."""

    def shown(self, examples: Any, rows: Any, *, network: Any, outputs: Any) -> list[ShownExample]:
        assert len(rows) == len(outputs)
        assert all(0 <= each < network.output_shape[-1] for each in outputs)
        return [ShownExample(text=f"row {row}") for row in rows]

    def mistakes(self, splits: Any, network: Any, probabilities: Any) -> list[Any]:
        return []


def several_judging(splits: Splits[Examples], **options: Any) -> SeveralJudging:
    inputs: Any = SplitInputs(splits.train.inputs, splits.validation.inputs, splits.test.inputs)
    reading: Any = Showing()
    judging = judging_of(splits, inputs, reading, **options)
    assert isinstance(judging, SeveralJudging)
    return judging


def several_network(splits: Splits[Examples]) -> keras.Model:
    """That answers by weights chosen by hand: nearly right."""
    taken = keras.Input((2,))
    dense = keras.layers.Dense(outputs_of(splits))
    network = with_uncertainty(keras.Model(taken, dense(taken)), 3)
    numbers = splits.train.labels[:, 3]
    first, second = 20 / numbers.std(), -10 / numbers.std()
    #          a  b   c  left low size
    kernel = [[0, -9, 9, -9, 0, first], [0, 0, 0, 0, -9, second]]
    bias = [3.6, 0, 0, 0, 0, (50 - numbers.mean()) / numbers.std()]
    dense.set_weights([np.array(kernel, np.float32), np.array(bias, np.float32)])
    return network
