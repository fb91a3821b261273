"""A12: several processes write and read one bundle.

Exports run against each other, readers against a writer that replaces the bundle all the time, and
bundles are opened as a crash between any two steps leaves them.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_cases import RIGHT, Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import ExportConfig
from kerasapps.deploy.exchange import replace_folder, retired
from kerasapps.deploy.manifest import read_manifest
from tests.deploy.tampered import put, tamper

EXPORT = ("export", "--quantization", "float16")
LOADS = 25


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Two and more exports at once; readers; what crashes and users leave in the folder."""
    yield Case("2 exports at once", exports_at_once(workshop, 2))
    yield Case("an export while the run is trained", export_while_held(workshop))
    for number in range(1 + variants):
        readers = draw.randint(1, 4)
        yield Case(
            f"{number}: {readers} readers, one writer", readers_and_writer(workshop, readers)
        )
    for name in ("bundle", "top-2/bundle", "mine", "deep/er/bundle"):
        yield Case(f"a crash between two renames of {name}", aside(workshop, name))
    for name in (".export", ".bundle.new", ".bundle.export", ".bundle.old", "mine"):
        yield Case(f"somebody's own {name}", own_folder(workshop, name))


def exports_at_once(workshop: Workshop, count: int) -> Callable[[], Verdict]:
    """At least one is done, the others are done or refused, and the bundle is whole."""

    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        command = [sys.executable, "-m", "kerasapps", EXPORT[0], str(bundle), *EXPORT[1:]]
        begun = [
            subprocess.Popen(
                [*command, "--data", str(workshop.shapes)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        ended = [(process.communicate()[1], process.returncode) for process in begun]
        bad = [said for said, status in ended if status and "Another process" not in said]
        if bad or not any(status == 0 for _, status in ended):
            return Verdict(Ending.WRONG, f"{ended!r:.400}")
        return whole(bundle)

    return run


def whole(bundle: Path) -> Verdict:
    """The bundle can be read, has its new file, and nothing lies beside it."""
    artifact = read_manifest(bundle).artifact("float16")
    beside = sorted(path.name for path in bundle.parent.iterdir())
    if not artifact["passed"] or beside != ["bundle"]:
        return Verdict(Ending.WRONG, f"{artifact['passed']}, {beside}")
    return RIGHT


def export_while_held(workshop: Workshop) -> Callable[[], Verdict]:
    from kerasapps.workflow.run import open_run

    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        settings = read_manifest(bundle).settings
        with open_run(bundle.parent, task="r", name="n", settings=settings):
            return judge(
                lambda: kerasapps.export_bundle(bundle, export=ExportConfig(saved_model=False)),
                refusal=("another process",),
            )

    return run


def readers_and_writer(workshop: Workshop, readers: int) -> Callable[[], Verdict]:
    """Every load of every reader gets a whole bundle, while it is replaced all the time."""

    def run() -> Verdict:
        bundle = workshop.copy(workshop.texts)
        faults: list[str] = []
        over = threading.Event()

        def read() -> None:
            for _ in range(LOADS):
                try:
                    kerasapps.load_bundle(bundle, "int8").predict("a great film")
                except Exception as error:
                    faults.append(f"{type(error).__name__}: {error}")

        def write() -> None:
            while not over.wait(0.1):
                new = Path(shutil.copytree(bundle, bundle.parent / "new"))
                tamper(new, lambda values: put(values, "created", str(time.time())))
                replace_folder(new, bundle)

        threads = [threading.Thread(target=read) for _ in range(readers)]
        writer = threading.Thread(target=write)
        for thread in (writer, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        over.set()
        writer.join()
        if not faults:
            return RIGHT
        return Verdict(Ending.WRONG, f"{len(faults)} of {readers * LOADS}: {faults[0]:.300}")

    return run


def aside(workshop: Workshop, name: str) -> Callable[[], Verdict]:
    """Whoever opens it next brings it back."""

    def run() -> Verdict:
        bundle = workshop.fresh("run") / name
        shutil.copytree(workshop.pictures, bundle)
        bundle.rename(retired(bundle))
        verdict = judge(
            lambda: kerasapps.load_bundle(bundle).task,
            right=lambda task: task == "image_classification",
            refusal=None,
        )
        there = bundle.is_dir() and not retired(bundle).exists()
        return verdict if there else Verdict(Ending.WRONG, "not brought back")

    return run


def own_folder(workshop: Workshop, name: str) -> Callable[[], Verdict]:
    """An export leaves it alone: it is done beside it, or refused."""

    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        mine = bundle.parent / name / "letter.txt"
        mine.parent.mkdir()
        mine.write_text("dear")
        # Data that is not the bundle's: the export ends once its place is made.
        other = workshop.pairs
        verdict = judge(
            lambda: kerasapps.export_bundle(bundle, other, export=ExportConfig()), refusal=()
        )
        kept = mine.exists() and mine.read_text() == "dear"
        return verdict if kept else Verdict(Ending.WRONG, f"{name} is gone")

    return run
