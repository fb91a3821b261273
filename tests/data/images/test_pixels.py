from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.images.pixels import PixelScale, check_picture_shape, refuse_faint
from kerasapps.errors import DataError


def one(values: list[float], dtype: str) -> list[int]:
    return PixelScale().to_uint8(np.array(values, dtype)).tolist()


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0, 1, 255], "uint8", [0, 1, 255]),
        ([False, True], "bool", [0, 255]),
        ([0, 255], "int64", [0, 255]),
        ([0, 4096, 65535], "uint16", [0, 16, 255]),
        ([0], "uint16", [0]),
        ([0.0, 0.5, 1.0], "float32", [0, 128, 255]),
        ([0.0, 1.0], "float64", [0, 255]),
        ([-0.0019, 1.0019], "float64", [0, 255]),
        ([0, 0.4, 254.6, 255.5], "float64", [0, 0, 255, 255]),
        ([-0.5, 128], "float64", [0, 128]),
        ([0.0, 0.0], "float32", [0, 0]),
        ([0.0, 2.0], "float32", [0, 2]),
        ([0.5, 2.1], "float32", [0, 2]),
        ([0.0, 0.25], "float16", [0, 64]),
        ([], "float32", []),
    ],
)
def test_one_picture(values: list[float], dtype: str, expected: list[int]) -> None:
    assert one(values, dtype) == expected


@pytest.mark.parametrize(
    ("values", "dtype", "part"),
    [
        ([0, 1.1], "float32", "clip what overshoots with numpy.clip(pixels, 0, 1)"),
        ([0, 0.5, 2.0], "float32", "neither 0..1 nor 0..255"),
        ([0, 1.003], "float64", "neither 0..1 nor 0..255"),
        ([-0.003, 1], "float64", "undo any normalisation"),
        ([-0.6, 200], "float64", "undo any normalisation"),
        ([0, 255.6], "float64", "undo any normalisation"),
        ([0, float("nan")], "float32", "nan"),
        ([float("nan"), 3], "float32", "nan"),
        ([0, 256], "int32", "expected 0..255"),
        ([-1, 3], "int8", "expected 0..255"),
        ([0, 255], "uint16", "pixels.astype('uint8')"),
        ([0, 4095], "uint16", "12-bit samples, shift them to the full range: pixels << 4"),
        ([0, 1023], "uint16", "10-bit samples, shift them to the full range: pixels << 6"),
        ([1 + 2j], "complex64", "dtype complex64"),
        (["a"], "str", "dtype"),
    ],
)
def test_what_cannot_be_right_is_refused(values: list[float], dtype: str, part: str) -> None:
    with pytest.raises(DataError) as caught:
        PixelScale().to_uint8(np.array(values, dtype), what="picture 7")
    assert part in str(caught.value) and str(caught.value).startswith("picture 7")


def test_what_was_fitted_decides_for_dark_pictures() -> None:
    scale = PixelScale()
    for picture in (np.array([0.0, 1.0]), np.array([0.0, 200.0])):
        scale.fit(picture)
    assert scale.to_uint8(np.array([0.0, 1.0])).tolist() == [0, 1]
    with pytest.raises(DataError, match="undo any normalisation"):
        scale.to_uint8(np.array([-5.0, 1.0]))
    unit = PixelScale()
    unit.fit(np.array([0.0, 0.9]))
    assert unit.to_uint8(np.array([0.0, 0.2])).tolist() == [0, 51]
    with pytest.raises(DataError, match="values up to 2 while the pictures before"):
        unit.to_uint8(np.array([0.0, 2.0]))


def test_without_fitting_the_first_picture_that_is_not_black_decides() -> None:
    scale = PixelScale()
    assert scale.to_uint8(np.zeros(2)).tolist() == [0, 0]
    assert scale.to_uint8(np.array([0.0, 0.5])).tolist() == [0, 128]
    with pytest.raises(DataError, match="give all of them one scale"):
        scale.to_uint8(np.array([0.0, 100.0]))


@pytest.mark.parametrize(
    ("dtype", "high", "part"),
    [
        ("uint8", 1, "values from 0 to 1 only"),
        ("uint8", 31, "255 / 31"),
        ("int64", 16, "expected 0..255; bring"),
        ("float32", 16, "expected 0..255 or 0..1; bring"),
        ("uint16", 32767, "15-bit samples, shift them to the full range: pixels << 1"),
        ("uint8", 32, None),
        ("float32", 32, None),
        ("float32", 1, None),
        ("uint16", 32768, None),
        ("uint8", 0, None),
        ("bool", 1, None),
    ],
)
@pytest.mark.parametrize("way", ["fit", "to_uint8"])
def test_a_whole_source_is_of_a_plausible_scale(
    dtype: str, high: int, part: str | None, way: str
) -> None:
    scale = PixelScale()
    for values in ([0, 0], [0, high], [0, high // 2]):
        if dtype == "uint16" and way == "to_uint8" and values[1] == 0:
            continue
        getattr(scale, way)(np.array(values, dtype))
    if part is None:
        scale.check()
        return
    with pytest.raises(DataError) as caught:
        scale.check("the pictures of a.npz")
    assert part in str(caught.value) and "the pictures of a.npz" in str(caught.value)


def test_faint_pictures_of_sixteen_bits() -> None:
    for high in (0, 4096, 65535):
        refuse_faint(high)
    for high in (1, 255, 4095):
        with pytest.raises(DataError, match=f"reach only {high} of 65535"):
            refuse_faint(high)


def test_shapes() -> None:
    for shape in ((2, 3), (2, 3, 1), (2, 3, 3), (2, 3, 4), (1, 1)):
        check_picture_shape(shape, what="it")
    for shape in ((), (3,), (2, 3, 2), (2, 3, 5), (0, 3), (2, 0, 3), (1, 2, 3, 3)):
        with pytest.raises(DataError, match=r"it has shape .*: expected \(height, width\)") as no:
            check_picture_shape(shape, what="it")
        assert "moveaxis" not in str(no.value)
    for channels in (1, 3, 4):
        with pytest.raises(DataError, match=r"numpy.moveaxis\(picture, 0, -1\)"):
            check_picture_shape((channels, 8, 9), what="it")


def test_pictures_of_both_scales_in_one_source_are_refused() -> None:
    unit, full = np.array([0.0, 0.25, 0.9]), np.array([0.0, 100.0, 250.0])
    fitted = PixelScale()
    for pixels in (unit, full):
        fitted.fit(pixels)
    streamed = PixelScale()
    assert streamed.to_uint8(full).tolist() == fitted.to_uint8(full).tolist() == [0, 100, 250]
    for scale in (fitted, streamed):
        with pytest.raises(DataError, match=r"^picture 7 has values from 0 to 0\.9, as of 0"):
            scale.to_uint8(unit, what="picture 7")
        # black, or of whole numbers, they fit in
        assert scale.to_uint8(np.array([0.0, 0.25, 0.5])).tolist() == [0, 0, 0]
        assert scale.to_uint8(np.array([0.0, 1.0])).tolist() == [0, 1]
