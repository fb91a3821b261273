"""Requests that nobody can answer: what strangers, broken clients and fuzzers send."""

from __future__ import annotations

import base64
import functools
import io
import json
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from load_client import request_bytes
from PIL import Image

PICTURES, TEXTS = "/models/pictures/predict", "/models/texts/predict"
INFER = "/v2/models/texts/infer"
JSON = "application/json"
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


@dataclass(frozen=True)
class Malformed:
    """One request.

    Attributes:
        name: what is wrong with it.
        content: as it goes over the wire.
    """

    name: str
    content: bytes


def malformed(count: int, draw: random.Random) -> Iterator[Malformed]:
    """So many requests, of all kinds by turns, each drawn anew."""
    kinds = (_json, _json_field, _truncated, _bomb, _animated, _type, _size, _form, _text, _tensor)
    kinds += (_picture, _address, _http)
    for number in range(count):
        name, content = kinds[number % len(kinds)](draw)
        yield Malformed(name, content)


Made = tuple[str, bytes]


def _json(draw: random.Random) -> Made:
    """Bodies that are no JSON, or not of this server's."""
    depth = draw.randrange(2_000, 200_000)
    bodies = {
        "invalid UTF-8": b'{"text": "' + bytes([draw.randrange(0x80, 0xC0)]) + b'"}',
        "cut UTF-8": '{"text": "é'.encode()[: draw.choice((-1, -2))],
        "NaN": b'{"text": NaN}',
        "infinity": b'{"top_k": -Infinity, "text": "a"}',
        "a number beyond all": b'{"text": 1e99999}',
        "a number of many digits": b'{"text": ' + b"9" * 6000 + b"}",
        "deep lists": b"[" * depth,
        "deep objects": b'{"a":' * depth,
        "deep and whole": b'{"text":' + b"[" * depth + b"]" * depth + b"}",
        "cut JSON": b'{"text": "a wonderful film'[: draw.randrange(1, 24)],
        "no object": draw.choice((b"[]", b"7", b'"a"', b"null", b"true")),
        "nothing": b"",
        "a byte order mark": b"\xef\xbb\xbf{}",
        "UTF-16": '{"text": "a"}'.encode("utf-16"),
        "half a character": b'{"text": "\\ud83d"}',
    }
    name = draw.choice(list(bodies))
    return f"JSON: {name}", request_bytes(TEXTS, bodies[name], JSON)


def _json_field(draw: random.Random) -> Made:
    """JSON with fields that are none, or of another type."""
    picture = base64.b64encode(_encoded("PNG")).decode()
    values = {
        "no field": {},
        "unknown field": {"text": "a", draw.choice(("txt", "topk", "top-k", "model")): 1},
        "both": {"text": "a", "texts": ["a"]},
        "no text": {"text": draw.choice((7, None, True, [], {}, 1.5))},
        "no list": {"texts": draw.choice(("a", 7, {}, None))},
        "no texts in it": {"texts": ["a", draw.choice((7, None, [], {}))]},
        "empty list": {"texts": []},
        "many": {"texts": ["a"] * draw.randrange(65, 5000)},
        "top_k": {"text": "a", "top_k": draw.choice((0, -1, 1.5, "3", True, [], 10**30 * -1))},
        "no picture for texts": {"picture": picture},
        "long": {"text": "word " * draw.randrange(5_000, 100_000)},
    }
    name = draw.choice(list(values))
    return f"field: {name}", request_bytes(TEXTS, json.dumps(values[name]).encode(), JSON)


def _encoded(kind: str, seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 50, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def _truncated(draw: random.Random) -> Made:
    kind = draw.choice(FORMATS)
    whole = _encoded(kind, draw.randrange(100))
    cut = whole[: draw.randrange(0, int(len(whole) * 0.9))]
    if draw.random() < 0.5:
        return f"truncated {kind}", request_bytes(PICTURES, cut, "image/any")
    body = json.dumps({"picture": base64.b64encode(cut).decode()}).encode()
    return f"truncated {kind} in JSON", request_bytes(PICTURES, body, JSON)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@functools.cache
def _packed(size: int) -> bytes:
    """So many zeros in few bytes."""
    return zlib.compress(bytes(size), 9)


def _bomb(draw: random.Random) -> Made:
    """Few bytes, many pixels."""
    width, height = draw.randrange(6_000, 60_000), draw.randrange(6_000, 60_000)
    rows = _packed(5_000_000)
    head = struct.pack(">II5B", width, height, 8, draw.choice((0, 2, 6)), 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    )
    small = struct.pack("<HH", min(width, 65_535), min(height, 65_535))
    gif = b"GIF89a" + small + b"\xf0\0\0" + bytes(6) + b"," + bytes(4) + small + b"\0\2\2D\1\0;"
    bmp = (
        b"BM"
        + struct.pack("<IIIIii", 54, 0, 54, 40, width, height)
        + struct.pack("<HHIIIIII", 1, 24, 0, 0, 0, 0, 0, 0)
    )
    ppm = f"P6 {width} {height} 255\n".encode()
    webp = b"VP8X" + struct.pack("<I", 10) + bytes([2, 0, 0, 0])
    webp += struct.pack("<I", 16_000)[:3] + struct.pack("<I", 16_000)[:3]
    webp = b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp
    text = _chunk(b"zTXt", b"a\0\0" + _packed(50_000_000))
    wordy = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">II5B", 4, 4, 8, 0, 0, 0, 0)) + text
    bombs = {"PNG": png, "GIF": gif, "BMP": bmp, "PPM": ppm, "WEBP": webp, "PNG text": wordy}
    name = draw.choice(list(bombs))
    return f"bomb: {name}", request_bytes(PICTURES, bombs[name], "image/png")


def _animated(draw: random.Random) -> Made:
    """Moving pictures that end too early; whole ones are answered by their first frame."""
    frames = [Image.open(io.BytesIO(_encoded("PNG", seed))) for seed in range(3)]
    file = io.BytesIO()
    kind = draw.choice(("WEBP", "GIF", "PNG"))
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    whole = file.getvalue()
    cut = whole[: draw.randrange(12, len(whole) // 4)]
    return f"animated {kind}, cut", request_bytes(PICTURES, cut, "image/webp")


def _type(draw: random.Random) -> Made:
    known = ("text/html", "application/xml", "video/mp4", "audio/wav", "text/csv", "x", "", "image")
    kind = draw.choice((*known, "application/x-www-form-urlencoded"))
    return f"type {kind!r}", request_bytes(PICTURES, _encoded("PNG"), kind)


def _size(draw: random.Random) -> Made:
    """More bytes than may be, announced or not."""
    if draw.random() < 0.5:
        body = bytes(draw.randrange(10_000_001, 12_000_000))
        return "a large body", request_bytes(PICTURES, body, "image/png")
    head = f"POST {PICTURES} HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n"
    part = b"%x\r\n" % 1_000_000 + bytes(1_000_000) + b"\r\n"
    body = part * 11 + b"0\r\n\r\n"
    return "a large body in chunks", f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + body


def _form(draw: random.Random) -> Made:
    part = b'--x\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n'
    whole = part + _encoded("PNG") + b"\r\n--x--\r\n"
    junk = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n1\r\n'
    kinds = {
        "no boundary": ("multipart/form-data", whole),
        "another boundary": ("multipart/form-data; boundary=y", whole),
        "cut": ("multipart/form-data; boundary=x", whole[: draw.randrange(len(whole) - 8)]),
        "no files": ("multipart/form-data; boundary=x", b"--x--\r\n"),
        "many": ("multipart/form-data; boundary=x", part.replace(b"\n\r\n", b"\n\r\na\r\n") * 500),
        "unknown": ("multipart/form-data; boundary=x", junk % b"topk" + whole),
        "twice": ("multipart/form-data; boundary=x", junk % b"top_k" + junk % b"top_k" + whole),
        "no head": ("multipart/form-data; boundary=x", b"--x\r\n\xff\xfe: \x00\r\n\r\na\r\n--x--"),
        "no picture": ("multipart/form-data; boundary=x", part + b"hello\r\n--x--\r\n"),
    }
    name = draw.choice(list(kinds))
    kind, body = kinds[name]
    return f"form: {name}", request_bytes(PICTURES, body, kind)


def _text(draw: random.Random) -> Made:
    bodies = {
        "invalid UTF-8": (draw.randbytes(20) + b"\xff", "text/plain"),
        "another encoding": ("naïve".encode("latin-1"), "text/plain; charset=latin-1"),
        "long": (b"a" * 30_000, "text/plain"),
        "nothing": (b"", "text/plain"),
    }
    name = draw.choice(list(bodies))
    return f"text: {name}", request_bytes(TEXTS, *bodies[name])


def _tensor(draw: random.Random) -> Made:
    good = {"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}
    values = {
        "none": {},
        "no list": {"inputs": draw.choice((7, "a", {}, [7], [None]))},
        "another name": {"inputs": [{**good, "name": "pixels"}]},
        "another type": {"inputs": [{**good, "datatype": draw.choice(("FP32", "STR", 7, None))}]},
        "shape": {"inputs": [{**good, "shape": draw.choice(([2], [-1], ["1"], 1, [10**30], []))}]},
        "data": {"inputs": [{**good, "data": draw.choice(([7], "a", None, [["a"], "b"], []))}]},
        "binary": {
            "inputs": [{**good, "parameters": {"binary_data_size": draw.randrange(1, 9**9)}}]
        },
        "output": {"inputs": [good], "outputs": [{"name": "nothing"}]},
        "parameter": {"inputs": [good], "parameters": {"topk": 1}},
    }
    name = draw.choice(list(values))
    if name == "shape" and values[name]["inputs"][0]["shape"] == []:  # holds one text
        values[name]["inputs"][0]["shape"] = [0]
    return f"tensor: {name}", request_bytes(INFER, json.dumps(values[name]).encode(), JSON)


def _picture(draw: random.Random) -> Made:
    """Bytes that are no picture, some of which begin like one."""
    starts = (
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"II*\0",
        b"BM",
    )
    body = draw.choice(starts) + draw.randbytes(draw.randrange(1, 3000))
    return "noise as a picture", request_bytes(PICTURES, body, "application/octet-stream")


def _address(draw: random.Random) -> Made:
    path = draw.choice(("/predicted", "/models/x/predict", "/..%2f..%2fetc/passwd", "/v2/models/x"))
    options = draw.choice(("?topk=1", "?top_k=x", "?top_k=1&top_k=1", "?top_k=", "?%ff=1"))
    if draw.random() < 0.5:
        return f"address {path}", request_bytes(path, b"{}", JSON)
    picture = _encoded("PNG")
    return f"options {options}", request_bytes(PICTURES + options, picture, "image/png")


def _http(draw: random.Random) -> Made:
    post = b"POST /predict HTTP/1.1\r\nHost: a\r\n"
    kinds: dict[str, bytes] = {
        "no HTTP": draw.randbytes(60).replace(b"\n", b"") + b"\r\n\r\n",
        "no length": post + b"Content-Length: many\r\n\r\n",
        "a negative length": post + b"Content-Length: -5\r\n\r\n",
        "no host": b"GET /models HTTP/1.1\r\n\r\n",
        "a huge head": b"GET /models HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        "another method": b"PUT /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "no chunks": post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "packed": request_bytes(PICTURES, b"\x1f\x8b" + bytes(9), "image/png").replace(
            b"Host:", b"Content-Encoding: gzip\r\nHost:", 1
        ),
    }
    name = draw.choice(list(kinds))
    return f"HTTP: {name}", kinds[name]
