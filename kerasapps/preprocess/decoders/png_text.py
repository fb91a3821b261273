"""What a PNG file says beside its pixels: EXIF as chunk or as text, XMP as text."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import behind, holds, size_of

_PROFILE, _XMP = b"Raw profile type exif\0", b"XML:com.adobe.xmp\0"
_LANGUAGES = r"^[^\x00]*\x00[^\x00]*\x00"
_MOST_PACKED = 65536  # bytes: unpacked they are 64 MiB at most


class Texts(NamedTuple):
    """What was found so far.

    Attributes:
        exif: of an eXIf chunk.
        profile: EXIF as ImageMagick writes it: a name, its size, and hexadecimal digits.
        xmp: XML.
        too_long: whether one was not unpacked for its size.
    """

    exif: Any
    profile: Any
    xmp: Any
    too_long: Any


def no_texts() -> Texts:
    """Nothing found yet."""
    nothing = tf.constant(b"")
    return Texts(nothing, nothing, nothing, tf.constant(False))


def add_text(texts: Texts, name: Any, content: Any) -> Texts:
    """`texts` and what a chunk adds; most add nothing."""
    text = tf.reduce_any(tf.equal(name, [b"tEXt", b"zTXt", b"iTXt"]))
    profile, xmp = text & holds(content, 0, _PROFILE), text & holds(content, 0, _XMP)

    def added() -> Texts:
        start = tf.where(profile, len(_PROFILE), len(_XMP))
        value, too_long = _value(name, behind(content, start))
        return Texts(
            texts.exif,
            tf.where(profile, value, texts.profile),
            tf.where(xmp, value, texts.xmp),
            texts.too_long | too_long,
        )

    exif = tf.where(tf.equal(name, b"eXIf"), content, texts.exif)
    return Texts(*tf.cond(profile | xmp, added, lambda: texts._replace(exif=exif)))


def exif_of(texts: Texts) -> tf.Tensor:
    """The TIFF structure: of the chunk if there is one, else of the profile."""
    return tf.cond(
        (size_of(texts.exif) > 0) | tf.equal(texts.profile, b""),
        lambda: texts.exif,
        lambda: _unhex(texts.profile),
    )


def _value(name: Any, rest: Any) -> tuple[Any, Any]:
    """The text behind a chunk's keyword, unpacked, and whether it is too long for that."""
    international, packed_kind = tf.equal(name, b"iTXt"), tf.equal(name, b"zTXt")
    flag = international & ~holds(rest, 0, b"\0")
    # Of an international text two bytes, a language and a translated keyword stand before.
    body = tf.cond(
        international,
        lambda: tf.strings.regex_replace(behind(rest, 2), _LANGUAGES, "", replace_global=False),
        lambda: tf.where(packed_kind, behind(rest, 1), rest),
    )
    packed = packed_kind | flag
    too_long = packed & (size_of(body) > _MOST_PACKED)
    value = tf.cond(
        packed & ~too_long,
        lambda: tf.io.decode_compressed(body, compression_type="ZLIB"),
        lambda: body,
    )
    return value, too_long


def _unhex(profile: Any) -> tf.Tensor:
    """Bytes from hexadecimal digits behind the third line."""
    digits = tf.strings.regex_replace(
        profile, r"^[^\n]*\n[^\n]*\n[^\n]*\n", "", replace_global=False
    )
    digits = tf.strings.regex_replace(digits, r"\s", "")
    values = tf.cast(tf.io.decode_raw(tf.strings.lower(digits), tf.uint8), tf.int32)
    values = tf.where(values >= 97, values - 87, values - 48)
    pairs = tf.reshape(values[: tf.size(values) // 2 * 2], (-1, 2))
    table = tf.constant([bytes([value]) for value in range(256)])
    return tf.strings.reduce_join(tf.gather(table, pairs[:, 0] * 16 + pairs[:, 1]))
