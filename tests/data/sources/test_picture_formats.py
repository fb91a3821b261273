from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from kerasapps.data.sources.picture_formats import (
    SUFFIXES,
    guess_suffix,
    is_picture_file,
    is_raw,
    names_picture,
    sniff_format,
)


def encoded(kind: str, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (3, 2)).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [name for name in SUFFIXES if name != "HEIF"])
def test_every_format_is_told_by_its_content(kind: str) -> None:
    assert sniff_format(encoded(kind)) == kind
    assert guess_suffix(encoded(kind)) == SUFFIXES[kind][0]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x14ftypavis\0\0\0\0", "AVIF"),
        # brands end with the first box: what lies behind is another
        (b"\0\0\0\x14ftypisom\0\0\0\0iso2heic", None),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", None),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", None),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"II+\0\x08\0", "TIFF"),
        (b"P5\n# made by hand\n4 3\n255\n", "PPM"),
        (b"P3 is what we call it", None),
        (b"BM, the city's museum, opens at 9", None),
        (b"RIFF....WAVEfmt ", None),
        (b"GIF88a", None),
        (b"\x89PNX\r\n\x1a\n", None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_what_merely_looks_alike_is_none(head: bytes, kind: str | None) -> None:
    assert sniff_format(head) == kind


def test_a_file_is_a_picture_by_name_or_by_content(tmp_path: Path) -> None:
    def write(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    assert is_picture_file(write("whole", encoded("PNG")))
    assert is_picture_file(write("whole.dat", encoded("JPEG")))
    assert is_picture_file(write("BROKEN.JPG", b"text"))
    assert is_picture_file(write("a.heic", b""))
    for name, content in (("a.xml", b"<a/>"), ("Icon\r", b""), ("a.mov", b"\0\0\0\x14ftypqt  ")):
        assert not is_picture_file(write(name, content))
    assert not is_picture_file(write("a.NEF", encoded("TIFF")))
    assert is_raw(Path("a.DNG")) and not is_raw(Path("a.tif"))
    assert not is_picture_file(tmp_path) and not is_picture_file(tmp_path / "absent")
    os.mkfifo(tmp_path / "pipe")
    assert not is_picture_file(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("value", "yes"),
    [
        ("a.jpg", True),
        ("x\\y\\B.PNG ", True),
        ("a/b.tiff", True),
        ("a.jpg.txt", False),
        ("jpg", False),
        (".png", False),
        ("it ends with.a word", False),
        (3, False),
        (None, False),
    ],
)
def test_names_of_pictures(value: object, yes: bool) -> None:
    assert names_picture(value) is yes
