"""How a network is made small while it learns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from kerasapps.config.checks import check_options, option, require
from kerasapps.files.paths import user_path

TEMPERATURE: Final = 2.0
WEIGHT: Final = 0.7


@dataclass(frozen=True, kw_only=True)
class CompressConfig:
    """How a small network learns more than the labels tell it."""

    teacher: str | None = option(
        None,
        "folder of a trained bundle, mostly of a larger model: its answers to the training "
        "examples are learnt beside the labels",
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
        f"(default: {WEIGHT:g})",
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

    def __post_init__(self) -> None:
        check_options(self)
        require(self.qat or self.qat_epochs is None, self, "qat_epochs", "left out without qat")
        if self.teacher is not None:
            path = user_path(self.teacher, what=f"{type(self).__name__}.teacher")
            object.__setattr__(self, "teacher", os.fsdecode(path.absolute()))
        for field in ("distill_temperature", "distill_weight"):
            alone = getattr(self, field) is not None and self.teacher is None
            require(not alone, self, field, "left out where there is no teacher")
