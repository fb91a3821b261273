from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.audit import measure_sizes
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess import image
from kerasapps.preprocess.image import ImageSpec, choose_image_size, load_image
from tests.values import kinds_of, left_open_in

BANDS = np.zeros((20, 40, 3), np.uint8)
BANDS[:, :10] = (255, 0, 0)
BANDS[:, 10:30] = (0, 255, 0)
BANDS[:, 30:] = (0, 0, 255)


def test_resize_policies() -> None:
    stretched = load_image(BANDS, ImageSpec(20, 20, 3, "stretch"))
    assert stretched.shape == (20, 20, 3) and stretched.dtype == np.uint8
    assert stretched[10, 1].tolist() == [255, 0, 0] and stretched[10, 18].tolist() == [0, 0, 255]
    cropped = load_image(BANDS, ImageSpec(20, 20, 3, "crop"))
    np.testing.assert_array_equal(cropped, BANDS[:, 10:30])
    padded = load_image(BANDS, ImageSpec(20, 20, 3, "pad"))
    assert not padded[:5].any() and not padded[15:].any()
    np.testing.assert_array_equal(padded[5:15], load_image(BANDS, ImageSpec(10, 20, 3)))
    tall = load_image(np.swapaxes(BANDS, 0, 1), ImageSpec(16, 24, 3, "pad"))
    assert not tall[:, :8].any() and tall[:, 8:16].any() and not tall[:, 16:].any()


def test_reduction_is_antialiased() -> None:
    checker = np.indices((64, 64)).sum(0) % 2 * 255
    reduced = load_image(checker.astype(np.uint8), ImageSpec(8, 8, 1))
    assert np.abs(reduced.astype(int) - 127).max() < 8


def test_every_source_gives_the_same_pixels(tmp_path: Path) -> None:
    spec = ImageSpec(9, 7, 3)
    Image.fromarray(BANDS).save(tmp_path / "a.png")
    want = load_image(BANDS, spec)
    for source in (
        tmp_path / "a.png",
        str(tmp_path / "a.png"),
        (tmp_path / "a.png").read_bytes(),
        BANDS / 255,
        BANDS.astype(np.int32),
    ):
        np.testing.assert_array_equal(load_image(source, spec), want)
    grey = load_image(BANDS, ImageSpec(20, 40, 1))
    assert grey.shape == (20, 40, 1) and grey[0, 0, 0] == 76  # 0.299 · 255
    opaque = np.dstack([BANDS, np.full((20, 40), 255, np.uint8)])
    np.testing.assert_array_equal(load_image(opaque, spec), want)
    assert load_image(np.dstack([BANDS, np.zeros((20, 40), np.uint8)]), spec).min() == 255
    np.testing.assert_array_equal(load_image(BANDS[..., 0], spec), load_image(BANDS[..., :1], spec))


def test_result_owns_no_file(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(BANDS).save(buffer, "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(buffer.getvalue())
    pixels = load_image(path, ImageSpec(20, 40, 3))
    path.unlink()
    np.testing.assert_array_equal(pixels, BANDS)


def test_bad_sources(tmp_path: Path) -> None:
    spec = ImageSpec(8, 8, 3)
    with pytest.raises(DataError, match=r"absent\.png: no such file"):
        load_image(tmp_path / "absent.png", spec)
    with pytest.raises(DataError, match="channels come first"):
        load_image(np.zeros((3, 8, 8)), spec)
    with pytest.raises(DataError, match="a picture of 4 bytes"):
        load_image(b"junk", spec)


def test_spec_round_trip_and_checks() -> None:
    spec = ImageSpec(8, 9, 1, "pad")
    assert ImageSpec.from_dict(spec.to_dict()) == spec and spec.shape == (8, 9, 1)
    for wrong in ({"height": 8}, {**spec.to_dict(), "colour": 1}):
        with pytest.raises(ConfigError, match="not a picture specification"):
            ImageSpec.from_dict(wrong)
    for field, value in (("height", 0), ("width", 2.5), ("channels", 2), ("resize", "squash")):
        with pytest.raises(ConfigError, match=field):
            ImageSpec.from_dict({**spec.to_dict(), field: value})


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ([(8, 8)], 32),
        ([(32, 900)], 32),
        ([(33, 40)], 64),
        ([(128, 100)], 128),
        ([(500, 333)] * 3, 160),
        ([(32, 32), (500, 500), (500, 400)], 160),
    ],
)
def test_choose_image_size(sides: list[tuple[int, int]], size: int) -> None:
    assert choose_image_size(measure_sizes(sides).short_side[1]) == size


def test_kinds_of_values() -> None:
    assert kinds_of(image) == {"ImageSpec": "frozen"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(image) == {"ImageSpec": {"resize": "stretch"}}


def test_a_cut_whose_edge_is_rounded_stays_inside() -> None:
    """64/113 of a height of 15 begins 2e-15 of a pixel above the picture, which Pillow refuses."""
    tall = np.zeros((15, 105), np.uint8)
    assert load_image(tall, ImageSpec(113, 64, 1, "crop")).shape == (113, 64, 1)
