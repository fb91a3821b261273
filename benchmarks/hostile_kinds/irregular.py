"""A14: what is no regular file, has no end or no bottom

Named pipes, sockets and devices in every place where a file is expected; packed lines without end,
objects of thousands of keys, folders a thousand deep and links in circles.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.errors import DataError
from tests.data.loading import audit_images, audit_pairs, audit_texts
from tests.odd_files import IRREGULAR, make_irregular

SUFFIXES = ("", ".csv", ".tsv", ".jsonl", ".parquet", ".tmx", ".txt", ".csv.gz", ".png", ".json")
SECONDS, MEGABYTES = 20.0, 400.0


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Each kind under drawn names, then the endless and bottomless."""
    for kind in IRREGULAR:
        for suffix in draw.sample(SUFFIXES, min(len(SUFFIXES), 2 + variants)):
            odd = make_irregular(workshop.fresh() / f"data{suffix}", kind)
            for name, audit in AUDITS.items():
                yield _refused(f"{kind} as data{suffix} of {name}", _audited(audit, odd), kind)
        yield from _among(workshop, kind)
    odd = make_irregular(workshop.fresh() / "a.csv", "pipe")
    yield Case("check of a pipe", lambda: _command("check", odd))
    yield Case("predict of a pipe", lambda: _command("predict", workshop.pictures, odd))
    yield from _endless(workshop)


def _command(*arguments: object) -> Verdict:
    return judge_command(
        lambda: command(*arguments, timeout=60),
        right=lambda printed: printed.status == 1 and "named pipe" in printed.out + printed.err,
    )


def _pictures(data: Any, work: Path) -> Any:
    return audit_images(data, config=LoadConfig(), seed=0, work_dir=work)


def _texts(data: Any, work: Path) -> Any:
    text = TextConfig()
    return audit_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=work)


def _pairs(data: Any, work: Path) -> Any:
    translation = TranslationConfig()
    return audit_pairs(data, config=LoadConfig(), translation=translation, seed=0, work_dir=work)


AUDITS = {"pictures": _pictures, "texts": _texts, "pairs": _pairs}


def _audited(audit: Callable[[Any, Path], Any], data: Any) -> Callable[[], Any]:
    """The audit; what it finds wrong is raised."""

    def call() -> Any:
        name = data[0] if isinstance(data, tuple) else data
        found = audit(data, Path(f"{name}-work"))
        if found.errors:
            raise DataError("; ".join(found.errors))
        return found

    return call


def _refused(name: str, call: Callable[[], Any], kind: str) -> Case:
    return Case(name, lambda: judge(call, refusal=("data", IRREGULAR[kind])))


def _among(workshop: Workshop, kind: str) -> Iterator[Case]:
    """One among good files."""
    folder = workshop.fresh()
    (folder / "data.en").write_text("one\n", encoding="utf-8")
    make_irregular(folder / "data.de", kind)
    sides = (folder / "data.en", folder / "data.de")
    yield _refused(f"{kind} as a side of pairs", _audited(_pairs, sides), kind)
    for name, audit, suffix in (("pictures", _pictures, ".png"), ("texts", _texts, ".txt")):
        root = workshop.fresh()
        for label, number in ((label, number) for label in "ab" for number in range(30)):
            file = root / label / f"{number}{suffix}"
            file.parent.mkdir(exist_ok=True)
            if suffix == ".png":
                from PIL import Image

                Image.new("RGB", (8, 8), (number, 8 * (label == "a"), 0)).save(file)
            else:
                file.write_text(f"word {label} {number}", encoding="utf-8")
        make_irregular(root / "a" / f"odd{suffix}", kind)
        yield Case(
            f"{kind} among {name}",
            lambda call=_audited(audit, root): judge(call, right=lambda found: _total(found) == 60),  # type: ignore[misc]
        )
    bundle = workshop.pictures
    odd = make_irregular(workshop.fresh() / "data.png", kind)
    yield _refused(f"{kind} as input", lambda: kerasapps.load_bundle(bundle).predict(odd), kind)


def _endless(workshop: Workshop) -> Iterator[Case]:
    folder = workshop.fresh()
    packed = folder / "line.jsonl.gz"
    with gzip.open(packed, "wb", compresslevel=1) as stream:
        for number in range(60):
            stream.write(b'{"src": "some %d words", "tgt": "%d Wort"}\n' % (number, number))
        for _ in range(1000):
            stream.write(b"x" * (1 << 20))
    yield _modest("a packed line of 1 GB", _audited(_pairs, packed), total=60)

    wide = folder / "wide.jsonl"
    keys = {f"key {number}": number for number in range(60_000)}
    row = json.dumps({**keys, "text": "wide", "label": "a"})
    rows = [json.dumps({"text": f"word {n}", "label": "ab"[n % 2]}) for n in range(60)]
    wide.write_text("\n".join([row, *rows, row.replace('"text"', '"label"')]), encoding="utf-8")
    yield _modest("objects of 60,000 keys", _audited(_texts, wide), total=61)

    deep = folder / "deep"
    _dig(deep / "a", 1500)
    for name, audit in (("pictures", _pictures), ("texts", _texts)):
        yield _modest(f"1,500 nested folders of {name}", _audited(audit, deep), refusal=("no",))
    yield Case("cleared", lambda: _clear(deep))

    bomb = folder / "bomb"
    for number in range(41):
        (bomb / f"{number:02}").mkdir(parents=True)
    for number in range(40):
        for side in ("left", "right"):
            (bomb / f"{number:02}" / side).symlink_to(bomb / f"{number + 1:02}")
    yield _modest("links that double 40 times", _audited(_pictures, bomb), refusal=("broken",))


def _modest(
    name: str,
    call: Callable[[], Any],
    *,
    total: int | None = None,
    refusal: tuple[str, ...] | None = None,
) -> Case:
    """Right, or refused, and with little time and memory."""

    def run() -> Verdict:
        began, before = time.process_time(), _peak_mb()
        right = None if total is None else lambda found: _total(found) == total
        verdict = judge(call, right=right, refusal=refusal)
        seconds, megabytes = time.process_time() - began, _peak_mb() - before
        if seconds > SECONDS or megabytes > MEGABYTES:
            return Verdict(type(verdict.ending).CRASHED, f"{seconds:.0f} s, {megabytes:.0f} MB")
        return verdict

    return Case(name, run)


def _total(audit: Any) -> int:
    return int(audit.total)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _dig(folder: Path, depth: int) -> None:
    folder.mkdir(parents=True)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def _clear(folder: Path) -> Verdict:
    subprocess.run(["rm", "-rf", folder], check=True)  # shutil.rmtree is recursive
    return judge(folder.exists, right=lambda there: not there)
