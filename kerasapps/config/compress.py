"""How a network is made small while it learns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from kerasapps.config.checks import check_options, option, require
from kerasapps.config.teachers import KerasModel, named_teacher

TEMPERATURE: Final = 2.0
WEIGHT: Final = 0.7
TAUGHT: Final = frozenset({"teacher", "distill_temperature", "distill_weight"})
"""What tasks serve where a teacher's scores are learnt."""
FILTERS: Final = "filters"
WEIGHTS: Final = "weights"
PRUNED_BY: Final = (FILTERS, WEIGHTS)
PRUNED_WEIGHTS: Final = frozenset({"prune_share", "prune_epochs"})
"""Options of pruning, where single weights are all that can go."""
PRUNED: Final = PRUNED_WEIGHTS | {"prune_by"}
"""Options of pruning, where filters can go too."""


@dataclass(frozen=True, kw_only=True)
class CompressConfig:
    """How a network is made small: by a teacher, by pruning, by learning to bear rounding.

    A teacher is the folder of a bundle, a `.keras` file, or a `keras.Model` itself; `taught_by` is
    what came of it.
    """

    teacher: str | os.PathLike[str] | KerasModel | None = option(
        None,
        "folder of a trained bundle, mostly of a larger model, or a .keras file: its answers to "
        "the training examples are learnt beside the labels",
        searched=False,
    )
    distill_temperature: float | None = option(
        None,
        "with a teacher: what divides the logits of both, so that unlikely classes count "
        f"(default: {TEMPERATURE:g})",
        low=0.1,
        high=100,
        searched=False,
    )
    distill_weight: float | None = option(
        None,
        "with a teacher: share of its answers in the loss; the labels have the rest "
        f"(default: {WEIGHT:g}). Of texts that it writes: share of the examples that have its text "
        "in place of the data's (default: 1)",
        low=0,
        high=1,
        searched=False,
    )
    qat: bool = option(
        False,
        "after training, train a copy on with everything rounded as int8 rounds it; the int8 file "
        "is made of it where that is better on validation",
        searched=False,
    )
    qat_epochs: int | None = option(
        None,
        "with qat: passes over the training split (default: about 300 steps, 2 to 10 epochs)",
        low=1,
        whole=True,
        searched=False,
    )

    prune_share: float | None = option(
        None,
        "after training, train on while this share of the filters, or of the weights, goes",
        low=0.01,
        high=0.99,
        searched=False,
    )
    prune_by: str | None = option(
        None,
        "with prune_share: what goes, whole filters, for a smaller and faster network, or single "
        "weights, for a file that compresses better (default: filters where the network allows it)",
        choices=PRUNED_BY,
        searched=False,
    )
    prune_epochs: int | None = option(
        None,
        "with prune_share: passes over the training split (default: about 600 steps, 4 to 20 "
        "epochs)",
        low=1,
        whole=True,
        searched=False,
    )

    def __post_init__(self) -> None:
        check_options(self)
        require(
            self.qat or self.qat_epochs is None,
            self,
            "qat_epochs",
            "left out without CompressConfig.qat",
        )
        for field in ("prune_by", "prune_epochs"):
            alone = getattr(self, field) is not None and self.prune_share is None
            require(not alone, self, field, "left out without prune_share")
        if self.teacher is not None:
            teacher = named_teacher(self.teacher, what=f"{type(self).__name__}.teacher")
            object.__setattr__(self, "teacher", teacher)
        for field in ("distill_temperature", "distill_weight"):
            alone = getattr(self, field) is not None and self.teacher is None
            require(not alone, self, field, "left out where there is no teacher")

    @property
    def taught_by(self) -> str | None:
        """The teacher's absolute path, or a `TeacherModel`; None where there is no teacher."""
        return self.teacher if isinstance(self.teacher, str) else None
