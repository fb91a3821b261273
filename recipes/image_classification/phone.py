"""Test pictures as a phone brings them to the model's size."""

from __future__ import annotations

from kerasapps.data.images.examples import ImageSplits
from kerasapps.export.elsewhere import Agree, Elsewhere
from kerasapps.preprocess.cache import decode_some
from kerasapps.preprocess.image import ImageSpec, is_reduced
from kerasapps.preprocess.resampling import PHONE
from kerasapps.workflow.ship import draw_rows

NAME = "resize as on a phone"
MOST = 500  # pictures, which every file answers once more
_ADVICE = {
    True: "Let the app reduce pictures with antialiasing",
    False: "Let the app reduce pictures with antialiasing, or train with --resampling",
}


def on_a_phone(
    agree: Agree, *, splits: ImageSplits, spec: ImageSpec, drawn: bool
) -> Elsewhere | None:
    """Up to 500 pictures of the test split, bilinear without antialiasing.

    None where no picture is larger than the model's input: there is nothing to reduce, and what is
    enlarged has no patterns to lose.

    Args:
        agree: how far answers are the same as to pictures prepared as in training.
        splits: the pictures.
        spec: what the model takes.
        drawn: whether training draws how its pictures are reduced; else it is advised.
    """
    sizes = splits.audit["sizes"]
    if not is_reduced((sizes.width[2], sizes.height[2]), spec):
        return None
    rows = draw_rows(len(splits.test), MOST, seed=0)
    paths = [splits.test.paths[row] for row in rows]
    return Elsewhere(
        name=NAME,
        rows=rows,
        inputs=decode_some(paths, spec, resample=PHONE),
        agree=agree,
        advice=f"{_ADVICE[drawn]}; docs/bundles.md says how",
    )
