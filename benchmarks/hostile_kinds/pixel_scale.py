"""A4: scale of pixels.

Pictures in memory of every scale, type and mode, and 16-bit files of fewer bits: the pixels that
training and `predict` see must be those that were meant, or the array is refused with the way to
convert it.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hostile_cases import Case, Verdict, judge
from hostile_workshop import Workshop
from PIL import Image

import kerasapps
from kerasapps.config import LoadConfig
from kerasapps.data.images.decode import decode_image
from tests.data.loading import load_images

COUNT = 12
LABELS = [number % 2 for number in range(COUNT)]
MODES = ("RGB", "P", "CMYK", "HSV", "YCbCr", "L", "1", "LA", "RGBA", "PA", "LAB")


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Arrays for training, arrays for `predict`, files."""
    for name, change, refusal in _forms(draw, variants):
        yield Case(f"training: {name}", lambda c=change, r=refusal: _train(workshop, c, r))
        yield Case(f"predict: {name}", lambda c=change, r=refusal: _predict(workshop, c, r))
    for mode in MODES:
        yield Case(f"a Pillow image of mode {mode}", lambda m=mode: _mode(workshop, m))
    for bits in (8, 10, 12, *draw.choices(range(9, 13), k=variants)):
        yield Case(f"a file of {bits} bits in 16", lambda b=bits: _file(workshop, b))
    for channels in (3, 4):
        yield Case(f"predict: {channels} channels first", lambda c=channels: _first(workshop, c))


Change = Callable[[np.ndarray], Any]


def _forms(
    draw: random.Random, variants: int
) -> Iterator[tuple[str, Change, tuple[str, ...] | None]]:
    """Name, change of uint8 pictures, and the words of the refusal; None: the same pixels."""
    yield "uint8", lambda x: x, None
    yield "floats 0 to 1", lambda x: x / 255, None
    yield "floats 0 to 255", lambda x: x.astype(np.float32), None
    yield "16 bits", lambda x: x.astype(np.uint16) * 257, None
    yield "int64", lambda x: x.astype(np.int64), None
    yield "a list", list, None
    yield "Pillow images", lambda x: [Image.fromarray(each) for each in x], None
    yield "float16 of 0 to 1", lambda x: (x / 255).astype(np.float16), None
    for high in (1.1, *(round(draw.uniform(1.01, 1.9), 2) for _ in range(variants))):
        yield f"floats 0 to {high}", lambda x, h=high: x / 255 * h, ("numpy.clip", f"{high:g}")
    yield "floats -1 to 1", lambda x: x / 127.5 - 1, ("undo any normalisation",)
    yield "uint16 of 0 to 255", lambda x: x.astype(np.uint16), ("astype('uint8')",)
    for bits in (12, *draw.choices(range(9, 13), k=variants)):
        change = lambda x, b=bits: (x.astype(np.uint16) * 257) >> (16 - b)  # noqa: E731
        yield f"{bits} bits in uint16", change, (f"{bits}-bit", f"<< {16 - bits}")
    yield "0 and 1 in uint8", lambda x: (x > 127).astype(np.uint8), ("0", "1", "booleans")
    yield "int32 of 16 bits", lambda x: x.astype(np.int32) * 257, ("expected 0..255",)
    yield "not a number", lambda x: x * np.nan, ("nan",)


def _pictures() -> np.ndarray:
    """Pictures that use all of the range."""
    pictures = np.random.default_rng(0).integers(0, 256, (COUNT, 8, 9, 3), dtype=np.uint8)
    pictures[:, 0, 0], pictures[:, 0, 1] = 0, 255
    return pictures


def _train(workshop: Workshop, change: Change, refusal: tuple[str, ...] | None) -> Verdict:
    pictures = _pictures()

    def load() -> dict[bytes, str]:
        data = (change(pictures), LABELS)
        splits = load_images(data, config=LoadConfig(), seed=0, work_dir=workshop.fresh())
        return {
            decode_image(path, 3).tobytes(): splits.labels[label]
            for part in (splits.train, splits.validation, splits.test)
            for path, label in zip(part.paths, part.labels, strict=True)
        }

    expected = {each.tobytes(): str(label) for each, label in zip(pictures, LABELS, strict=True)}
    return judge(load, right=None if refusal else lambda x: x == expected, refusal=refusal)


def _predict(workshop: Workshop, change: Change, refusal: tuple[str, ...] | None) -> Verdict:
    bundle = kerasapps.load_bundle(workshop.pictures)
    expected = [bundle.predict(each)[0] for each in _pictures()]
    return judge(
        lambda: bundle.predict(change(_pictures())),
        right=None if refusal else lambda found: found == expected,
        refusal=refusal,
    )


def _mode(workshop: Workshop, mode: str) -> Verdict:
    bundle = kerasapps.load_bundle(workshop.pictures)
    image = Image.fromarray(_pictures()[0])
    image = image.convert("L").convert(mode) if mode in ("PA", "LA") else _converted(image, mode)
    expected = bundle.predict(np.asarray(image.convert("RGB")))
    return judge(lambda: bundle.predict([image]), right=lambda x: x == expected, refusal=None)


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if mode != "LAB":
        return image.convert(mode)
    from PIL import ImageCms

    profiles = [ImageCms.createProfile(name) for name in ("sRGB", "LAB")]
    converted = ImageCms.profileToProfile(image, *profiles, outputMode="LAB")
    assert converted is not None
    return converted


def _file(workshop: Workshop, bits: int) -> Verdict:
    buffer = io.BytesIO()
    samples = (_pictures()[0, :, :, 0].astype(np.uint16) * 257) >> (16 - bits)
    Image.fromarray(samples).save(buffer, "PNG")
    return judge(
        lambda: kerasapps.load_bundle(workshop.pictures).predict(buffer.getvalue()),
        refusal=("16-bit samples", "8-bit values" if bits == 8 else f"{bits}-bit samples"),
    )


def _first(workshop: Workshop, channels: int) -> Verdict:
    return judge(
        lambda: kerasapps.load_bundle(workshop.pictures).predict(np.zeros((channels, 8, 9), "u1")),
        refusal=("numpy.moveaxis(pixels, 0, -1)", "numpy.newaxis"),
    )
