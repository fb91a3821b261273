"""Which models suit pictures, where nobody names one; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kerasapps.data.images.examples import ImageSplits
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.workflow.steps import Options, Suitable

TINY: Final = 64
"""Pixels of the shorter side, by the median, up to which pictures are digits, icons and the like:
little of what a backbone learned from photos is to be seen in them."""

MANY: Final = 10_000
"""Tiny pictures for training from which on there is a network for many."""
FOR_MANY: Final = "fast_resnet"
LEAST_SIDE: Final = 16
"""Pixels that this network needs at least."""


def suitable_models(
    splits: ImageSplits, options: Options, able: tuple[str, ...], *, left_out: Mapping[str, str]
) -> Suitable:
    """A pretrained backbone for photos, a network from scratch for tiny pictures.

    Which one from scratch follows from how many pictures there are: one that learns much of each
    pass for many, else a small one.

    Args:
        splits: the pictures.
        options: a size that was asked for counts, where it is less than the pictures have.
        able: models that can take the options.
        left_out: why others cannot; it is told where one of them would suit.
    """
    seen = splits.audit["sizes"].short_side[1]
    side = min(seen, *(options["image"].size or (seen,)))
    count = len(splits.train)
    tiny = side <= TINY
    fitting = [name for name in able if (name in ARCHITECTURES.known) == tiny]
    if tiny:
        many = count >= MANY and side >= LEAST_SIDE
        fitting = [name for name in fitting if (name == FOR_MANY) == many] or fitting
    names = tuple(fitting) or able
    reason = _reason(side, count)
    if fitting:
        return Suitable(names[:1], f"{reason}.")
    wanted = (why for name, why in left_out.items() if (name in ARCHITECTURES.known) == tiny)
    return Suitable(names[:1], f"{reason}, but not here: {next(wanted, 'there is none.')}")


def _reason(side: float, count: int) -> str:
    pixels = f"the shorter side has {side:g} pixels by the median"
    if side <= TINY:
        what = f"the {count:,} pictures for training are tiny ({pixels}, at most {TINY})"
        usual = "a network from scratch"
    else:
        what = f"the pictures are photos ({pixels}, more than {TINY})"
        usual = "a pretrained backbone"
    return f"{what}, which {usual} suits"
