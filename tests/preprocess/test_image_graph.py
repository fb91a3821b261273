"""The SavedModel's decoder gives what Pillow gives, for every format, orientation and policy."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageFilter

from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.image_graph import decode_batch


def photo() -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (61, 83, 3), dtype=np.uint8)
    return Image.fromarray(noise).filter(ImageFilter.GaussianBlur(2))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def files() -> dict[str, bytes]:
    colour, grey = photo(), photo().convert("L")
    found = {
        "jpeg": encoded(colour, "JPEG"),
        "png": encoded(colour, "PNG"),
        "gif": encoded(colour.quantize(64), "GIF"),
        "bmp": encoded(colour, "BMP"),
        "webp": encoded(colour, "WEBP"),
        "grey jpeg": encoded(grey, "JPEG"),
        "grey png": encoded(grey, "PNG"),
        "grey bmp": encoded(grey, "BMP"),
        "palette png": encoded(colour.quantize(32), "PNG"),
        "transparent png": encoded(Image.merge("RGBA", (*colour.split(), grey)), "PNG"),
        "transparent webp": encoded(Image.merge("RGBA", (*colour.split(), grey)), "WEBP"),
        "cmyk jpeg": encoded(colour.convert("CMYK"), "JPEG"),
        "16-bit png": encoded(Image.fromarray(np.asarray(grey).astype(np.uint16) * 257), "PNG"),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        found[f"exif {orientation}"] = encoded(colour, "JPEG", exif=exif)
    return found


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("policy", ["stretch", "crop", "pad"])
def test_graph_and_pillow_agree(policy: str, channels: int) -> None:
    spec = ImageSpec(40, 48, channels, policy)  # type: ignore[arg-type]
    signature = [tf.TensorSpec((None,), tf.string)]
    decode = tf.function(lambda batch: decode_batch(batch, spec), input_signature=signature)
    cases = files()
    found = decode(tf.constant(list(cases.values()))).numpy()
    assert found.shape == (len(cases), 40, 48, channels)
    for name, picture in zip(cases, found, strict=True):
        expected = load_image(cases[name], spec).astype(np.float32)
        difference = np.abs(picture - expected)
        assert difference.max() <= 3 and difference.mean() < 0.6, (name, difference.max())
