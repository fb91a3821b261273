"""What is learnt from examples without labels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kerasapps.config.checks import check_options, option
from kerasapps.files.paths import is_named, user_path

ROUNDS: Final = 2
WEIGHT: Final = 1.0


class InMemory:
    """Data of a Python program, which no command line can name and nothing copies.

    Args:
        value: in any form that a task takes, with or without labels.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __str__(self) -> str:
        return "DATA"

    def __deepcopy__(self, memo: Any) -> InMemory:
        return self


@dataclass(frozen=True, kw_only=True)
class UnlabelledConfig:
    """Examples without labels, and how far a network is believed about them.

    Attributes:
        unlabelled: a path, a name, or data in memory, which is kept as `InMemory`.
    """

    unlabelled: str | os.PathLike[str] | Sequence[Any] | InMemory | None = option(
        None,
        "more examples, whose labels nobody knows, such as a folder of photos or a table of texts: "
        "a first network labels those of which it is sure, and the one that ships learns from them "
        "too",
        searched=False,
        identifies="given",
    )
    pseudo_threshold: float | None = option(
        None,
        "with unlabelled: from which score on, as sure as it is right, a label of the network is "
        "believed (default: 0.95)",
        low=0.5,
        high=1,
        searched=False,
    )
    unlabelled_weight: float | None = option(
        None,
        f"with unlabelled: what such an example counts beside a labelled one (default: {WEIGHT:g})",
        low=0.01,
        high=1,
        searched=False,
    )
    pseudo_rounds: int | None = option(
        None,
        "with unlabelled: how many networks are trained one after the other, each by the labels of "
        f"those before, the one that ships included and the first not (default: {ROUNDS})",
        low=1,
        high=10,
        whole=True,
        searched=False,
    )

    def __post_init__(self) -> None:
        check_options(self)
        data: Any = self.unlabelled
        if isinstance(data, str | os.PathLike):
            if not is_named(os.fspath(data)):
                user_path(data, what=f"{type(self).__name__}.unlabelled")
            object.__setattr__(self, "unlabelled", os.fsdecode(data))
        elif data is not None and not isinstance(data, InMemory):
            object.__setattr__(self, "unlabelled", InMemory(data))

    @property
    def asked(self) -> bool:
        """Whether there is anything to learn from."""
        return self.unlabelled is not None

    @property
    def alone(self) -> tuple[str, ...]:
        """Options that say how to learn from what nobody gave.

        Those that a bundle was trained with stand so: it does not know where the data lie.
        """
        if self.asked:
            return ()
        names = ("pseudo_threshold", "unlabelled_weight", "pseudo_rounds")
        return tuple(name for name in names if getattr(self, name) is not None)

    @property
    def data(self) -> Any:
        """The data, as it was given."""
        given = self.unlabelled
        return given.value if isinstance(given, InMemory) else given

    @property
    def rounds(self) -> int:
        """Networks that learn from labels of networks."""
        return self.pseudo_rounds or ROUNDS

    def weight_in(self, number: int) -> float:
        """What such an example counts in one of the rounds, from 1: the more the later.

        Reference: Lee 2013, "Pseudo-Label", section 2.2, whose weight rises slowly.
        """
        weight = WEIGHT if self.unlabelled_weight is None else self.unlabelled_weight
        return weight * number / self.rounds
