"""Which models suit pictures, where nobody names one; without TensorFlow."""

from __future__ import annotations

from typing import Final

from kerasapps.data.images.examples import ImageSplits
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.workflow.task import Options, Suitable

TINY: Final = 64
"""Pixels of the shorter side, by the median, up to which pictures are digits, icons and the like:
little of what a backbone learned from photos is to be seen in them."""


def suitable_models(splits: ImageSplits, options: Options, able: tuple[str, ...]) -> Suitable:
    """A pretrained backbone for photos, a network from scratch for tiny pictures.

    Args:
        splits: the pictures.
        options: a size that was asked for counts, where it is less than the pictures have.
        able: models that can take the options.
    """
    seen = splits.audit["sizes"].short_side[1]
    side = min(seen, *(options["image"].size or (seen,)))
    scratch = tuple(name for name in able if name in ARCHITECTURES.known)
    pretrained = tuple(name for name in able if name not in scratch)
    tiny = side <= TINY
    fitting = scratch if tiny else pretrained
    return Suitable((fitting or able)[:1], _reason(side, tiny=tiny, fits=bool(fitting)))


def _reason(side: float, *, tiny: bool, fits: bool) -> str:
    pixels = f"the shorter side has {side:g} pixels by the median"
    if tiny:
        what = f"the pictures are tiny ({pixels}, at most {TINY})"
        usual = "a network from scratch"
    else:
        what = f"the pictures are photos ({pixels}, more than {TINY})"
        usual = "a pretrained backbone"
    return f"{what}, which {usual} suits{'' if fits else ', but none can be had here'}."
