"""One training that is done several times: what its figures vary by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kerasapps.config.checks import check_options, option, require

ONE: Final = "one"
DISTILLED: Final = "distilled"
SEEDS: Final = "seeds"
FOLDS: Final = "folds"


@dataclass(frozen=True, kw_only=True)
class RepeatConfig:
    """A training that is done several times: to be judged better, or to answer better.

    Attributes:
        folds: parts of the training and validation splits, each judged by a network that was
            trained on the others.
        ensemble: networks that are trained, each with a seed of its own; their mean answers.
        ensemble_of: "seeds", networks that learn from the same examples, which is where nobody
            says; or "folds", of which each learns from all training examples but a fold of its own,
            which it is stopped on, so that none of them meets the validation split.
        ensemble_as: "one", a network that holds them all, which is where nobody says; or
            "distilled", a network as small as one of them that has learnt what their mean answers.
    """

    folds: int | None = option(
        None,
        "cross-validate first: train so many times, each time judge a part that was left out of "
        "training, and tell mean and spread of every figure; the model that ships is then trained "
        "as ever, and the test split stays closed until its end",
        low=2,
        high=100,
        whole=True,
        searched=False,
    )
    ensemble: int | None = option(
        None,
        "train so many networks, which differ in their seeds, and ship one that answers with the "
        "mean of all: mostly better, and so many times as large and slow",
        low=2,
        high=20,
        whole=True,
        searched=False,
    )
    ensemble_of: str | None = option(
        None,
        "with ensemble: seeds (default), networks that learn from the same examples; or folds, of "
        "which each learns from all for training but a fold of its own, which it is stopped on in "
        "place of the validation split",
        choices=(SEEDS, FOLDS),
        searched=False,
    )
    ensemble_as: str | None = option(
        None,
        "with ensemble: one (default), a network that holds them all; or distilled, a network as "
        "small as one of them, which learns their mean's answers beside the labels",
        choices=(ONE, DISTILLED),
        searched=False,
    )

    def __post_init__(self) -> None:
        check_options(self)
        for name in ("ensemble_of", "ensemble_as"):
            alone = getattr(self, name) is not None and self.ensemble is None
            require(not alone, self, name, "left out where there is no ensemble")

    @property
    def deals(self) -> bool:
        """Whether each network of an ensemble learns without a fold of its own."""
        return self.ensemble_of == FOLDS

    @property
    def distils(self) -> bool:
        """Whether what an ensemble answers is learnt by a single network, which ships."""
        return self.ensemble_as == DISTILLED

    @property
    def asked(self) -> dict[str, int | str]:
        """What is asked for, by name; empty where nothing is repeated."""
        return {name: value for name, value in vars(self).items() if value is not None}
