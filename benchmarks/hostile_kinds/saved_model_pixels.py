"""A2: what a SavedModel sees of pictures, against what training sees.

Odd files of random sizes and colours, and damaged ones, are put to one SavedModel in a process of
its own, one request each: the same pixels, or a refusal in words; never a crash. Then whole
pictures are put among them, and must get the scores that they get alone.
"""

from __future__ import annotations

import functools
import json
import random
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from hostile_cases import RIGHT, Case, Ending, Verdict
from hostile_workshop import Workshop

from kerasapps.errors import DataError
from kerasapps.preprocess import odd_pictures as odd
from kerasapps.preprocess.image import ImageSpec, load_image

SPEC = ImageSpec(24, 32, 3)
LEVELS = 2
REFUSED_ANYWAY = ("TIFF", "cut short", "text", "no bytes")
PROGRAM = """
import json, sys
import numpy as np
import tensorflow as tf
from pathlib import Path
loaded = tf.saved_model.load(sys.argv[1])
prepare, serve = loaded.signatures["prepare"], loaded.signatures["serving_default"]
for name in Path(sys.argv[2]).read_text().splitlines():
    print("asked", name, flush=True)
    raw = Path(name).read_bytes()
    seen = prepare(tf.constant([raw]))
    np.save(name + ".npy", seen["inputs"].numpy()[0])
    error = seen["errors"].numpy()[0].decode()
    print("answered", json.dumps([name, error]), flush=True)
whole = Path(sys.argv[3]).read_bytes()
alone = serve(tf.constant([whole]))["scores"].numpy()
names = Path(sys.argv[2]).read_text().splitlines()
for start in range(0, len(names), 20):
    batch = [whole, *(Path(name).read_bytes() for name in names[start : start + 20]), whole]
    answer = serve(tf.constant(batch))
    fine = np.abs(answer["scores"].numpy()[[0, -1]] - alone).max() < 1e-5
    print("batch", json.dumps([start, bool(fine)]), flush=True)
"""


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """All kinds of odd files at random sizes, mutated headers, and known crashers."""
    files = {f"{kind}, as the gate has it": file for kind, file in _odd(24, 32).items()}
    for number in range(variants):
        height, width = draw.randint(1, 90), draw.randint(1, 90)
        files |= {f"{kind}, {height}x{width}": file for kind, file in _odd(height, width).items()}
        files |= {f"{kind}, {number}": file for kind, file in _drawn(draw).items()}
    files |= dict(_damaged(draw, 20 * variants))
    files |= _crashers()
    answers = _ask(workshop, files)
    for kind, encoded in files.items():
        yield Case(kind, lambda k=kind, e=encoded: _verdict(k, e, answers))
    for name, fine in answers.batches.items():
        verdict = RIGHT if fine else Verdict(Ending.WRONG, "another row changed its scores")
        yield Case(f"whole pictures among odd ones, from {name}", lambda v=verdict: v)


class _Answers:
    """What the process said: kind → inputs and error; a crash is the last one asked."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[np.ndarray, str]] = {}
        self.batches: dict[int, bool] = {}
        self.crash = ""


def _ask(workshop: Workshop, files: Mapping[str, bytes]) -> _Answers:
    folder = workshop.fresh("pixels")
    paths = {}
    for number, (kind, encoded) in enumerate(files.items()):
        paths[kind] = folder / str(number)
        paths[kind].write_bytes(encoded)
    (folder / "names").write_text("\n".join(map(str, paths.values())))
    (folder / "whole").write_bytes(odd.encode(odd.smooth_photo(50, 40), "JPEG"))
    model = _saved_model(folder)
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(model), str(folder / "names"), str(folder / "whole")],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    answers = _Answers()
    kinds = {str(path): kind for kind, path in paths.items()}
    for line in ended.stdout.splitlines():
        what, _, rest = line.partition(" ")
        if what == "answered":
            name, error = json.loads(rest)
            answers.seen[kinds[name]] = (np.load(name + ".npy"), error)
        elif what == "batch":
            start, fine = json.loads(rest)
            answers.batches[start] = fine
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:] or [""]
        answers.crash = f"status {ended.returncode}: {last[0][:200]}"
        answers.batches[-1] = False
    return answers


def _saved_model(folder: Path) -> Path:
    import keras
    import tensorflow as tf

    from kerasapps.export.saved_model import write_saved_model
    from kerasapps.outputs.classes.ranked import ranked
    from kerasapps.preprocess.image_graph import decode_batch

    model = keras.Sequential(
        [keras.Input(SPEC.shape), keras.layers.Conv2D(3, 3), keras.layers.GlobalAveragePooling2D(),
         keras.layers.Softmax()]
    )  # fmt: skip
    write_saved_model(
        model, folder / "saved_model", preprocess=lambda encoded: decode_batch(encoded, SPEC),
        takes={"image": tf.string}, answer=functools.partial(ranked, labels=("a", "b", "c")),
        refuses=True,
    )  # fmt: skip
    return folder / "saved_model"


def _verdict(kind: str, encoded: bytes, answers: _Answers) -> Verdict:
    if kind not in answers.seen:
        return Verdict(Ending.CRASHED, answers.crash or "not answered")
    inputs, error = answers.seen[kind]
    try:
        expected = load_image(encoded, SPEC)
    except DataError as refusal:
        if error:
            return Verdict(Ending.REFUSED)
        # Damaged files: the graph reads what is left of them, as long as that does not matter.
        damaged = kind.startswith("damaged")
        return RIGHT if damaged else Verdict(Ending.WRONG, f"read, while training says {refusal}")
    if error:
        known = kind.startswith("damaged") or any(word in kind for word in REFUSED_ANYWAY)
        honest = Verdict(Ending.REFUSED)
        return honest if known else Verdict(Ending.WRONG, f"refused without need: {error}")
    apart = np.abs(inputs - expected).max()
    return RIGHT if apart <= LEVELS else Verdict(Ending.WRONG, f"{apart:.0f} levels away")


def _odd(height: int, width: int) -> dict[str, bytes]:
    return dict(odd.odd_pictures(height, width))


def _drawn(draw: random.Random) -> dict[str, bytes]:
    """Files of random colours: palettes, transparency, orientations, quality."""
    dice = np.random.default_rng(draw.getrandbits(32))
    height, width = draw.randint(1, 60), draw.randint(1, 60)
    photo = odd.smooth_photo(height, width)
    depth, orientation = draw.choice((1, 2, 4, 8)), draw.randint(1, 8)
    little, long = draw.random() < 0.5, draw.random() < 0.5
    block = odd.exif(orientation, little=little, long=long)
    numbers = dice.integers(0, 2**depth, (height, width), dtype=np.uint8)
    palette = dice.integers(0, 256, 3 * 2**depth, dtype=np.uint8).tobytes()
    opacity = dice.integers(0, 256, draw.randint(1, 2**depth), dtype=np.uint8).tobytes()
    clear = dice.integers(0, 2**depth, dtype=np.uint16).astype(">u2").tobytes()
    xmp = odd.XMP_FORMS[draw.choice(sorted(odd.XMP_FORMS))].format(orientation).encode()
    chunk = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp)
    colours = photo.quantize(draw.randint(2, 256))
    shown = {b"PLTE": palette, b"tRNS": opacity, b"eXIf": block}
    told = {b"tRNS": clear, b"iTXt": chunk}
    wide = dice.integers(0, 65536, (height, width, 4)).astype(np.uint16)
    jpeg = odd.encode(
        photo, "JPEG", quality=draw.randint(20, 100), progressive=draw.random() < 0.5,
        subsampling=draw.randint(0, 2),
    )  # fmt: skip
    named = f"{height}x{width} {depth} bits, orientation {orientation}"
    return {
        f"palette PNG {named}": odd.png(numbers, depth=depth, kind=3, chunks=shown),
        f"grey PNG {named}": odd.png(numbers, depth=depth, kind=0, chunks=told),
        f"16-bit PNG {named}": odd.png(wide, depth=16, kind=6),
        f"palette BMP {named}": odd.encode(colours, "BMP"),
        f"transparent GIF {named}": odd.encode(
            colours, "GIF", transparency=draw.randrange(256), interlace=draw.randint(0, 1)
        ),
        f"JPEG {named}": odd.with_segments(jpeg, (0xE1, b"Exif\0\0" + block)),
        f"WebP {named}": odd.encode(
            photo, "WEBP", lossless=draw.random() < 0.5, exif=b"Exif\0\0" + block, xmp=xmp
        ),
        f"animated WebP {named}": odd.encode(
            photo, "WEBP", save_all=True, append_images=[photo.rotate(180), photo], exif=block,
            lossless=draw.random() < 0.5, duration=50,
        ),
    }  # fmt: skip


def _damaged(draw: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """Files with some bytes changed, cut out or put in, most of them in their headers."""
    whole = list(_odd(20, 14).items())
    for number in range(count):
        kind, encoded = draw.choice(whole)
        changed = bytearray(encoded or b"\0")
        for _ in range(draw.randint(1, 4)):
            place = (
                draw.randrange(min(len(changed), draw.choice((40, 120, 10**6)))) if changed else 0
            )
            action = draw.random()
            if action < 0.7 and changed:
                changed[place] = draw.choice((0, 1, 2, 0x7F, 0x80, 0xFF, draw.randrange(256)))
            elif action < 0.85:
                del changed[place : place + draw.randint(1, 12)]
            else:
                changed[place:place] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 8)))
        yield f"damaged {kind}, {number}", bytes(changed)


def _crashers() -> dict[str, bytes]:
    """Headers that promise much, and animations that are none."""
    still = odd.encode(odd.smooth_photo(9, 8), "WEBP", exif=odd.exif(1))
    animated = _odd(9, 8)["animated WebP"]
    flag = still.index(b"VP8X") + 8
    png = odd.encode(odd.smooth_photo(9, 8), "PNG")
    header = (65535).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    gif = odd.encode(odd.smooth_photo(9, 8), "GIF")
    jpeg = odd.encode(odd.smooth_photo(9, 8), "JPEG")
    frame = jpeg.index(b"\xff\xc0") + 5
    size, most = (200_000).to_bytes(4, "little"), b"\xff\xff\xff\xff"
    canvas, side = flag + 4, animated.index(b"ANMF") + 14
    descriptor = gif.index(b"," + bytes(4)) + 5
    return {
        "damaged WebP: flag without frames": _changed(still, flag, bytes([still[flag] | 2])),
        "damaged WebP: frames without flag": _changed(animated, flag, b"\0"),
        "damaged WebP: animation cut short": animated[:-40],
        "damaged WebP: animation's size wrong": _changed(animated, 4, size),
        "damaged WebP: canvas of another size": _changed(animated, canvas, b"\xff\x0f\0" * 2),
        "damaged WebP: frame of another size": _changed(animated, side, b"\xff"),
        "damaged PNG of 65535x65535": png[:8] + odd.png_chunk(b"IHDR", header) + png[33:],
        "damaged GIF of 65535x65535": _changed(gif, 6, most),
        "damaged GIF, frame of 65535x65535": _changed(gif, descriptor, most),
        "damaged JPEG of 65535x65535": _changed(jpeg, frame, most),
    }  # fmt: skip


def _changed(encoded: bytes, place: int, content: bytes) -> bytes:
    return encoded[:place] + content + encoded[place + len(content) :]
