"""What a report shows of pictures: the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import Place
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail

THUMBNAIL = 160


def show_pictures(
    examples: PictureExamples, probabilities: np.ndarray, labels: Sequence[str]
) -> list[ShownMistake]:
    """The most confident wrong answers with their pictures."""
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=thumbnail(examples.paths[each.index]),
            source=examples.paths[each.index].name,
        )
        for each in mistakes
    ]


def shown_pictures(examples: PictureExamples, rows: Sequence[int]) -> list[ShownExample]:
    """Some pictures, small."""
    paths = [examples.paths[row] for row in rows]
    return [ShownExample(picture=thumbnail(path), source=path.name) for path in paths]


def thumbnail(path: Place) -> bytes:
    """A picture file as a small PNG, upright and square."""
    spec = ImageSpec(THUMBNAIL, THUMBNAIL, 3, "pad")
    return png_thumbnail(load_image(path, spec), side=THUMBNAIL)
