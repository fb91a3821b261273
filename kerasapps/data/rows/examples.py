"""What a split of table rows holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from kerasapps.data.rows.readings import Reading
from kerasapps.data.rows.targets import TargetReading
from kerasapps.data.rows.values import Values
from kerasapps.data.splits import OF_ALL, Splits, no_contents


@dataclass(frozen=True, eq=False)
class RowExamples:
    """The rows of one split.

    Attributes:
        columns: name → values of every column that is not answered.
        labels: the answers: int32 `(n,)`, index into `Splits.labels`; uint8 `(n, k)`, whether a row
            has each of k labels; numbers, float64 `(n,)`; or several answers, float64 `(n, m)`, see
            `Part.columns`.
        target: what the target is taken for.
        readings: what each column is taken for, by the training split.
        origins: where each row comes from.
        contents: uint64 `(n,)`, of each row's digest; see `row_contents`.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> len(splits.train) == len(splits.train.labels)
        True
    """

    columns: Mapping[str, Values]
    labels: np.ndarray
    target: TargetReading = field(metadata=OF_ALL)
    readings: tuple[Reading, ...] = field(metadata=OF_ALL)
    origins: Sequence[str]
    contents: np.ndarray = no_contents()

    def __len__(self) -> int:
        return len(self.labels)

    def origin(self, index: int) -> str:
        """Where a row comes from: "train.csv, row 7", the file's header being row 1."""
        return self.origins[index]


RowSplits: TypeAlias = Splits[RowExamples]
