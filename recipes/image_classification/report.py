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
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
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
    pictures = shown_pictures(
        [examples.paths[each.index] for each in mistakes],
        network=network,
        outputs=[each.predicted for each in mistakes],
        spec=spec,
    )
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=picture.picture,
            map=picture.map,
            source=picture.source,
        )
        for each, picture in zip(mistakes, pictures, strict=True)
    ]


def shown_pictures(
    paths: Sequence[Place], *, network: keras.Model, outputs: Sequence[int], spec: ImageSpec
) -> list[ShownExample]:
    """Some pictures, small, each with its map of one of the network's outputs.

    Args:
        paths: of the pictures.
        network: from pixels to logits or numbers.
        outputs: for each picture the place of the output.
        spec: of the pixels.
    """
    maps = _maps(paths, network, outputs, spec)
    return [
        ShownExample(picture=thumbnail(path), map=map_, source=path.name)
        for path, map_ in zip(paths, maps, strict=True)
    ]


def _maps(
    paths: Sequence[Place], network: keras.Model, outputs: Sequence[int], spec: ImageSpec
) -> list[bytes | None]:
    """The pictures under Grad-CAM's maps, as JPEGs; None where the network has no such map."""
    if not paths:
        return []
    pixels = np.stack([load_image(path, spec) for path in paths])
    try:
        maps = class_maps(network, pixels, outputs)
    except ConfigError:
        return [None] * len(paths)
    return [_drawn(path, each, spec) for path, each in zip(paths, maps, strict=True)]


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
