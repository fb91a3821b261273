"""B13: a disk that is full, or a limit of file sizes, wherever something is written.

Disks are small ones in memory where such may be mounted; a limit of file sizes stands in for them
elsewhere. Caches, stores, whole trainings, exports and commands must end with one error that says
how much room there is, leave what stood there, and go on once there is room.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from hostile_cases import RIGHT, Case, Ending, Verdict, command, judge_command
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.images.materialise import picture_writer
from kerasapps.data.sources.store import TextStoreWriter
from kerasapps.errors import DiskFullError, KerasAppsError
from kerasapps.files.npy import save_array
from kerasapps.files.room import telling_of_full_disks
from kerasapps.preprocess.cache import cached_array
from tests.full_disk import FILLER, file_limit, leave, mounted

KIB = 2**10
DISK = 24 * 2**20


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Every writer at sizes drawn at random; trainings cut at random; commands."""
    for name, write in WRITERS.items():
        for free in [0, 4 * KIB, *(draw.randrange(100 * KIB) for _ in range(variants))]:
            yield Case(f"{name}, {free} bytes free", partial(written, workshop, write, free))
    for _ in range(max(1, variants // 2)):
        free = draw.randrange(50 * KIB, 1900 * KIB)
        yield Case(f"training, {free} bytes free", partial(trained, workshop, free))
    for free in (0, draw.randrange(400 * KIB)):
        yield Case(f"export, {free} bytes free", partial(exported, workshop, free))
    for free in (0, draw.randrange(8 * KIB)):
        yield Case(f"evaluate, {free} bytes free", partial(evaluated, workshop, free))
        yield Case(f"predict --csv, {free} bytes free", partial(listed, workshop, free))
    free = draw.randrange(8 * KIB, 64 * KIB)
    yield Case(f"check, {free} bytes free", partial(checked, workshop, free))


@contextmanager
def scarce(workshop: Workshop, free: int) -> Iterator[Path]:
    """A folder on a disk with so many bytes free; without such disks no file may be larger."""
    folder = workshop.fresh("disk")
    with ExitStack() as stack:
        if mounted(folder, f"size={DISK}"):
            stack.callback(unmount, folder)
            leave(folder, free)
        else:
            stack.enter_context(file_limit(free))
        yield folder


def unmount(folder: Path) -> None:
    """Take the disk away again."""
    subprocess.run(["umount", "--lazy", folder], check=True)


def cache(folder: Path) -> None:
    """A mapped array of 4 MiB."""
    cached_array(
        (4 * KIB, KIB),
        np.uint8,
        fill=lambda array: array.fill(1),
        key=lambda: "k",
        budget_bytes=0,
        folder=folder,
        name="a",
    )


def store(folder: Path) -> None:
    """Texts, some of them empty, so that their places take more than they."""
    with TextStoreWriter(folder) as writer:
        for number in range(40_000):
            writer.append(b"x" * (number % 3))
        writer.finish()


def pictures(folder: Path) -> None:
    """Pictures of noise."""
    random = np.random.default_rng(0)
    with picture_writer(folder) as writer:
        for number in range(40):
            writer.add(random.integers(0, 256, (40, 40, 3), dtype=np.uint8), str(number), None)
        writer.finish()


def array(folder: Path) -> None:
    """An array that C's buffers would lose the end of."""
    save_array(folder / "a.npy", np.arange(13_000))


WRITERS: dict[str, Callable[[Path], None]] = {
    "cache": cache,
    "texts": store,
    "pictures": pictures,
    "array": array,
}


def written(workshop: Workshop, write: Callable[[Path], None], free: int) -> Verdict:
    """One error, nothing half-written, and done once there is room."""
    with scarce(workshop, free) as disk:
        folder = disk / "it"
        folder.mkdir()
        verdict = told(lambda: write(folder), disk)
        half = [each.name for each in folder.rglob("*") if each.name != "a.npy"]
        if half and verdict.ending is Ending.REFUSED:
            return Verdict(Ending.WRONG, f"left {half}")
        (disk / FILLER).unlink(missing_ok=True)
        if disk.is_mount() and verdict.ending is Ending.REFUSED:
            write(folder)
        return verdict


def told(call: Callable[[], Any], disk: Path) -> Verdict:
    """Done, or refused with how much is free and where."""
    try:
        with telling_of_full_disks(disk):
            call()
    except KerasAppsError as error:
        words = str(error)
        if "free" not in words.lower() or " MB" not in words:
            return Verdict(Ending.WRONG, f"refused without how much is free: {words:.200}")
        return Verdict(Ending.REFUSED)
    return RIGHT


def train(workshop: Workshop, folder: Path) -> kerasapps.RecipeResult:
    """A small training whose pictures lie on disk."""
    return kerasapps.train_image_classifier(
        workshop.shapes,
        output_dir=folder,
        model=ModelConfig(model="cnn", width=0.25),
        load=LoadConfig(cache_mb=0),
        image=ImageConfig(augment="none"),
        train=TrainConfig(epochs=1, learning_rate=3e-3),
        export=ExportConfig(quantization=("dynamic",), saved_model=False, tolerance=100),
    )


def trained(workshop: Workshop, free: int) -> Verdict:
    """One error; then the same call comes to its end, with every file that was asked for."""
    with scarce(workshop, free) as disk:
        verdict = told(lambda: train(workshop, disk / "run"), disk)
        if verdict.ending is not Ending.REFUSED or not disk.is_mount():
            return verdict
        if (disk / "run" / "bundle").exists():
            return Verdict(Ending.WRONG, "half a bundle stands there")
        (disk / FILLER).unlink()
        result = train(workshop, disk / "run")
        return verdict if result.passed else Verdict(Ending.WRONG, "a file was given up")


def exported(workshop: Workshop, free: int) -> Verdict:
    """The bundle that stands there stays."""
    with scarce(workshop, DISK) as disk:
        bundle = Path(shutil.copytree(workshop.pictures, disk / "run" / "bundle"))
        before = {each: each.read_bytes() for each in bundle.rglob("*") if each.is_file()}
        if disk.is_mount():
            leave(disk, free)
        one = ExportConfig(quantization=("dynamic",), saved_model=False)
        verdict = told(lambda: kerasapps.export_bundle(bundle, export=one), disk)
        after = {each: each.read_bytes() for each in bundle.rglob("*") if each.is_file()}
        if verdict.ending is Ending.REFUSED and (before != after or len(list(disk.iterdir())) > 2):
            return Verdict(Ending.WRONG, "the bundle is not as it was")
        return verdict


def evaluated(workshop: Workshop, free: int) -> Verdict:
    """Temporary files find no room."""
    bundle, before = workshop.texts, tempfile.tempdir
    with scarce(workshop, free) as disk:
        tempfile.tempdir = str(disk)
        try:
            kerasapps.evaluate_bundle(bundle, "builtin:reviews")
        except DiskFullError as error:
            named = str(disk) in str(error) and "TMPDIR" in str(error)
            return Verdict(Ending.REFUSED if named else Ending.WRONG, str(error))
        finally:
            tempfile.tempdir = before
    return Verdict(Ending.WRONG, "texts were written to a full disk")


def listed(workshop: Workshop, free: int) -> Verdict:
    """The table of answers is whole or not there."""
    with scarce(workshop, free) as disk:
        table = disk / "answers.csv"
        texts = [f"text number {number} {'very ' * 40}good" for number in range(60)]
        verdict = judge_command(
            lambda: command("predict", workshop.texts, *texts, "--csv", table),
            refusal=("answers.csv", "space" if disk.is_mount() else "too large"),
        )
        if table.exists() and verdict.ending is Ending.REFUSED:
            return Verdict(Ending.WRONG, "half a table stands there")
        return verdict


def checked(workshop: Workshop, free: int) -> Verdict:
    """A command that needs temporary files only; Python passes over a disk without any room."""
    table = workshop.fresh() / "texts.csv"
    rows = "".join(f"text number {number},{number % 2}\n" for number in range(4000))
    table.write_text(f"text,label\n{rows}", encoding="utf-8")
    with scarce(workshop, free) as disk:
        mine = {"TMPDIR": str(disk)} if disk.is_mount() else {}
        words = ("disk is full", "TMPDIR", str(disk)) if mine else ("would grow larger", "free")
        return judge_command(lambda: command("check", table, env=mine), refusal=words)
