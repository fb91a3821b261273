"""Which format an encoded picture has, and its reader; what has none is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import piece
from kerasapps.preprocess.decoders.bmp import read_bmp
from kerasapps.preprocess.decoders.gif import read_gif
from kerasapps.preprocess.decoders.jpeg import read_jpeg
from kerasapps.preprocess.decoders.picture import DAMAGED, Picture, refused
from kerasapps.preprocess.decoders.png import read_png
from kerasapps.preprocess.decoders.webp import read_webp

_READERS = {
    "JPEG": read_jpeg, "PNG": read_png, "GIF": read_gif, "WebP": read_webp, "BMP": read_bmp,
}  # fmt: skip
READ = tuple(_READERS)
"""Formats that are read."""

# Format → the bytes at the places that tell it.
_MARKS = (
    ("JPEG", {0: b"\xff\xd8\xff"}),
    ("PNG", {0: b"\x89PNG\r\n\x1a\n"}),
    ("GIF", {0: b"GIF87a"}),
    ("GIF", {0: b"GIF89a"}),
    ("WebP", {0: b"RIFF", 8: b"WEBP"}),
    ("BMP", {0: b"BM"}),
    ("TIFF", {0: b"II*\0"}),
    ("TIFF", {0: b"MM\0*"}),
    ("TIFF", {0: b"II+\0"}),
    ("TIFF", {0: b"MM\0+"}),
    ("AVIF", {4: b"ftypavi"}),
    ("HEIC", {4: b"ftyphe"}),
    ("HEIC or AVIF", {4: b"ftypmif1"}),
    ("HEIC", {4: b"ftypmsf1"}),
    ("JPEG 2000", {4: b"jP  \r\n\x87\n"}),
    ("JPEG 2000", {0: b"\xff\x4f\xff\x51"}),
    *(("PPM", {0: f"P{digit}\n".encode()}) for digit in range(1, 7)),
)
_HEAD = 16
_NAMES = [name for name, _ in _MARKS]
_ORDER = {name: order for order, name in enumerate(READ)}
_INSTEAD = f"send {', '.join(READ[:-1])} or {READ[-1]}"
_UNREAD = f" picture, which this model's graph cannot read: {_INSTEAD}"
_NOTHING = "empty: no bytes"
_UNKNOWN = f"not a picture: {_INSTEAD}"


def read_picture(encoded: Any) -> Picture:
    """The pixels of one file; see `Picture`.

    Args:
        encoded: a string, the bytes of a file. A damaged one fails as operation.
    """
    mark = _sniff(encoded)
    names = tf.constant([*_NAMES, ""])
    unknown = tf.where(tf.equal(encoded, b""), _NOTHING, _UNKNOWN)
    unread = tf.strings.join(["a ", names[mark], _UNREAD])
    problem = tf.where(mark < len(_NAMES), unread, unknown)
    # Formats that have no reader come behind all that have one.
    reader = tf.constant([*(_ORDER.get(name, len(READ)) for name in _NAMES), len(READ)])[mark]
    branches = [_apart(read, encoded) for read in _READERS.values()]
    return Picture(*tf.switch_case(reader, [*branches, lambda: refused(problem)]))


def damage_of(encoded: Any) -> tf.Tensor:
    """What is said of strings, of any shape, that could not be decoded."""
    names = tf.gather(tf.constant([*_NAMES, "broken"]), _sniff(encoded))
    return tf.strings.join(["a ", names, f" picture that cannot be read: {DAMAGED}"])


def _apart(read: Callable[[Any], Picture], encoded: Any) -> Callable[[], Picture]:
    """A reader as a function that stays one: it is prepared when its first file comes."""
    function = tf.function(
        lambda encoded: tuple(read(encoded)),
        input_signature=[tf.TensorSpec((), tf.string)],
        autograph=False,
        experimental_attributes={"_noinline": True},
    )
    return lambda: Picture(*function(encoded))


def _sniff(encoded: Any) -> tf.Tensor:
    """Place in `_MARKS`, their number where nothing fits; int32, of the shape of `encoded`."""
    head = tf.strings.join([piece(encoded, 0, _HEAD), bytes(_HEAD)])
    fits = [
        tf.reduce_all(
            [
                tf.equal(tf.strings.substr(head, place, len(text)), text)
                for place, text in marks.items()
            ],
            axis=0,
        )
        for _, marks in _MARKS
    ]
    fits.append(tf.fill(tf.shape(head), True))
    return tf.argmax(tf.cast(tf.stack(fits), tf.int32), output_type=tf.int32)
