from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.values import as_array, is_array, is_url, plain_picture
from kerasapps.errors import DataError
from tests.data.pictures import pixels


class Tensor:
    """What other libraries' arrays have in common."""

    def __init__(self, values: np.ndarray, *, fails: bool = False) -> None:
        self.values, self.fails = values, fails

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        if self.fails:
            raise TypeError("it lies on another device")
        return self.values


def test_every_form_of_one_picture(tmp_path: Path) -> None:
    array = pixels(1)
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")  # leaves the buffer at its end
    encoded = buffer.getvalue()
    assert plain_picture(array) is array
    np.testing.assert_array_equal(plain_picture(Tensor(array)), array)
    np.testing.assert_array_equal(plain_picture(Image.fromarray(array)), array)
    for form in (encoded, bytearray(encoded), memoryview(encoded), buffer):
        assert plain_picture(form) == encoded
    (tmp_path / "a.png").write_bytes(encoded)
    with (tmp_path / "a.png").open("rb") as file:
        assert plain_picture(file) == encoded
    assert plain_picture(str(tmp_path / "a.png")) == tmp_path / "a.png"
    assert plain_picture("~/a.png") == Path.home() / "a.png"
    assert plain_picture("file:///a%20b/c.png") == Path("/a b/c.png")


@pytest.mark.parametrize("mode", ["P", "CMYK", "HSV", "YCbCr", "1", "LA", "RGBA", "I;16", "F"])
def test_pillow_images_of_every_mode_look_as_they_do_in_a_file(mode: str) -> None:
    colours = Image.new("RGB", (4, 2), (200, 40, 90))
    grey = Image.fromarray(np.full((2, 4), 128 * 256, np.uint16))
    image = {"I;16": grey, "F": Image.fromarray(np.full((2, 4), 0.5, np.float32))}.get(mode)
    image = colours.convert(mode) if image is None else image
    wide = image.mode in ("I;16", "F")
    expected = (128, 128, 128) if wide else image.convert("RGB").getpixel((0, 0))
    found = plain_picture(image)
    assert isinstance(found, np.ndarray) and found.shape == (2, 4, 3)
    assert found[0, 0].tolist() == list(expected)


def test_a_pillow_image_is_turned_as_its_file_is(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = pixels(2)
    Image.fromarray(np.ascontiguousarray(np.rot90(upright))).save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(plain_picture(image), upright)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ([[1, 2], [3, 4]], "a list: make an array of it with numpy.asarray; expected a file"),
        (3, "a int; expected"),
        (None, "a NoneType; expected"),
        ("https://a.org/b.jpg", "is a URL: download"),
        ("S3://b/c.png", "is a URL: download"),
        (io.StringIO("text"), "open it with 'rb'"),
        (Tensor(pixels(1), fails=True), "another device"),
        (Image.new("La", (2, 2)), "a picture of mode La: convert it to RGB"),
    ],
)
def test_anything_else_is_named(value: Any, part: str) -> None:
    with pytest.raises(DataError) as caught:
        plain_picture(value, what="picture 5")
    assert part in str(caught.value)
    assert "picture 5" in str(caught.value) or "URL" in part


def test_urls_and_arrays() -> None:
    assert is_url("http://x/y.png") and is_url("file:///a.png")
    assert not any(map(is_url, ["C:\\a.png", "c:/a.png", "a/b.png", "//server/a.png", "x.png"]))
    assert is_array(np.zeros(2)) and is_array(Tensor(np.zeros(2)))
    assert not is_array(Image.new("L", (1, 1))) and not is_array(np.ndarray) and not is_array([1])
    assert as_array(Tensor(np.arange(2))).tolist() == [0, 1]
