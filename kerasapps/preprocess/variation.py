"""What may happen to a picture on its way to a model: another resizing filter, another JPEG.

A filter shows in the pixels only where a picture is reduced, so it is drawn where the large picture
is at hand: when the training pictures are decoded, several times each.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from kerasapps.preprocess.image import ImageSpec, fit_image, is_reduced
from kerasapps.preprocess.resampling import OTHER_WAYS

MOST_VARIANTS = 4  # of a picture
MORE_VARIANTS = 3000  # of all pictures beside the first, where each has more than two: seconds
HIGHEST_QUALITY = 95  # above, a JPEG shows nothing
MOST_ENCODED = 2**20  # pixels; reducing a larger picture to a model's size takes the traces away
_WAYS = tuple(OTHER_WAYS.values())


@dataclass(frozen=True, kw_only=True)
class Variation:
    """How the variants of a picture differ.

    Attributes:
        resampling: whether pictures that are reduced are so by one of `OTHER_WAYS`.
        jpeg: lowest quality that half of the variants are encoded with again; 0 leaves all as
            they are.
        seed: of the draws.
    """

    resampling: bool = False
    jpeg: int = 0
    seed: int = 0

    def fit(
        self, picture: Image.Image, spec: ImageSpec, *, place: int, variant: int, of: int
    ) -> np.ndarray:
        """One variant of a picture as the model takes it; the first is as it always is.

        Where there is one variant only, half of the pictures are changed.

        Args:
            picture: of its own size; see `open_image`.
            spec: what the model takes.
            place: of the picture in its split.
            variant: which one, from 0.
            of: how many there are.

        Returns:
            uint8 `(spec.height, spec.width, spec.channels)`.
        """
        draw = np.random.default_rng((self.seed, place, variant))
        unchanged = draw.random() < 0.5 if of == 1 else variant == 0
        if unchanged:
            return fit_image(picture, spec)
        if self.jpeg and draw.random() < 0.5:
            picture = _encoded(picture, int(draw.integers(self.jpeg, HIGHEST_QUALITY + 1)))
        way = _WAYS[draw.integers(len(_WAYS))]
        if not self.resampling or not is_reduced(picture.size, spec):
            return fit_image(picture, spec)
        return fit_image(picture, spec, resample=way)


def suitable_variants(counts: Sequence[int], *, picture_bytes: int, memory_bytes: int) -> int:
    """Variants of each training picture, from 1 to 4, that suit the data.

    Two, which show a network of thousands of pictures each filter hundreds of times; more of few
    pictures, as these cost little; one where memory has no room for two.

    Args:
        counts: pictures of each split, training first.
        picture_bytes: of one picture as the model takes it.
        memory_bytes: what the variants and the pictures of all other splits may take.
    """
    train, others = max(counts[0], 1), sum(counts[1:])
    room = (memory_bytes // picture_bytes - others) // train
    return int(np.clip(room, 1, 1 + np.clip(MORE_VARIANTS // train, 1, MOST_VARIANTS - 1)))


def _encoded(picture: Image.Image, quality: int) -> Image.Image:
    if picture.width * picture.height > MOST_ENCODED:
        return picture
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return Image.open(encoded)
