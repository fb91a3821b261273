"""What a report shows of pictures: the worst mistakes, and where the network looked."""

from __future__ import annotations

import io
from collections.abc import Sequence

import keras
import numpy as np
from PIL import Image

from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import Place
from kerasapps.errors import ConfigError
from kerasapps.evaluation.saliency.drawing import overlay
from kerasapps.models.feature_maps import class_maps
from kerasapps.outputs.classes.mistakes import Mistake, ShownMistake, worst_mistakes
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.image import ImageSpec, load_image, open_image
from kerasapps.preprocess.placed_back import over_original
from kerasapps.recipes.image_classification.found_maps import scaled_up
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail

THUMBNAIL = 160
_SQUARE = ImageSpec(THUMBNAIL, THUMBNAIL, 3, "pad")


def show_pictures(
    examples: PictureExamples,
    probabilities: np.ndarray,
    labels: Sequence[str],
    *,
    network: keras.Model,
    spec: ImageSpec,
) -> list[ShownMistake]:
    """The most confident wrong answers with their pictures, and what spoke for them."""
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    maps = mistake_maps(examples, mistakes, network=network, spec=spec)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=thumbnail(examples.paths[each.index]),
            map=map_,
            source=examples.paths[each.index].name,
        )
        for each, map_ in zip(mistakes, maps, strict=True)
    ]


def mistake_maps(
    examples: PictureExamples,
    mistakes: Sequence[Mistake],
    *,
    network: keras.Model,
    spec: ImageSpec,
) -> list[bytes | None]:
    """For each mistake the picture with Grad-CAM's map of the wrong class, as a JPEG.

    None for all of them where the network has no feature map that shows places.
    """
    if not mistakes:
        return []
    paths = [examples.paths[each.index] for each in mistakes]
    pixels = np.stack([load_image(path, spec) for path in paths])
    try:
        maps = class_maps(network, pixels, [each.predicted for each in mistakes])
    except ConfigError:
        return [None] * len(mistakes)
    return [_drawn(path, each, spec) for path, each in zip(paths, maps, strict=True)]


def shown_pictures(examples: PictureExamples, rows: Sequence[int]) -> list[ShownExample]:
    """Some pictures, small."""
    paths = [examples.paths[row] for row in rows]
    return [ShownExample(picture=thumbnail(path), source=path.name) for path in paths]


def thumbnail(path: Place) -> bytes:
    """A picture file as a small PNG, upright and square."""
    return png_thumbnail(load_image(path, _SQUARE), side=THUMBNAIL)


def _drawn(path: Place, map_: np.ndarray, spec: ImageSpec) -> bytes:
    """A picture under its map, as `thumbnail` has it."""
    original = open_image(path, 3)
    original.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))
    over = over_original(scaled_up(map_, (spec.height, spec.width)), spec, original.size)
    small = load_image(overlay(original, over), _SQUARE)
    encoded = io.BytesIO()
    Image.fromarray(small).save(encoded, "JPEG", quality=80)
    return encoded.getvalue()
