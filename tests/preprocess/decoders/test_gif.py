from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from kerasapps.preprocess.decoders.gif import read_gif
from kerasapps.preprocess.odd_pictures import encode, smooth_photo

from .compare import assert_as_pillow, assert_refused, assert_unread
from .gifs import Frame

PHOTO = smooth_photo(19, 22)
COLOURS = PHOTO.quantize(64)
SIZE = COLOURS.size
CLEAR = int(np.asarray(COLOURS)[5, 6])
GREYS = Image.fromarray(np.asarray(PHOTO.convert("L")) // 2)
GREYS.putpalette([level for level in range(256) for _ in range(3)])

FRAMES = {
    "canvas": Frame(colours=COLOURS, canvas=SIZE),
    "part of it": Frame(colours=COLOURS, canvas=(SIZE[0] + 7, SIZE[1] + 5), place=(3, 4)),
    "beyond it": Frame(colours=COLOURS, canvas=SIZE, place=(3, 0)),
    "no canvas": Frame(colours=COLOURS, canvas=(0, 0)),
    "short palette": Frame(colours=COLOURS, canvas=SIZE, listed=8),
    "no palette": Frame(colours=COLOURS, canvas=SIZE, listed=0),
    "greys by name": Frame(colours=GREYS, canvas=SIZE),
    "some greys by name": Frame(colours=GREYS, canvas=SIZE, listed=16),
    "comments": Frame(
        colours=COLOURS, canvas=SIZE, before=b"!\xfe\5hello\3abc\0!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    ),
    "control for nothing": Frame(colours=COLOURS, canvas=SIZE, before=b"!\xf9\4\0\0\0\5\0"),
    "control of another": Frame(colours=COLOURS, canvas=SIZE, before=b"!\xf9\4\1\0\0\5\0"),
    "stray bytes": Frame(colours=COLOURS, canvas=SIZE, before=b"\0\0"),
}


@pytest.mark.parametrize(
    ("kind", "local", "clear"), itertools.product(FRAMES, (0, 1), (None, CLEAR))
)
def test_frames_of_any_layout(kind: str, local: int, clear: int | None) -> None:
    frame = FRAMES[kind]
    fields = {**vars(frame), "local": bool(local), "clear": clear}
    assert_as_pillow(read_gif, Frame(**fields).encoded())


@pytest.mark.parametrize("clear", [0, 1, 255])
def test_a_transparent_colour_fills_the_canvas(clear: int) -> None:
    canvas = (SIZE[0] + 3, SIZE[1] + 2)
    assert_as_pillow(read_gif, Frame(colours=COLOURS, canvas=canvas, clear=clear).encoded())


WHOLE = {
    "interlaced": encode(COLOURS, "GIF", interlace=1),
    "of 1989": encode(COLOURS, "GIF", comment=b"x" * 3000),
    "grey": encode(PHOTO.convert("L"), "GIF"),
    "bits": encode(PHOTO.convert("1"), "GIF"),
    "animated": encode(PHOTO, "GIF", save_all=True, append_images=[PHOTO.rotate(180)] * 3),
    "more behind": encode(COLOURS, "GIF") + b"more behind",
    "no end": encode(COLOURS, "GIF")[:-1],
    "no end of the samples": encode(COLOURS, "GIF")[:-2],
}


@pytest.mark.parametrize("kind", WHOLE)
def test_as_pillow(kind: str) -> None:
    assert_as_pillow(read_gif, WHOLE[kind])


def test_what_lies_behind_the_first_frame_is_not_looked_at() -> None:
    whole = Frame(colours=COLOURS, canvas=SIZE).encoded()[:-1]
    bomb = b"," + bytes(4) + b"\xff\xff\xff\xff\0\x08\1\0" * 50
    assert_as_pillow(read_gif, whole + bomb)


@pytest.mark.parametrize("cut", [12, 60, 300])
def test_what_is_cut_short_is_not_read(cut: int) -> None:
    assert_unread(read_gif, Frame(colours=COLOURS, canvas=SIZE).encoded()[:-cut])


def test_files_without_their_parts_are_refused() -> None:
    whole = Frame(colours=COLOURS, canvas=SIZE).encoded()
    place = whole.index(b"," + bytes(4) + SIZE[0].to_bytes(2, "little"))
    assert_refused(read_gif, whole[:place] + b";", "without a frame")
    assert_refused(read_gif, whole[:place], "without a frame")
    assert_refused(read_gif, whole[: place + 5] + bytes(4) + whole[place + 9 :], "without a size")


def test_more_pixels_than_pillow_reads_are_refused_by_the_headers() -> None:
    canvas = Frame(colours=COLOURS, canvas=(65535, 65535)).encoded()
    beyond = Frame(colours=COLOURS, canvas=SIZE, place=(65000, 65000)).encoded()
    for encoded in (canvas, beyond):
        assert_refused(read_gif, encoded, "more than 179 million pixels")


def test_a_comment_without_an_end_ends() -> None:
    endless = b"GIF89a\1\0\1\0\0\0\0!\xfe" + b"\1x" * 40
    assert_refused(read_gif, endless, "without a frame")
