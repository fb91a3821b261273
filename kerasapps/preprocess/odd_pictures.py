"""Encoded pictures of the kinds that decoders read differently, made on the spot.

Training reads files with Pillow and a SavedModel with TensorFlow; the gate compares both on these.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

_XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description %s</rdf:Description></x:xmpmeta>'
XMP_FORMS = {
    "attribute": _XMP % 'tiff:Orientation="{}">',
    "element": _XMP % "><tiff:Orientation>{}</tiff:Orientation>",
}
"""How XMP may say how a picture was turned."""


def odd_pictures(height: int, width: int) -> Mapping[str, bytes]:
    """Kind → a file of that kind, of this size before it is turned upright; always the same ones.

    Some are damaged, or of formats that only training reads: refusing them is right.
    """
    photo = smooth_photo(height, width)
    made = (_pngs(photo), _bitmaps(photo), _gifs(photo), _jpegs(photo), _webps(photo))
    files = {kind: encoded for each in made for kind, encoded in each.items()}
    jpeg = files["JPEG"]
    return files | {
        "TIFF": encode(photo, "TIFF"),
        "JPEG cut short": jpeg[: len(jpeg) * 2 // 3],
        "PNG cut short": encode(photo, "PNG")[:-20],
        "text": b"not a picture\n",
        "no bytes": b"",
    }


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A Pillow image as a file of the format `kind`."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int, *, little: bool = True, long: bool = False) -> bytes:
    """An EXIF block, without its mark, that says how a picture was turned."""
    order = "<" if little else ">"
    value = struct.pack(
        order + ("I" if long else "HH"), *([orientation] if long else [orientation, 0])
    )
    entry = struct.pack(order + "HHI", 0x0112, 4 if long else 3, 1) + value
    head = (b"II" if little else b"MM") + struct.pack(order + "HI", 42, 8)
    return head + struct.pack(order + "H", 1) + entry + bytes(4)


def png(
    samples: np.ndarray, *, depth: int, kind: int, chunks: Mapping[bytes, bytes] | None = None
) -> bytes:
    """A PNG file of any depth and colour type, with more chunks before the samples.

    Args:
        samples: `(height, width)` or `(height, width, bands)`, below `2**depth`.
        depth: bits a sample.
        kind: 0 grey, 2 colour, 3 palette, 4 grey with opacity, 6 colour with opacity.
        chunks: name → content, such as `PLTE` and `tRNS`.
    """
    height, width = samples.shape[:2]
    flat = samples.reshape(height, -1)
    if depth == 16:
        rows = flat.astype(">u2").view(np.uint8)
    else:
        bits = np.unpackbits(flat.astype(np.uint8)[..., np.newaxis], axis=-1)[..., 8 - depth :]
        rows = np.packbits(bits.reshape(height, -1), axis=1)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = {b"IHDR": header, **(chunks or {}), b"IDAT": zlib.compress(unfiltered), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts.items())


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG file."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG file with more segments (marker, content) at its start."""
    more = (struct.pack(">BBH", 255, marker, 2 + len(each)) + each for marker, each in segments)
    return jpeg[:2] + b"".join(more) + jpeg[2:]


def without_adobe(jpeg: bytes) -> bytes:
    """A JPEG file without the segment by which Adobe's programs tell how colours are meant."""
    place = jpeg.index(b"\xff\xee")
    return jpeg[:place] + jpeg[place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big") :]


def smooth_photo(height: int, width: int) -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    blurred = Image.fromarray(noise).filter(ImageFilter.GaussianBlur(2))
    values = np.asarray(blurred).astype(float)
    values = (values - values.min()) * (255 / max(1.0, np.ptp(values)))
    return Image.fromarray(values.round().astype(np.uint8))


def _with_opacity(photo: Image.Image) -> Image.Image:
    return Image.merge("RGBA", (*photo.split(), photo.convert("L")))


def _pngs(photo: Image.Image) -> dict[str, bytes]:
    grey = np.asarray(photo.convert("L"))
    wide = np.asarray(photo).astype(np.uint16) * 257
    files = {
        "PNG": encode(photo, "PNG"),
        "PNG with opacity": encode(_with_opacity(photo), "PNG"),
        "16-bit colour PNG": png(wide, depth=16, kind=2),
        "16-bit grey PNG": png(wide[..., 0], depth=16, kind=0),
        "16-bit grey PNG, one grey transparent": png(
            wide[..., 0], depth=16, kind=0, chunks={b"tRNS": wide[0, 0, 0].astype(">u2").tobytes()}
        ),
        "colour PNG, one colour transparent": png(
            np.asarray(photo), depth=8, kind=2,
            chunks={b"tRNS": np.asarray(photo)[0, 0].astype(">u2").tobytes()},
        ),
        "PNG turned in EXIF": encode(photo, "PNG", exif=b"Exif\0\0" + exif(6)),
        "PNG turned in XMP": png(
            np.asarray(photo), depth=8, kind=2,
            chunks={b"iTXt": b"XML:com.adobe.xmp\0\0\0\0\0" + _turned("attribute", 8)},
        ),
    }  # fmt: skip
    for depth in (1, 2, 4, 8):
        colours = photo.quantize(2**depth)
        palette = {b"PLTE": bytes(colours.getpalette() or ())[: 3 * 2**depth]}
        clear = palette | {b"tRNS": bytes([0, 128, 255][: 2**depth])}
        numbers = np.asarray(colours)
        files |= {
            f"palette PNG of {depth} bits": png(numbers, depth=depth, kind=3, chunks=palette),
            f"transparent palette PNG of {depth} bits": png(
                numbers, depth=depth, kind=3, chunks=clear
            ),
            f"grey PNG of {depth} bits": png(grey >> (8 - depth), depth=depth, kind=0),
        }
    return files


def _bitmaps(photo: Image.Image) -> dict[str, bytes]:
    return {
        "BMP": encode(photo, "BMP"),
        "BMP with opacity": encode(_with_opacity(photo), "BMP"),
        "BMP of 1 bit": encode(photo.convert("1"), "BMP"),
        "grey BMP": encode(photo.convert("L"), "BMP"),
        "palette BMP": encode(photo.quantize(200), "BMP"),
        "palette BMP of 4 bits": _bitmap_of_4_bits(photo.quantize(16)),
    }


def _bitmap_of_4_bits(colours: Image.Image) -> bytes:
    numbers = np.asarray(colours)[::-1]
    height, width = numbers.shape
    even = np.pad(numbers, ((0, 0), (0, -width % 8)))
    rows = even[:, ::2] * 16 + even[:, 1::2]
    palette = np.asarray((colours.getpalette() or []) + [0] * 48, np.uint8)[:48].reshape(16, 3)
    table = np.pad(palette[:, ::-1], ((0, 0), (0, 1))).tobytes()
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 4, 0, rows.size, 0, 0, 16, 0)
    start = 14 + len(header) + len(table)
    return (
        struct.pack("<2sIII", b"BM", start + rows.size, 0, start) + header + table + rows.tobytes()
    )


def _gifs(photo: Image.Image) -> dict[str, bytes]:
    colours = photo.quantize(64)
    return {
        "GIF": encode(colours, "GIF"),
        "transparent GIF": encode(colours, "GIF", transparency=int(np.asarray(colours)[0, 0])),
        "animated GIF": encode(
            photo, "GIF", save_all=True, append_images=[photo.transpose(Image.Transpose.ROTATE_180)]
        ),
    }


def _jpegs(photo: Image.Image) -> dict[str, bytes]:
    plain, cmyk = encode(photo, "JPEG"), encode(photo.convert("CMYK"), "JPEG")
    mark = b"Exif\0\0"
    profile = [(0xE2, b"ICC_PROFILE\0" + bytes([number, 2]) + bytes(65000)) for number in (1, 2)]
    files = {
        "JPEG": plain,
        "grey JPEG": encode(photo.convert("L"), "JPEG"),
        "CMYK JPEG": cmyk,
        "CMYK JPEG without Adobe's mark": without_adobe(cmyk),
        "JPEG turned in EXIF": with_segments(plain, (0xE1, mark + exif(6))),
        "JPEG turned in big-endian EXIF": with_segments(
            plain, (0xE1, mark + exif(3, little=False))
        ),
        "JPEG turned in EXIF of long numbers": with_segments(
            plain, (0xE1, mark + exif(8, long=True))
        ),
        "JPEG turned in EXIF behind a profile": with_segments(
            plain, *profile, (0xE1, mark + exif(5))
        ),
    }
    for form in XMP_FORMS:
        segment = b"http://ns.adobe.com/xap/1.0/\0" + _turned(form, 6)
        files[f"JPEG turned in XMP, {form}"] = with_segments(plain, (0xE1, segment))
    return files


def _turned(form: str, orientation: int) -> bytes:
    return XMP_FORMS[form].format(orientation).encode()


def _webps(photo: Image.Image) -> dict[str, bytes]:
    opacity = _with_opacity(photo)
    other = photo.transpose(Image.Transpose.ROTATE_180)
    animated: Callable[[Image.Image], bytes] = lambda first: encode(  # noqa: E731
        first, "WEBP", save_all=True, append_images=[other], duration=100
    )
    return {
        "WebP": encode(photo, "WEBP"),
        "WebP with opacity": encode(opacity, "WEBP"),
        "lossless WebP": encode(photo, "WEBP", lossless=True),
        "lossless WebP with opacity": encode(opacity, "WEBP", lossless=True),
        "WebP turned in EXIF": encode(photo, "WEBP", exif=b"Exif\0\0" + exif(7)),
        "animated WebP": animated(photo),
        "animated WebP with opacity": animated(opacity),
    }
