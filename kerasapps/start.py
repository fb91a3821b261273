"""Where training batches begin, and which rows of each are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_DRAWS = 40  # bits below a share's number in a seed


@dataclass(frozen=True)
class Share:
    """One of several parts of every batch, as the machines of a team divide it.

    Attributes:
        index: of the part, from 0.
        count: parts in all.

    Examples:
        >>> kerasapps.preprocess.Share(1, 3).of([10, 11, 12, 13])
        [11]
        >>> kerasapps.preprocess.Share(2, 3).of([10, 11, 12, 13])
        [12, 13]
    """

    index: int = 0
    count: int = 1

    def bounds(self, rows: Any) -> tuple[Any, Any]:
        """From which row to before which one, of so many.

        Args:
            rows: how many, an int or an integer tensor.

        Returns:
            Two of the same type. The shares follow each other, leave no row out, and differ by one
            row at most.
        """
        return self.index * rows // self.count, (self.index + 1) * rows // self.count

    def of(self, rows: Any) -> Any:
        """This share's part of a sequence or an array, by its first axis."""
        first, end = self.bounds(len(rows))
        return rows[first:end]

    def seed(self, seed: int) -> int:
        """The seed of random changes: another for each share, that of the whole as it is."""
        return seed + (self.index << _DRAWS)


WHOLE = Share()


@dataclass(frozen=True)
class Start:
    """The batch that comes first.

    Attributes:
        epoch: epochs done.
        step: steps done of the next one.
        share: only these rows of every batch are read.

    Examples:
        >>> pictures, labels = np.zeros((8, 4, 4, 3), np.uint8), [0, 1] * 4
        >>> batches = kerasapps.preprocess.training_batches(
        ...     pictures, labels, num_classes=2, batch_size=4, seed=0,
        ...     start=kerasapps.preprocess.Start(epoch=3, step=1),
        ... )
        >>> next(iter(batches))[1].shape
        TensorShape([4, 2])
    """

    epoch: int = 0
    step: int = 0
    share: Share = WHOLE

    def number(self, steps: int) -> int:
        """The steps done in all.

        Args:
            steps: in an epoch.
        """
        return self.epoch * steps + self.step
