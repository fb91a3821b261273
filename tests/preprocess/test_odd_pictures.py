from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.decode import decode_image
from kerasapps.data.images.upright import orientation
from kerasapps.errors import DataError
from kerasapps.preprocess.odd_pictures import exif, odd_pictures, png, smooth_photo

FILES = odd_pictures(12, 20)
UNREADABLE = {"JPEG cut short", "PNG cut short", "text", "no bytes"}
TURNED = {kind for kind in FILES if "turned" in kind}


def test_the_files_are_always_the_same() -> None:
    assert odd_pictures(12, 20) == FILES and len(FILES) > 45


@pytest.mark.parametrize("kind", FILES)
def test_pillow_reads_them_at_their_size(kind: str) -> None:
    if kind in UNREADABLE - {"PNG cut short"}:
        with pytest.raises(DataError):
            decode_image(FILES[kind], 3)
        return
    with Image.open(io.BytesIO(FILES[kind])) as image:
        assert image.size == (20, 12)
        assert (orientation(image) > 1) == (kind in TURNED)
    if kind not in UNREADABLE:
        assert np.ptp(decode_image(FILES[kind], 3)) > 50


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (50, 2)])
def test_any_size_will_do(size: tuple[int, int]) -> None:
    assert set(odd_pictures(*size)) == set(FILES)
    assert smooth_photo(*size).size == size[::-1]


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_samples_of_few_bits_come_back(depth: int) -> None:
    samples = np.random.default_rng(0).integers(0, 2**depth, (5, 7), dtype=np.uint8)
    with Image.open(io.BytesIO(png(samples, depth=depth, kind=0))) as image:
        found = np.asarray(image.convert("L"))
    np.testing.assert_array_equal(found, samples * (255 // (2**depth - 1)))


@pytest.mark.parametrize(
    ("little", "long"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_exif_says_how_a_picture_was_turned(little: bool, long: bool) -> None:
    found = Image.Exif()
    found.load(exif(5, little=little, long=long))
    assert found[0x0112] == 5
