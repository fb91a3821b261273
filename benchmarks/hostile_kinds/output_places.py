"""A16: links, other disks, long and strange names as places of a run.

A run is opened as a recipe opens it, before any training: it is refused there, or its end works.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_cases import Case, Verdict, judge
from hostile_workshop import Workshop

from kerasapps.deploy.exchange import replace_folder, workplace
from kerasapps.deploy.manifest import read_manifest

ALPHABET = "a.é~🙂 人\u0301-"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
OPEN = """
import sys
from kerasapps.errors import KerasAppsError
from kerasapps.workflow.run import open_run
try:
    with open_run(sys.argv[1], task="r", name="n", settings={"data": sys.argv[2]}):
        print("opened")
except KerasAppsError as error:
    print("refused", ascii(str(error)))
"""


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Links, mounted disks, lengths and characters; then random names and lengths."""
    yield Case("work/ on another disk", ends_well(workshop, linked("work", make=True)))
    yield Case("bundle/ a link", ends_well(workshop, linked("bundle", make=True)))
    yield Case("bundle/ a link to what will be", ends_well(workshop, linked("bundle", make=False)))
    yield Case("work/ a dead link", refused(workshop, linked("work", make=False), "not there"))
    yield Case("bundle/ a dead link", refused(workshop, dead, "gone"))
    yield Case("a name of 300", refused(workshop, lambda run: run / ("a" * 300), "too long"))
    yield Case("a path of 4,000", refused(workshop, long_path(4000), "too long"))
    for _ in range(variants):
        length = draw.randint(3990, 4080)
        yield Case(f"a path of {length}", refused(workshop, long_path(length), "too long"))
        name = "".join(draw.choices(ALPHABET, k=draw.randint(1, 40))).strip(".~ ") or "r"
        yield Case(f"name {name!r}", ends_well(workshop, lambda run, name=name: run / name))
    for place in ("r🙂n", "plain"):
        for data in ("d🙂t", "plain"):
            verdict = under_ascii(workshop, place, data)
            yield Case(f"ASCII: {place!a} of {data!a}", verdict)


def linked(name: str, *, make: bool) -> Callable[[Path], Path]:
    def prepare(run: Path) -> Path:
        target = run.parent / f"disk-{run.name}"
        (target if make else target.parent).mkdir(exist_ok=True)
        (run / name).symlink_to(target)
        return run

    return prepare


def dead(run: Path) -> Path:
    (run / "bundle").symlink_to(run / "gone" / "far")
    return run


def long_path(length: int) -> Callable[[Path], Path]:
    def prepare(run: Path) -> Path:
        while len(str(run)) < length - 2:
            run = run / ("d" * min(200, length - len(str(run)) - 1))
        return run

    return prepare


def ends_well(workshop: Workshop, prepare: Callable[[Path], Path]) -> Callable[[], Verdict]:
    """A bundle is published there, as a recipe does it, and can be read."""

    def run() -> Verdict:
        folder = prepare(workshop.fresh("run"))
        return judge(lambda: publish(workshop, folder), right=bool, refusal=None)

    return run


def publish(workshop: Workshop, folder: Path) -> bool:
    from kerasapps.workflow.run import open_run

    with open_run(folder, task="r", name="n", settings={}) as run:
        (run.work / "cache.npy").touch()
        with workplace(run.bundle_dir, "new") as scratch:
            shutil.copytree(workshop.pictures, scratch / "bundle")
            replace_folder(scratch / "bundle", run.bundle_dir)
    work = folder / "work"
    emptied = not work.exists() or (work.is_symlink() and not any(work.iterdir()))
    return emptied and read_manifest(folder).task == "image_classification"


def refused(
    workshop: Workshop, prepare: Callable[[Path], Path], words: str
) -> Callable[[], Verdict]:
    def run() -> Verdict:
        folder = prepare(workshop.fresh("run"))
        return judge(lambda: publish(workshop, folder), refusal=(words,))

    return run


def under_ascii(workshop: Workshop, place: str, data: str) -> Callable[[], Verdict]:
    """A process whose locale is ASCII opens the run, or refuses it for its name."""

    def run() -> Verdict:
        folder = workshop.fresh("ascii")
        ended = subprocess.run(
            [sys.executable, "-c", OPEN, str(folder / place), str(folder / data)],
            env={**os.environ, **ASCII},
            capture_output=True,
            text=True,
            check=False,
        )
        expected = "opened" if place.isascii() and data.isascii() else "PYTHONUTF8=1"
        fine = ended.returncode == 0 and expected in ended.stdout
        return judge(lambda: fine or ended, right=lambda value: value is True)

    return run
