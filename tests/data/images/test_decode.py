from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from kerasapps.data.images.decode import decode_image, inspect_image
from kerasapps.errors import DataError
from tests.data.pictures import pixels, png16, write_picture


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("suffix", "lossy"),
    [(".png", 0), (".bmp", 0), (".gif", 80), (".jpg", 60), (".webp", 80), (".tiff", 0),
     (".avif", 90), (".heic", 60), (".jp2", 0), (".ppm", 0)],
)  # fmt: skip
def test_every_format_gives_its_pixels(tmp_path: Path, suffix: str, lossy: int) -> None:
    smooth = np.stack(np.meshgrid(np.arange(40) * 6, np.arange(30) * 8), -1).astype(np.uint8)
    smooth = np.concatenate([smooth, smooth[..., :1] // 2], -1)
    if suffix == ".heic":
        pillow_heif.from_pillow(Image.fromarray(smooth)).save(tmp_path / "a.heic", quality=90)
    else:
        Image.fromarray(smooth).save(tmp_path / f"a{suffix}")
    got = decode_image(tmp_path / f"a{suffix}", 3)
    assert got.dtype == np.uint8 and got.shape == (30, 40, 3)
    assert np.abs(got.astype(int) - smooth).max() <= lossy
    assert decode_image(tmp_path / f"a{suffix}", 1).shape == (30, 40, 1)
    assert inspect_image(tmp_path / f"a{suffix}").problem is None


def test_sixteen_bits_keep_the_high_byte(tmp_path: Path) -> None:
    grey = np.array([[0, 255, 256, 65535]])
    assert decode_image(png16(grey), 1)[0, :, 0].tolist() == [0, 0, 1, 255]
    assert decode_image(png16(grey), 3)[0, :, 1].tolist() == [0, 0, 1, 255]
    colour = np.array([[[0, 0x1234, 0xFFFF]]])
    assert decode_image(png16(colour), 3).tolist() == [[[0, 0x12, 0xFF]]]
    for name, samples in (("grey", grey), ("colour", colour)):
        (tmp_path / f"{name}.png").write_bytes(png16(samples))
        assert [what for what, _ in inspect_image(tmp_path / f"{name}.png").notes] == ["16-bit"]


def test_transparency_is_laid_on_white() -> None:
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 3] = 0, 128, 255
    assert decode_image(encoded(Image.fromarray(rgba), "PNG"), 3)[0, :, 0].tolist() == [255, 127, 0]
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putdata([0, 1])
    clear = encoded(palette, "PNG", transparency=1)
    assert decode_image(clear, 3).tolist() == [[[255, 0, 0], [255, 255, 255]]]
    assert decode_image(encoded(palette, "PNG"), 3).tolist() == [[[255, 0, 0], [0, 0, 255]]]
    grey_alpha = Image.fromarray(np.array([[[10, 0], [10, 255]]], np.uint8), "LA")
    assert decode_image(encoded(grey_alpha, "PNG"), 1)[0, :, 0].tolist() == [255, 10]


def test_cmyk_and_bilevel() -> None:
    red = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    assert np.abs(decode_image(encoded(red, "JPEG"), 3).astype(int) - (255, 0, 0)).max() < 12
    black_white = Image.fromarray(np.array([[True, False]]))
    assert decode_image(encoded(black_white, "PNG"), 1)[0, :, 0].tolist() == [255, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(tmp_path: Path, orientation: int) -> None:
    upright = pixels(1, size=(4, 3))
    # How a camera stores the upright picture under each orientation (EXIF 2.32, tag 0x0112).
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.png"
    Image.fromarray(np.ascontiguousarray(stored)).save(path, exif=exif)
    np.testing.assert_array_equal(decode_image(path, 3), upright)
    found = inspect_image(path)
    assert (found.width, found.height) == (4, 3)
    assert [what for what, _ in found.notes] == ["EXIF rotation"] * (orientation != 1)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert decode_image(tmp_path / "a.gif", 3)[0, 0].tolist() == [255, 0, 0]
    assert ("animated", "only the first frame is used") in inspect_image(tmp_path / "a.gif").notes


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    whole = encoded(Image.fromarray(pixels(1, size=(64, 64))), "JPEG")
    cases = {
        "truncated.jpg": (whole[: len(whole) // 2], "truncated or corrupt"),
        "truncated.png": (write_picture(tmp_path / "x.png", 2).read_bytes()[:200], "truncated"),
        "empty.jpg": (b"", "empty file"),
        "cut.jpg": (b"a" * 509 + "\U0001f600".encode(), "not a picture but a text file"),
        "cut3.jpg": (b"a" * 511 + "é".encode(), "not a picture but a text file"),
        "text.jpg": ("no pïcture".encode(), "not a picture but a text file"),
        "archive.jpg": (b"PK\x03\x04" + bytes(60), "zip archive"),
        "icon.png": (encoded(Image.new("RGB", (16, 16)), "ICO"), "ICO pictures are not supported"),
        "a.nef": (encoded(Image.new("RGB", (4, 4)), "TIFF"), "a camera's own format"),
        "junk.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), ""),
    }
    for name, (data, reason) in cases.items():
        (tmp_path / name).write_bytes(data)
        problem = inspect_image(tmp_path / name).problem
        assert problem is not None and reason in problem, (name, problem)
        assert str(tmp_path) not in problem
        with pytest.raises(DataError, match=name):
            decode_image(tmp_path / name, 3)
    (tmp_path / "bytes.jpg").write_bytes(b"a" * 508 + b"\xff" * 10)
    assert inspect_image(tmp_path / "bytes.jpg").problem == "not a picture"
    assert "no such file" in str(inspect_image(tmp_path / "absent.png").problem)
    (tmp_path / "folder.png").mkdir()
    assert "folder" in str(inspect_image(tmp_path / "folder.png").problem)
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    assert inspect_image(tmp_path / "loop.png").problem
    (tmp_path / "no_suffix").write_bytes(whole)
    assert inspect_image(tmp_path / "no_suffix").problem is None


def test_decompression_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_picture(tmp_path / "a.png", 1, size=(30, 30))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 450)  # Pillow refuses from twice as many on
    with pytest.warns(Image.DecompressionBombWarning):
        assert inspect_image(path).problem is None
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 449)
    assert "too large: more than 0 million pixels" in str(inspect_image(path).problem)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 89_478_485)
    buffer = io.BytesIO()
    Image.new("1", (1, 1)).save(buffer, "PPM")
    wide = buffer.getvalue().replace(b"1 1", b"178956971 1")
    with pytest.raises(DataError, match="more than 179 million pixels; scale it down"):
        decode_image(wide, 3)


def test_digest_is_of_the_pixels(tmp_path: Path) -> None:
    png, bmp = write_picture(tmp_path / "a.png", 1), write_picture(tmp_path / "a.bmp", 1)
    assert inspect_image(png).digest == inspect_image(bmp).digest
    assert inspect_image(png).digest != inspect_image(write_picture(tmp_path / "b.png", 2)).digest
    flat = [Image.new("RGB", size) for size in ((4, 2), (2, 4))]  # same bytes, other shape
    for number, image in enumerate(flat):
        image.save(tmp_path / f"{number}.png")
    assert inspect_image(tmp_path / "0.png").digest != inspect_image(tmp_path / "1.png").digest


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    for kind, name in (("PNG", "a.jpg"), ("JPEG", "b"), ("WEBP", "c.txt"), ("TIFF", "d.png")):
        (tmp_path / name).write_bytes(encoded(Image.fromarray(pixels(1)), kind))
        found = inspect_image(tmp_path / name)
        assert found.problem is None and (found.width, found.height) == (12, 10)
        suffix = Path(name).suffix
        expected = ((f"{kind} named {suffix}", "read by its content"),) if suffix else ()
        assert found.notes == expected


def test_several_pages_and_pictures_with_a_preview(tmp_path: Path) -> None:
    first, second = Image.fromarray(pixels(1)), Image.fromarray(pixels(2))
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second])
    np.testing.assert_array_equal(decode_image(tmp_path / "a.tif", 3), pixels(1))
    assert inspect_image(tmp_path / "a.tif").notes == (
        ("several pages", "only the first page is used"),
    )
    first.save(tmp_path / "b.jpg", "MPO", save_all=True, append_images=[second], quality=98)
    shown = decode_image(tmp_path / "b.jpg", 3).astype(int)
    alone = Image.open(io.BytesIO(encoded(first, "JPEG", quality=98)))
    np.testing.assert_array_equal(shown, np.asarray(alone))
    found = inspect_image(tmp_path / "b.jpg")
    assert found.problem is None and found.notes == ()  # the second is no frame of a film
    (tmp_path / "b.mpo").write_bytes((tmp_path / "b.jpg").read_bytes())
    assert inspect_image(tmp_path / "b.mpo").notes == ()


@pytest.mark.parametrize("suffix", [".tif", ".avif", ".heic"])
def test_rotation_in_other_formats(tmp_path: Path, suffix: str) -> None:
    upright = Image.new("RGB", (64, 32), "blue")
    upright.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    if suffix == ".heic":
        stored.info["exif"] = exif.tobytes()  # as phones do, it becomes a transform of the file
        pillow_heif.register_heif_opener()
        stored.save(tmp_path / "a.heic")
    else:
        stored.save(tmp_path / f"a{suffix}", exif=exif)
    found = decode_image(tmp_path / f"a{suffix}", 3)
    assert found.shape == (32, 64, 3)
    assert found[16, 8, 0] > 200 and found[16, 56, 2] > 200


def test_heic_without_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(tmp_path / "a.heic")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    problem = str(inspect_image(tmp_path / "a.heic").problem)
    assert problem.startswith("a HEIC picture: pip install") and "kerasapps[heic]" in problem


def test_damaged_behind_the_first_frame(tmp_path: Path) -> None:
    frames = [Image.fromarray(pixels(number, size=(64, 64))) for number in range(3)]
    whole = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    (tmp_path / "a.gif").write_bytes(whole[: len(whole) * 2 // 3])
    found = inspect_image(tmp_path / "a.gif")
    assert found.problem is None and found.notes == ()  # how many frames follow is not known
    (tmp_path / "b.avif").write_bytes(encoded(frames[0], "AVIF")[:60])
    assert "AVIF picture that Pillow cannot read" in str(inspect_image(tmp_path / "b.avif").problem)


def test_the_highest_value_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png16(np.array([[0, 16384, 300]])))
    assert inspect_image(tmp_path / "a.png").high == 64
    Image.fromarray(np.array([[[3, 77, 9]]], np.uint8)).save(tmp_path / "b.png")
    assert inspect_image(tmp_path / "b.png").high == 77


def test_what_is_converted_is_noted(tmp_path: Path) -> None:
    def notes(image: Image.Image, name: str, **options: object) -> list[str]:
        (tmp_path / name).write_bytes(encoded(image, name.rpartition(".")[2].upper(), **options))
        return [what for what, _ in inspect_image(tmp_path / name).notes]

    colours = Image.fromarray(pixels(1))
    assert notes(colours, "a.png") == []
    assert notes(colours.convert("CMYK"), "b.jpeg") == ["CMYK"]
    assert notes(colours.convert("RGBA"), "c.png") == ["transparent"]
    more = [Image.fromarray(pixels(2))]
    assert notes(colours, "d.gif", save_all=True, append_images=more) == ["animated"]
    assert notes(colours, "e.webp", save_all=True, append_images=more) == ["animated"]
    floats = Image.fromarray(np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4))
    assert notes(floats, "f.tiff") == ["floats"]
    broken = inspect_image(tmp_path / "absent.png")
    assert (broken.width, broken.height, broken.digest, broken.notes) == (0, 0, "", ())
