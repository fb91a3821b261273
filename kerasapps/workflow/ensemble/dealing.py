"""The training split dealt out to the networks of an ensemble: each is stopped on its own fold."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.folds import fold_numbers, groups_of, sparing_last, strata_of, unfilled
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.errors import ConfigError

_ALL = -1  # of an example that every network learns from


@dataclass(frozen=True, eq=False)
class Dealing:
    """The training split, dealt out to folds; validation and test splits are no part of it.

    Attributes:
        splits: as they were read.
        folds: how many.
        seed: of the draw.
        numbers: int64 `(n,)`, the fold that each training example is in; -1 of those that are in
            none, so that no network is without examples of a class.
    """

    splits: Splits[Any]
    folds: int
    seed: int
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, splits: Splits[Any], *, folds: int, seed: int) -> Dealing:
        """The folds of some splits: a pure function of the examples, `folds` and the seed.

        Raises:
            ConfigError: if there are too few examples, or groups of them, for so many folds.
        """
        strata, groups = strata_of(splits.target, splits.train), groups_of(splits.train)
        drawn = fold_numbers(strata, groups, folds=folds, seed=seed)
        numbers = np.full_like(drawn, _ALL)
        for fold in range(folds):
            numbers[sparing_last(strata, groups, drawn == fold)] = fold
        why = unfilled(numbers, groups, folds=folds)
        if why:
            raise ConfigError(
                f"RepeatConfig.ensemble {folds}: the {len(numbers):,} examples for training {why}; "
                "use fewer networks, or leave RepeatConfig.ensemble_of out."
            )
        return cls(splits, folds, seed, numbers)

    def splits_of(self, fold: int) -> Splits[Any]:
        """What one network learns from and is stopped on, counted from 0.

        Its fold stands in the place of the validation split and of the test split. The network
        takes what one takes that learns from the whole training split.
        """
        train = self.splits.train
        own = taken((train,), np.flatnonzero(self.numbers == fold), like=train)
        told = f"{self.splits.fingerprint}\tensemble\t{self.seed}\t{self.folds}\t{fold}"
        return dataclasses.replace(
            self.splits,
            train=taken((train,), np.flatnonzero(self.numbers != fold), like=train),
            validation=own,
            test=own,
            whole=train,
            fingerprint=hashlib.sha256(told.encode()).hexdigest(),
        )
