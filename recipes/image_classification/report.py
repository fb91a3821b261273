"""What a report shows of pictures: the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.images.examples import PictureExamples
from kerasapps.evaluation.usage import Asked, literal
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail

THUMBNAIL = 160
_RESIZED = {
    "stretch": "picture = picture.resize({size}, Image.Resampling.BILINEAR)",
    "crop": "picture = ImageOps.fit(picture, {size}, Image.Resampling.BILINEAR)",
    "pad": """\
whole = ImageOps.contain(picture, {size}, Image.Resampling.BILINEAR)
picture = Image.new(picture.mode, {size})
picture.paste(whole, tuple((a - b) // 2 for a, b in zip(picture.size, whole.size)))""",
}
"""What to do with the aspect → the lines that do it, antialiased as training does."""


def ask_picture(spec: ImageSpec) -> Asked:
    """How a picture is given to a bundle, as it is written; `spec` is what the model takes."""
    size = f"({spec.width}, {spec.height})"
    kind, mode, layers = ("RGB", "RGB", "") if spec.channels == 3 else ("grey", "L", ", ..., None")
    resized = _RESIZED[spec.resize].format(size=size)
    return Asked(
        typed="photo.jpg",
        data="more_photos/",
        python='"photo.jpg"',
        takes=f"the bytes of a picture in {kind}, [1, {spec.height}, {spec.width}, "
        f"{spec.channels}] (uint8 where it is model_int8.tflite, else float32 of the same values; "
        "rescaling is inside)",
        imports=f"""\
from PIL import Image{"" if spec.resize == "stretch" else ", ImageOps"}

picture = Image.open("photo.jpg").convert({literal(mode)})
{resized}""",
        value=f'np.asarray(picture, takes["dtype"])[None{layers}]',
        served='tf.constant([open("photo.jpg", "rb").read()])',
    )


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
