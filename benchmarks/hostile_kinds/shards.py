"""Shards: cut off, flipped, with lengths that lie, links, odd names and values

Each is read in a process of its own, which tells what it read and how much memory that took. What
no checksum covers, the contents of files in a tar, is not flipped.
"""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hostile_cases import RIGHT, Case, Ending, Verdict
from hostile_workshop import Workshop

from kerasapps.shards import FORMATS
from kerasapps.shards.tfrecord import checksum_of

MOST_MB = 1500
"""Of memory that a process may take, of which 300 are its libraries."""

_TEXTS = [
    (f"Grüße {number} – it was {word}.", word) for number in range(40) for word in ("ja", "no")
]
_READER = """
import json, re, sys
from pathlib import Path
from kerasapps.data import load_texts
from kerasapps.errors import KerasAppsError
try:
    splits = load_texts(sys.argv[1])
    parts = (splits.train, splits.validation, splits.test)
    found = [[t, splits.labels[n]] for p in parts for t, n in zip(p.texts, p.labels)]
    told = json.dumps(splits.audit.to_dict(), default=str)
    answer = {"examples": sorted(found), "told": told}
except KerasAppsError as error:
    answer = {"error": str(error)}
status = Path("/proc/self/status").read_text()  # what getrusage says is the parent's, too
answer["mb"] = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024
print(json.dumps(answer))
"""


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """The known ones of each format, then bytes spoiled at random, ten times as many as asked."""
    for name, kind in FORMATS.items():
        folder = workshop.fresh(name)
        good = folder / f"good{kind.suffix}"
        _write(good, name, [{"text": text, "label": label} for text, label in _TEXTS])
        for what, spoil in _spoilt(name).items():
            yield _case(f"{name}: {what}", _copy(folder, good, spoil(good.read_bytes())), None)
        for what, record in _ODD.items():
            file = folder / f"odd-{what.replace(' ', '-')}{kind.suffix}"
            yield _odd(f"{name}: {what}", file, name, record)
        for number in range(10 * variants):
            yield _random(f"{name}: variant {number}", folder, good, name, draw)
    yield from _tars(workshop.fresh("tars"))
    yield from _named(workshop.fresh("named"))


_ODD: dict[str, dict[str, object]] = {
    "a label that is not a number": {"text": "odd one", "label": float("nan")},
    "an empty label": {"text": "odd one", "label": ""},
    "a text that is no UTF-8": {"text": b"\xff\xfe\x80", "label": "ja"},
    "a null character": {"text": "odd\0one", "label": "ja"},
    "an escape sequence": {"text": "\x1b[2Jodd", "label": "ja"},
    "a field less": {"text": "odd one"},
    "a field more": {"text": "odd one", "label": "ja", "more": b"\0" * 9},
    "a list for a text": {"text": ["odd", "one"], "label": "ja"},
    "a million bytes": {"text": "odd " * 250_000, "label": "ja"},
    "a bomb of zeros": {"text": b"\0" * 150_000_000, "label": "ja"},
}


def _spoilt(name: str) -> dict[str, Callable[[bytes], bytes]]:
    spoilt: dict[str, Callable[[bytes], bytes]] = {
        "cut in the middle": lambda content: content[: len(content) // 2 + 1],
        "cut by a byte": lambda content: content[:-1],
        "nothing in it": lambda content: b"",
        "its first bytes only": lambda content: content[:9],
        "zeros in its place": lambda content: bytes(len(content)),
        "bytes before it": lambda content: b"x" * 7 + content,
        "bytes behind it": lambda content: content + b"x" * 7,
    }
    if name == "tfrecord":
        spoilt["a length of 2^60"] = _long
    return spoilt


def _long(content: bytes) -> bytes:
    length = struct.pack("<Q", 1 << 60)
    crc = checksum_of()(length)
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    return content + length + struct.pack("<I", masked) + b"x" * 99


def _random(name: str, folder: Path, good: Path, kind: str, draw: random.Random) -> Case:
    content = bytearray(good.read_bytes())
    place = draw.randrange(len(content))
    if kind == "webdataset":
        place -= place % 1024  # a header, which has a checksum; the content has none
        place += draw.randrange(500)
    way = draw.choice(("flip", "cut", "lose", "overwrite"))
    if way == "flip":
        content[place] ^= 1 << draw.randrange(8)
    elif way == "cut":
        del content[place:]
    elif way == "lose":
        del content[place : place + draw.randrange(1, 600)]
    else:
        content[place : place + 4] = draw.choice((b"\xff" * 4, b"\0" * 4, draw.randbytes(4)))
    file = _copy(folder, good, bytes(content), f"{name.rpartition(' ')[2]}")
    return _case(f"{name}, {way} at {place}", file, None)


def _odd(name: str, file: Path, kind: str, record: dict[str, object]) -> Case:
    rows: list[dict[str, object]] = [{"text": text, "label": label} for text, label in _TEXTS]
    rows.insert(40, record)

    def run() -> Verdict:
        try:
            _write(file, kind, rows)
        except Exception as error:
            # What a format cannot hold is refused where it is written.
            held = type(error).__name__ == "DataError"
            return Verdict(Ending.REFUSED if held else Ending.CRASHED, str(error))
        return _judged(file, file.name)

    return Case(name, run)


def _tars(folder: Path) -> Iterator[Case]:
    """Members that no archive of strangers should have."""
    kinds = {
        "a link to a file": ("1.txt", tarfile.SYMTYPE),
        "a hard link": ("1.txt", tarfile.LNKTYPE),
        "a pipe": ("1.txt", tarfile.FIFOTYPE),
        "a device": ("1.txt", tarfile.CHRTYPE),
        "a sparse file": ("1.txt", tarfile.GNUTYPE_SPARSE),
    }
    for what, (name, kind) in kinds.items():
        file = folder / f"{what.replace(' ', '-')}.tar"
        with tarfile.open(file, "w") as archive:
            _add_texts(archive)
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        yield _case(f"tar: {what}", file, None, names=file.name)
    for what, prefix in {"paths upwards": "../../", "paths from the root": "/etc/"}.items():
        file = folder / "in" / f"{what.replace(' ', '-')}.tar"
        file.parent.mkdir(exist_ok=True)
        with tarfile.open(file, "w") as archive:
            _add_texts(archive, prefix=prefix)
        yield _case(f"tar: {what}", file, RIGHT)
    file = folder / "size.tar"
    member = tarfile.TarInfo("1.txt")
    member.size = 1 << 60
    file.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    yield _case("tar: a size of 2^60", file, None)
    file = folder / "names.tar"
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as archive:
        _add_texts(archive, prefix="ü" * 300 + "\u202e/")
    yield _case("tar: names of 600 bytes", file, RIGHT)


def _named(folder: Path) -> Iterator[Case]:
    """Names of shards and lists of them."""
    rows = [{"text": text, "label": label} for text, label in _TEXTS]
    odd = folder / "tr\x1b[2Jain ü\u202e.tfrecord"
    _write(odd, "tfrecord", rows)
    yield _case("names: an escape sequence", odd, RIGHT)
    link = folder / "loop.tfrecord"
    link.symlink_to(link)
    listed = folder / "list"
    listed.write_text("/dev/zero\n")
    yield _case("lists: a device", Path(f"@{listed}"), None, names="zero")
    other = folder / "loops"
    other.write_text("loop.tfrecord\n")
    yield _case("lists: a link to itself", Path(f"@{other}"), None, names="loop.tfrecord")
    huge = folder / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    yield _case("lists: a terabyte of zeros", Path(f"@{huge}"), None, names="huge")
    binary = folder / "binary"
    binary.write_bytes(b"\xff\xfe\0")
    yield _case("lists: no text", Path(f"@{binary}"), None, names="binary")


def _add_texts(archive: tarfile.TarFile, *, prefix: str = "") -> None:
    for number, (text, label) in enumerate(_TEXTS):
        for suffix, content in (("text", text), ("label", label)):
            member = tarfile.TarInfo(f"{prefix}{number:04d}.{suffix}")
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))


def _write(file: Path, name: str, rows: Sequence[dict[str, object]]) -> None:
    with FORMATS[name].write(file) as shard:
        for row in rows:
            shard.add(row)  # type: ignore[arg-type]


def _copy(folder: Path, good: Path, content: bytes, name: str = "bad") -> Path:
    file = folder / f"{name}{good.suffix}"
    file.write_bytes(content)
    return file


def _case(name: str, file: Path, ending: Verdict | None, *, names: str = "") -> Case:
    content = file.read_bytes() if file.is_file() and file.stat().st_size < 1 << 30 else None

    def run() -> Verdict:
        if content is not None:
            file.write_bytes(content)  # the cases of a format share a name
        return _judged(file, names or file.name, must=ending)

    return Case(name, run)


def _judged(file: Path, name: str, *, must: Verdict | None = None) -> Verdict:
    """What was read is what was written, but for what was told; or the shard is named.

    Args:
        file: of the shard.
        name: that a refusal must hold.
        must: the ending where only one is right.
    """
    # A Parquet file alone is a table: a pattern makes it a shard.
    data = f"{file}*" if file.suffix == ".parquet" else str(file)
    ended = subprocess.run(
        [sys.executable, "-c", _READER, data], capture_output=True, timeout=120, check=False
    )
    if ended.returncode:
        last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Verdict(Ending.CRASHED, f"exit status {ended.returncode}: {last}")
    answer = json.loads(ended.stdout)
    if answer["mb"] > MOST_MB:
        return Verdict(Ending.WRONG, f"it took {answer['mb']:,} MB")
    if "error" in answer:
        if must is RIGHT:
            return Verdict(Ending.WRONG, f"refused without need: {answer['error']:.200}")
        plain = name.encode("unicode_escape").decode() if not name.isprintable() else name
        named = name in answer["error"] or plain in answer["error"]
        return Verdict(
            Ending.REFUSED if named else Ending.WRONG, f"not named: {answer['error']:.200}"
        )
    return _right(answer)


def _right(answer: dict[str, object]) -> Verdict:
    written = {tuple(pair) for pair in _TEXTS}
    read = [tuple(pair) for pair in answer["examples"]]  # type: ignore[attr-defined]
    further = [pair for pair in read if pair not in written and "odd" not in pair[0]]
    lost = written - set(read)
    if lost or further:
        return Verdict(Ending.WRONG, f"{len(lost)} examples lost, {len(further)} changed, untold")
    return RIGHT
