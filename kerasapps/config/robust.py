"""How a network learns to bear small changes of its inputs, and under which it is judged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kerasapps.config.checks import check_options, option, require

RADII: Final = ("adversarial", "attack")
JUDGED: Final = ("attack", "corruptions")
"""Fields that a finished bundle can be judged by, too."""
_RADIUS: Final = "a number above 0 and up to 1, such as 0.03 or 8/255"


@dataclass(frozen=True, kw_only=True)
class RobustConfig:
    """Attacks and noise: what a network is trained against, and what it is judged under.

    A radius says how far an attack may go. Of pictures it is a share of the range of a pixel's
    values, and holds for each of them; of texts a share of the length that the vectors of all words
    of a text have together.
    """

    adversarial: float | str | None = option(
        None,
        "train against attacks of this radius, such as 8/255 or 0.1: every batch is first changed "
        "so that it does most harm, and the epoch kept is the one that bears attacks best",
        searched=False,
    )
    adversarial_steps: int | None = option(
        None,
        "with adversarial: steps of each attack in training (default: 1, which is fast; of "
        "pictures beyond 8/255, and once 1 is misled, 5, which take three times as long)",
        low=1,
        high=100,
        whole=True,
        searched=False,
    )
    attack: float | str | None = option(
        None,
        "judge what ships under attacks of this radius, too (default: that of adversarial)",
        searched=False,
        asks=("evaluate",),
        asked="pictures and texts: judge under attacks of this radius, too, such as 8/255",
    )
    corruptions: bool = option(
        False,
        "judge what ships under noise, blur, JPEG and brightness, too (always with adversarial)",
        searched=False,
        asks=("evaluate",),
        asked="pictures: judge under noise, blur, JPEG and brightness, too",
    )

    def __post_init__(self) -> None:
        for name in RADII:
            asked = getattr(self, name)
            if asked is not None:
                radius = _number(asked)
                require(radius is not None, self, name, _RADIUS)
                object.__setattr__(self, name, radius)
        check_options(self)
        alone = self.adversarial_steps is not None and self.adversarial is None
        require(not alone, self, "adversarial_steps", "left out without RobustConfig.adversarial")

    @property
    def trained(self) -> float | None:
        """The radius of the attacks in training; None where there are none."""
        return _number(self.adversarial)

    @property
    def judged(self) -> float | None:
        """The radius of the attacks that what ships is judged under; None where there are none."""
        return _number(self.adversarial if self.attack is None else self.attack)

    @property
    def corrupts(self) -> bool:
        """Whether what ships is judged under noise, blur, JPEG and brightness."""
        return self.corruptions or self.adversarial is not None

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that are set."""
        return tuple(name for name, value in vars(self).items() if value)


def _number(asked: object) -> float | None:
    """A radius as a number, of which texts may be a fraction; None if it is none."""
    if asked is None or isinstance(asked, bool):
        return None
    try:
        radius = float(Fraction(asked)) if isinstance(asked, str) else float(asked)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return radius if math.isfinite(radius) and 0 < radius <= 1 else None
