from __future__ import annotations

import zlib

import pytest
import tensorflow as tf

from kerasapps.preprocess.decoders.png_text import add_text, exif_of, no_texts

PROFILE = b"\nexif\n      14\n45786966\n00004d4d2a00\n"
UNHEXED = b"Exif\0\0MM*\0"
XMP, KEY = b"XML:com.adobe.xmp\0", b"Raw profile type exif\0"


def texts_of(*chunks: tuple[bytes, bytes]):  # type: ignore[no-untyped-def]
    texts = no_texts()
    for name, content in chunks:
        texts = add_text(texts, tf.constant(name), tf.constant(content))
    return texts


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (b"tEXt", KEY + PROFILE),
        (b"zTXt", KEY + b"\0" + zlib.compress(PROFILE)),
        (b"iTXt", KEY + b"\0\0de\0Profil\0" + PROFILE),
        (b"iTXt", KEY + b"\1\0\0\0" + zlib.compress(PROFILE)),
    ],
)
def test_a_profile_of_any_kind_of_text(name: bytes, content: bytes) -> None:
    texts = texts_of((name, content))
    assert exif_of(texts).numpy() == UNHEXED
    assert texts.xmp.numpy() == b"" and not texts.too_long


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (b"tEXt", XMP + b"<x/>"),
        (b"zTXt", XMP + b"\0" + zlib.compress(b"<x/>")),
        (b"iTXt", XMP + b"\0\0\0\0<x/>"),
        (b"iTXt", XMP + b"\1\0de\0\0" + zlib.compress(b"<x/>")),
    ],
)
def test_xmp_of_any_kind_of_text(name: bytes, content: bytes) -> None:
    texts = texts_of((name, content))
    assert texts.xmp.numpy() == b"<x/>" and exif_of(texts).numpy() == b""


def test_a_chunk_of_exif_goes_before_a_profile_and_the_last_of_each_counts() -> None:
    chunks = [(b"eXIf", b"first"), (b"tEXt", KEY + PROFILE), (b"eXIf", b"last")]
    assert exif_of(texts_of(*chunks)).numpy() == b"last"
    assert texts_of((b"tEXt", XMP + b"a"), (b"iTXt", XMP + b"\0\0\0\0b")).xmp.numpy() == b"b"


def test_other_chunks_and_keywords_are_passed_by() -> None:
    chunks = [
        (b"tEXt", b"Title\0x"),
        (b"aTXt", XMP + b"x"),
        (b"IDAT", KEY + PROFILE),
        (b"tEXt", b""),
    ]
    texts = texts_of(*chunks)
    assert exif_of(texts).numpy() == texts.xmp.numpy() == b""


def test_packed_texts_have_a_longest_size() -> None:
    for size, long in ((65536, False), (65537, True)):
        packed = zlib.compress(b"x" * 100)
        texts = texts_of((b"zTXt", XMP + b"\0" + packed + bytes(size - len(packed))))
        assert bool(texts.too_long) is long
        assert (texts.xmp.numpy() == b"x" * 100) is not long
    both = texts_of((b"zTXt", XMP + b"\0" + bytes(70_000)), (b"tEXt", XMP + b"y" * 70_000))
    assert both.too_long and both.xmp.numpy() == b"y" * 70_000
