from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.decode import decode_image
from kerasapps.data.images.upright import (
    flatten_picture,
    orientation,
    sixteen_bit_colour,
    upright_picture,
)
from kerasapps.errors import DataError
from tests.data.pictures import png16


def tiff(samples: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(samples).save(buffer, "TIFF")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 100.4, 255.0]], np.float32), [0, 100, 255]),
        (np.array([[0, 200, 255]], np.int32), [0, 200, 255]),
        (np.array([[0, 256, 65535]], np.int32), [0, 1, 255]),
        (np.array([[0, 256, 65535]], np.uint16), [0, 1, 255]),
        (np.array([[0, 4096, 16]], np.uint16), [0, 16, 0]),
        (np.array([[0, 0, 0]], np.uint16), [0, 0, 0]),
    ],
)
def test_grey_of_more_than_eight_bits(samples: np.ndarray, expected: list[int]) -> None:
    assert decode_image(tiff(samples), 1)[0, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("encoded", "part"),
    [
        (tiff(np.array([[0, 4095]], np.uint16)), "if they are 12-bit samples, shift"),
        (tiff(np.array([[0, 255]], np.uint16)), "if they are 8-bit values"),
        (tiff(np.array([[0.0, 1.1]], np.float32)), "neither 0..1 nor 0..255"),
        (tiff(np.array([[-1.0, 1.0]], np.float32)), "undo any normalisation"),
        (tiff(np.array([[0, 65536]], np.int32)), "from 0 to 65536"),
        (tiff(np.array([[-5, 60000]], np.int32)), "from -5 to 60000"),
        (png16(np.array([[0, 4095]])), "if they are 12-bit samples, shift"),
        (png16(np.array([[[0, 255, 3]]])), "if they are 8-bit values"),
        (png16(np.array([[[0, 4095, 3]]])), "if they are 12-bit samples"),
    ],
)
def test_what_would_come_out_black_is_refused(encoded: bytes, part: str) -> None:
    with pytest.raises(DataError, match=f"a picture of {len(encoded)} bytes: ") as caught:
        decode_image(encoded, 3)
    assert part in str(caught.value)


def test_sixteen_bit_colours_keep_their_high_bytes() -> None:
    encoded = png16(np.array([[[0, 4096, 0x1234]]]))
    with Image.open(io.BytesIO(encoded)) as image:
        assert sixteen_bit_colour(image)
    assert decode_image(encoded, 3).tolist() == [[[0, 16, 18]]]
    for plain in (png16(np.array([[0, 65535]])), tiff(np.zeros((1, 2, 3), np.uint8))):
        with Image.open(io.BytesIO(plain)) as image:
            assert not sixteen_bit_colour(image)


def test_transparency_of_sixteen_bits_does_not_hide_that_they_are_faint() -> None:
    for high, fits in ((4095, False), (4096, True)):
        encoded = png16(np.array([[[high, 0, 0, 65535], [0, 0, 0, 0]]]))
        if fits:
            assert decode_image(encoded, 3).tolist() == [[[16, 0, 0], [255, 255, 255]]]
        else:
            with pytest.raises(DataError, match="reach only 4095"):
                decode_image(encoded, 3)


def test_orientations() -> None:
    image = Image.new("RGB", (3, 2))
    assert orientation(image) == 1
    exif = image.getexif()
    exif[0x0112] = 6
    assert orientation(image) == 6
    assert upright_picture(image, 3, what="it").size == (2, 3)
    exif[0x0112] = "left"
    assert orientation(image) == 1


@pytest.mark.parametrize(
    ("held", "expected"),
    # what a picture of 1 2 / 3 4 looks like upright when a camera stored it so (EXIF 2.32)
    [(1, [[1, 2], [3, 4]]), (2, [[2, 1], [4, 3]]), (3, [[4, 3], [2, 1]]), (4, [[3, 4], [1, 2]]),
     (5, [[1, 3], [2, 4]]), (6, [[3, 1], [4, 2]]), (7, [[4, 2], [3, 1]]), (8, [[2, 4], [1, 3]]),
     (9, [[1, 2], [3, 4]])],
)  # fmt: skip
def test_every_way_to_hold_a_camera(held: int, expected: list[list[int]]) -> None:
    image = Image.fromarray(np.array([[1, 2], [3, 4]], np.uint8))
    image.getexif()[0x0112] = held
    assert np.asarray(upright_picture(image, 1, what="it")).tolist() == expected


def test_transparency_is_laid_on_white() -> None:
    image = Image.new("RGBA", (1, 1), (0, 0, 0, 0))
    assert flatten_picture(image, 3).getpixel((0, 0)) == (255, 255, 255)
    image = Image.new("LA", (1, 1), (0, 128))
    assert flatten_picture(image, 1).getpixel((0, 0)) == 127


def test_modes_and_channels() -> None:
    red = Image.new("RGB", (1, 1), (255, 0, 0))
    assert flatten_picture(red, 3) is red
    assert flatten_picture(red, 1).getpixel((0, 0)) == 76  # ITU-R 601
    clear = Image.new("RGBA", (1, 1), (255, 0, 0, 0))
    assert flatten_picture(clear, 3).getpixel((0, 0)) == (255, 255, 255)
    with pytest.raises(DataError, match="it: a picture of mode La: convert it to RGB"):
        upright_picture(Image.new("La", (1, 1)), 3, what="it")
