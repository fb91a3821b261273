"""What a report shows of pictures: the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.images.examples import PictureExamples
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail

THUMBNAIL = 160


def show_pictures(
    examples: PictureExamples, probabilities: np.ndarray, labels: Sequence[str]
) -> list[ShownMistake]:
    """The most confident wrong answers with their pictures."""
    spec = ImageSpec(THUMBNAIL, THUMBNAIL, 3, "pad")
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=png_thumbnail(load_image(examples.paths[each.index], spec), side=THUMBNAIL),
            source=examples.paths[each.index].name,
        )
        for each in mistakes
    ]
