from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.data.sources.picture_formats import sniff_format
from kerasapps.preprocess.decoders.formats import READ, damage_of, read_picture
from kerasapps.preprocess.odd_pictures import encode, smooth_photo

PHOTO = smooth_photo(9, 8)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
OTHERS = {
    "TIFF": (
        encode(PHOTO, "TIFF"),
        b"MM\0*" + bytes(20),
        b"II+\0" + bytes(20),
        b"MM\0+" + bytes(20),
    ),
    "AVIF": (encode(PHOTO, "AVIF"),),
    "JPEG 2000": (encode(PHOTO, "JPEG2000"), b"\xff\x4f\xff\x51" + bytes(20)),
    "HEIC": (HEIC, HEIC.replace(b"ftyphe", b"ftypms").replace(b"msic", b"msf1")),
    "HEIC or AVIF": (b"\0\0\0\x18ftypmif1\0\0\0\0avif",),
    "PPM": (encode(PHOTO, "PPM"), *(b"P%d\n2 2\n" % digit for digit in range(1, 7))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_formats_are_refused_by_name(name: str) -> None:
    for encoded in OTHERS[name]:
        problem = read_picture(tf.constant(encoded)).problem.numpy().decode()
        assert problem.startswith(
            f"a {name} picture, which this model's graph cannot read: send JPEG"
        )
        assert sniff_format(encoded) is not None


@pytest.mark.parametrize("name", READ)
def test_each_format_has_its_reader(name: str) -> None:
    picture = read_picture(tf.constant(encode(PHOTO, name)))
    assert picture.problem.numpy() == b"" and picture.pixels.shape == (9, 8, 3)
    if name in ("PNG", "BMP"):
        np.testing.assert_array_equal(picture.pixels.numpy(), np.asarray(PHOTO))


def test_what_is_no_picture_is_refused() -> None:
    for encoded, words in (
        (b"", "empty: no bytes"),
        (b"hello", "not a picture: send JPEG, PNG, GIF, WebP or BMP"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "not a picture"),
        (b"RIFF\0\0\0\0AVI ", "not a picture"),
        (b"GIF88a", "not a picture"),
        (b"P7\n", "not a picture"),
    ):
        assert read_picture(tf.constant(encoded)).problem.numpy().decode().startswith(words)


def test_damage_is_said_of_each() -> None:
    found = damage_of(tf.constant([b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"x", b"BM"]))
    names = [text.decode().split(" picture")[0] for text in found.numpy()]
    assert names == ["a PNG", "a GIF", "a GIF", "a broken", "a BMP"]
    assert found.numpy()[0].decode().endswith("save it again as JPEG or PNG")
