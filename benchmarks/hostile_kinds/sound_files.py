"""C23: sounds that are cut off, lie in their headers, or never end.

A broken file is named with its reason and left out; hours and gigabytes take neither memory nor
time; whatever bytes are changed, what is read is samples within -1 to 1 or a clear refusal. A
bundle that is asked about such files answers with scores, or says why it cannot.
"""

from __future__ import annotations

import io
import random
import resource
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from hostile_cases import Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.sounds.decode import read_sound
from tests.data.sound_samples import RATE, examine_sounds, sound, write_folder, write_sound

FORMATS = (
    ("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "MS_ADPCM"), ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None), ("AIFF", "PCM_16"), ("CAF", "PCM_16"),
)  # fmt: skip
SECONDS = 20  # that an audit may take
MEGABYTES = 400  # of memory that it may add
EXTREMES = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f")


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Known faults, files without end, and files with bytes changed at random."""
    for name, (content, reason) in faults().items():
        yield Case(name, lambda c=content, r=reason: _named(workshop, c, r))
    yield Case("eight hours of silence", lambda: _endless(workshop, 8 * 3600, RATE))
    yield Case("2 GB of silence", lambda: _endless(workshop, 1 << 13, 1 << 17))
    yield Case("every sound silent", lambda: _silent(workshop))
    yield Case("a rate of each kind", lambda: _rates(workshop))
    for way in ("predict", "listen"):
        for name, (content, _) in faults().items():
            yield Case(f"{way}: {name}", lambda c=content, w=way: _asked(workshop, w, c))
        for name, samples in odd_sounds().items():
            yield Case(f"{way}: {name}", lambda s=samples, w=way: _asked(workshop, w, s))
        yield Case(f"{way}: eight hours", lambda w=way: _asked(workshop, w, None))
    for kind in FORMATS:
        for _ in range(variants):
            seed = draw.random()
            yield Case(f"{kind} with bytes changed, {seed}", lambda k=kind, s=seed: _changed(k, s))


def faults() -> dict[str, tuple[bytes, str]]:
    """Broken files, and a word of why."""
    whole = encoded("WAV", "PCM_16")
    return {
        "cut off": (whole[:1000], "cut off"),
        "a head only": (whole[:20], "cannot be decoded"),
        "a rate of 3 a second": (whole[:24] + struct.pack("<I", 3) + whole[28:], "3 samples"),
        "a rate of 4 billion": (whole[:24] + b"\xff" * 4 + whole[28:], "cannot be decoded"),
        "no samples": (whole[:40] + bytes(4), "no samples"),
        "empty": (b"", "empty file"),
        "text": (b"not a sound", "not a sound"),
        "not numbers": (encoded("WAV", "FLOAT", np.full(400, np.nan)), "not numbers"),
        "another scale": (encoded("WAV", "FLOAT", 3e4 * sound(1)), "scale them"),
        "half a FLAC": (encoded("FLAC", "PCM_16")[:-500], "cut off"),
    }


def odd_sounds() -> dict[str, np.ndarray]:
    """Samples that are no sound of anything, float32 `(samples,)`."""
    return {
        "one sample": np.ones(1, np.float32),
        "no sample": np.zeros(0, np.float32),
        "silence": np.zeros(4000, np.float32),
        "all at the limit": np.ones(4000, np.float32),
        "a click": np.eye(1, 4000, 1000, dtype=np.float32)[0],
        "the smallest numbers": np.full(4000, 1e-45, np.float32),
        "not numbers": np.full(4000, np.nan, np.float32),
        "without end": np.full(4000, np.inf, np.float32),
        "another scale": np.full(4000, 3e4, np.float32),
    }


def encoded(kind: str, subtype: str | None, samples: np.ndarray | None = None) -> bytes:
    """A small file of a format."""
    buffer = io.BytesIO()
    values = sound(3, seconds=0.5) if samples is None else samples
    soundfile.write(buffer, values, RATE, format=kind, subtype=subtype)
    return buffer.getvalue()


def _named(workshop: Workshop, content: bytes, reason: str) -> Verdict:
    root = write_folder(workshop.fresh() / "data")
    (root / "yes" / "odd.wav").write_bytes(content)
    return judge(lambda: _audit(root), right=lambda audit: _names(audit, reason), refusal=None)


def _zeros(path: Path, *, seconds: int, rate: int) -> Path:
    """A file of zeros that takes no place on the disk."""
    write_sound(path, 1, rate=rate)
    size = 2 * rate * seconds
    with path.open("r+b") as file:
        file.seek(40)
        file.write(size.to_bytes(4, "little"))
        file.truncate(44 + size)
    return path


def _endless(workshop: Workshop, seconds: int, rate: int) -> Verdict:
    root = write_folder(workshop.fresh() / "data")
    _zeros(root / "yes" / "odd.wav", seconds=seconds, rate=rate)
    before, began = _megabytes(), time.monotonic()
    verdict = judge(lambda: _audit(root), right=lambda a: _names(a, "read at most"), refusal=None)
    if time.monotonic() - began > SECONDS or _megabytes() - before > MEGABYTES:
        return Verdict(Ending.WRONG, f"{_megabytes() - before} MB more")
    return verdict


def _silent(workshop: Workshop) -> Verdict:
    root = workshop.fresh() / "data"
    for label in ("no", "yes"):
        for number in range(6):
            write_sound(root / label / f"{number}.wav", np.zeros(400 + number))
    return judge(
        lambda: _audit(root), right=lambda audit: "silent" in audit.errors[0], refusal=None
    )


def _rates(workshop: Workshop) -> Verdict:
    """Sounds of all rates at once are read, and those of training are counted."""
    root = write_folder(workshop.fresh() / "data")
    for rate in (4000, 11_025, 44_100, 48_000, 96_000, 192_000):
        write_sound(root / "yes" / f"at_{rate}.wav", rate, rate=rate)
    return judge(lambda: _audit(root), right=lambda audit: audit.ok and len(audit["rates"]) > 3)


def _asked(workshop: Workshop, way: str, content: bytes | np.ndarray | None) -> Verdict:
    """A bundle answers with scores from 0 to 1, without hours in memory, or refuses clearly."""
    bundle = kerasapps.load_bundle(workshop.sounds)
    sound: bytes | np.ndarray | Path
    if content is None:
        path = workshop.fresh() / "odd.wav"
        sound = _zeros(path, seconds=8 * 3600, rate=RATE)
    else:
        sound = content

    def right(answer: object) -> bool:
        heard = getattr(answer, "detections", answer)
        small = _megabytes() - before <= MEGABYTES
        return all(0 <= each.score <= 1 for each in heard) and small

    before = _megabytes()
    return judge(lambda: getattr(bundle, way)(sound), right=right)


def _changed(kind: tuple[str, str | None], seed: float) -> Verdict:
    draw = random.Random(seed)
    content = bytearray(encoded(*kind))
    for _ in range(draw.choice((1, 3, 20))):
        place = draw.randrange(min(len(content), draw.choice((64, len(content)))))
        change = draw.choice((bytes([draw.randrange(256)]), draw.choice(EXTREMES)))
        content[place : place + len(change)] = change
    if draw.random() < 0.3:
        content = content[: draw.randrange(1, len(content))]

    def right(samples: np.ndarray) -> bool:
        return bool(np.isfinite(samples).all() and np.abs(samples).max(initial=0) <= 1)

    return judge(lambda: read_sound(bytes(content), rate=16_000), right=right)


def _audit(root: Path) -> Audit:
    load = LoadConfig(max_broken=0.2)
    return examine_sounds(root, root.parent / "work", load=load)[0]


def _names(audit: Audit, reason: str) -> bool:
    return audit.ok and [reason in str(each) for each in audit["broken"]] == [True]


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
