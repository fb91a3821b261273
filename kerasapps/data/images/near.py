"""Pictures that are nearly the same: scaled, saved again, cropped a little, brighter or darker."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageFile

from kerasapps.data.images.decode import picture_size, small_picture
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.near.effort import LONG, spread
from kerasapps.data.near.pairs import NearPairs
from kerasapps.data.near.planes import SIDE, near_planes
from kerasapps.data.sources.places import Place
from kerasapps.process.all_cores import Chunks, in_order
from kerasapps.terminal.doing import Progress

_ASKED: Final = 12  # pictures, by which all are judged
_COMPARED: Final = 2e-4  # seconds that comparing takes, for each picture
_LEAST: Final = 0.8
"""Correlation of two pictures' details from which on one may be a copy of the other."""


def near_pairs(parts: Sequence[PictureExamples]) -> NearPairs:
    """Pairs of nearly the same pictures among all parts, one behind the other.

    Found are scaled and recompressed pictures, those cropped by up to about 5 % a side, in grey, or
    brighter. Not found are mirrored and turned ones, and smaller parts of others.

    Raises:
        DataError: if a picture can no longer be read.
    """
    places = itertools.chain.from_iterable(part.paths for part in parts)
    planes = np.empty((sum(map(len, parts)), SIDE, SIDE), np.uint8)
    done, told = 0, Progress("pictures", len(planes))
    looking = _Looking(Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    for each in in_order(looking, Chunks(places)):
        planes[done : done + len(each)] = each
        done += len(each)
        told(done)
    return near_planes(planes, np.concatenate([part.contents for part in parts]), least=_LEAST)


def too_much(parts: Sequence[PictureExamples], *, seconds: float) -> str:
    """Why that is not worth it in passing; "" where it is.

    Pictures smaller than what they are compared by are alike by nature: of 3,000 handwritten
    digits of 28 pixels a side 6,056 pairs are.

    Raises:
        DataError: if a picture can no longer be read.
    """
    places = [part.paths[row] for part, row in spread(parts, _ASKED)]
    sides = [min(picture_size(place)) for place in places]
    if np.median(sides) < SIDE:
        return f"with fewer than {SIDE} pixels a side they are too small to be told from others"
    began = time.thread_time()
    for place in places:
        small_picture(place, SIDE)
    each = (time.thread_time() - began) / len(places) + _COMPARED
    return LONG.format(seconds=seconds) if each * sum(map(len, parts)) > seconds else ""


@dataclass(frozen=True)
class _Looking:
    """Makes pictures small as Pillow is set here, in whatever process that is done."""

    most_pixels: int | None
    truncated: bool

    def __call__(self, places: Sequence[Place]) -> np.ndarray:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = self.most_pixels, self.truncated
        return np.stack([small_picture(place, SIDE) for place in places])
