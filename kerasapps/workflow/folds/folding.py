"""The splits of each fold: what is trained on, what ends the training, and what is judged."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import RepeatConfig
from kerasapps.data.folds import Strata, fold_numbers, groups_of, held_back, strata_of, unfilled
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.errors import ConfigError


class UnfilledError(ConfigError):
    """Examples do not fill so many folds.

    Args:
        folds: how many.
        why: they do not, in words that name no option.
    """

    def __init__(self, folds: int, why: str) -> None:
        super().__init__(
            f"RepeatConfig.folds {folds}: {why}; use fewer, or leave RepeatConfig.folds out."
        )
        self.why = why


def check_folds(repeat: RepeatConfig, options: Mapping[str, Any], splits: Splits[Any]) -> None:
    """Refuses more folds than there are groups of examples, before TensorFlow is there.

    Args:
        repeat: says how many, if any.
        options: `train` has the seed.
        splits: the examples.

    Raises:
        UnfilledError: see `Folding.of`.
    """
    if repeat.folds is not None:
        Folding.of(splits, folds=repeat.folds, seed=options["train"].seed)


@dataclass(frozen=True, eq=False)
class Folding:
    """Training and validation splits, dealt out to folds.

    The examples are those of the training split and behind them those of the validation split;
    the test split is no part of it.

    Attributes:
        splits: as they were read.
        folds: how many.
        seed: of the draw.
        numbers: int64 `(n,)`, the fold that each example is judged in.
        strata: what has its share of every fold; see `kerasapps.data.folds`.
        groups: int64 `(n,)`; what is of one group is in one fold.
    """

    splits: Splits[Any]
    folds: int
    seed: int
    numbers: NDArray[np.int64]
    strata: Strata
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, splits: Splits[Any], *, folds: int, seed: int) -> Folding:
        """The folds of some splits: a pure function of the examples, `folds` and the seed.

        Raises:
            UnfilledError: if there are too few examples, or groups of them, for so many folds.
        """
        every = np.arange(len(splits.train) + len(splits.validation))
        examples = taken((splits.train, splits.validation), every, like=splits.train)
        strata, groups = strata_of(splits.target, examples), groups_of(examples)
        numbers = fold_numbers(strata, groups, folds=folds, seed=seed)
        why = unfilled(numbers, groups, folds=folds)
        if why:
            raise UnfilledError(
                folds, f"the {len(every):,} examples for training and validation {why}"
            )
        return cls(splits, folds, seed, numbers, strata, groups)

    def rows(self, fold: int) -> NDArray[np.int64]:
        """Which examples the fold judges, int64 `(m,)`, rising."""
        return np.flatnonzero(self.numbers == fold)

    def splits_of(self, fold: int) -> Splits[Any]:
        """The splits of one fold, counted from 0.

        Its examples stand in the test split's place. Of the others as large a share is validated
        on as in the splits that were read.
        """
        rest = np.flatnonzero(self.numbers != fold)
        share = len(self.splits.validation) / len(self.numbers)
        strata, groups = self.strata[rest], self.groups[rest]
        back = held_back(strata, groups, share=share, seed=self.seed)
        train, validation = self.splits.train, self.splits.validation
        parts = (train, validation)
        told = f"{self.splits.fingerprint}\t{self.seed}\t{self.folds}\t{fold}"
        return dataclasses.replace(
            self.splits,
            train=taken(parts, rest[~back], like=train),
            validation=taken(parts, rest[back], like=validation),
            test=taken(parts, self.rows(fold), like=validation),
            fingerprint=hashlib.sha256(told.encode()).hexdigest(),
        )
