"""A1: names of splits.

Folders, files and values of a column that stand for splits, in any case and by any usual name.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop
from PIL import Image

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.splits import Splits
from tests.data.loading import load_images, load_pairs, load_texts

_TRAIN = ("train", "Train", "TRAIN", "training", "Training", "TRAINING")
_TEST = ("test", "Test", "TEST", "testing", "Testing", "eval", "Eval", "evaluation")
_VALIDATION = ("val", "VAL", "valid", "Valid", "validation", "Validation", "dev", "DEV")
_AROUND = ("{}", "seg_{}", "{}_set", "my-{}-data", "{}2017", "flowers.{}", "{} images")
_LOAD: dict[str, Any] = {"config": LoadConfig(), "seed": 0}
_numbers = count()

Write = Callable[[Path, int], None]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Names in all forms of data, and folders that are no classes."""
    known = [
        *(("Train", "Test"), ("TRAIN", "TEST"), ("Training", "Testing"), ("train", "Test")),
        *(("seg_train", "seg_test"), ("seg_train/seg_train", "seg_test/seg_test")),
    ]
    drawn = []
    for _ in range(variants):
        around = draw.choice(_AROUND)
        drawn.append((around.format(draw.choice(_TRAIN)), around.format(draw.choice(_TEST))))
    for train, test in [*known, *drawn]:
        for form, read in _FORMS.items():
            yield Case(f"{form}: {train} + {test}", partial(_read, read, workshop, (train, test)))
    for name in ("valid", *draw.choices(_VALIDATION, k=variants)):
        yield Case(f"validation in {name}/", partial(_validation, workshop, name))
    yield from _no_classes(workshop, draw, variants)
    yield Case("evaluate BUNDLE DIR with train/ and Test/", partial(_evaluate, workshop))


def _read(
    read: Callable[[Path, str, str], Splits[Any]], workshop: Workshop, names: tuple[str, str]
) -> Verdict:
    folder = workshop.fresh()

    def right(splits: Splits[Any]) -> bool:
        told = any(all(name.split("/")[0] in guess for name in names) for guess in _guesses(splits))
        return len(splits.test) == 4 and len(splits.train) + len(splits.validation) == 24 and told

    return judge(lambda: read(folder, *names), right=right, refusal=None)


def _guesses(splits: Splits[Any]) -> tuple[str, ...]:
    guesses: tuple[str, ...] = splits.audit.guesses
    return guesses


def _pictures(root: Path, train: str, test: str) -> Splits[Any]:
    for name, number in ((train, 12), (test, 2)):
        write_pictures(root / name, number)
    return load_images(root, work_dir=root.parent / "work", **_LOAD)


def _text_files(root: Path, train: str, test: str) -> Splits[Any]:
    for name, number in ((train, 12), (test, 2)):
        for label in ("cat", "dog"):
            for text in _sentences(number):
                file = root / name / label / f"{next(_numbers)}.txt"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
    return _texts(root)


def _tables(root: Path, train: str, test: str) -> Splits[Any]:
    for name, number in ((train, 12), (test, 2)):
        rows = [(text, label) for label in ("cat", "dog") for text in _sentences(number)]
        _write_csv(root / f"{name.split('/')[0]}.csv", [("text", "label"), *rows])
    return _texts(root)


def _column(root: Path, train: str, test: str) -> Splits[Any]:
    rows = [
        (text, label, name.split("/")[0])
        for name, number in ((train, 12), (test, 2))
        for label in ("cat", "dog")
        for text in _sentences(number)
    ]
    return _texts(_write_csv(root / "a.csv", [("text", "label", "Split"), *rows]))


def _aligned(root: Path, train: str, test: str) -> Splits[Any]:
    for name, number in ((train, 24), (test, 4)):
        texts = list(_sentences(number))
        for tongue in ("en", "de"):
            lines = "".join(f"{text} in {tongue}\n" for text in texts)
            (root / f"{name.split('/')[0]}.{tongue}").write_text(lines)
    return load_pairs(root, translation=TranslationConfig(), work_dir=root.parent / "work", **_LOAD)


_FORMS = {
    "pictures": _pictures,
    "text files": _text_files,
    "tables": _tables,
    "a column": _column,
    "aligned files": _aligned,
}


def _texts(data: Path) -> Splits[Any]:
    return load_texts(data, text=TextConfig(), work_dir=data.parent / "work", **_LOAD)


def _validation(workshop: Workshop, name: str) -> Verdict:
    root = workshop.fresh()
    for split, number in (("Train", 12), (name, 3), ("eval", 2)):
        write_pictures(root / split, number)
    return judge(
        lambda: load_images(root, work_dir=root.parent / "work", **_LOAD),
        right=lambda splits: (len(splits.validation), len(splits.test)) == (6, 4),
        refusal=None,
    )


def _no_classes(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Folders that hold no classes: each is refused with what is wrong."""
    folders = draw.sample(["color", "gray", "A", "B", "part 1", "2019", "copy"], 2 + variants)

    def same(root: Path) -> None:
        for folder in folders:
            write_pictures(root / folder, 3)

    def flat(root: Path) -> None:
        for split in (draw.choice(_TRAIN), draw.choice(_TEST)):
            write_pictures(root, 3, labels=(split,))

    def below(root: Path) -> None:
        for label in ("cat", "dog"):
            write_pictures(root / label, 3, labels=("train", "test"))

    yield _refused("the same folders in all", workshop, same, "the same folders", folders[0])
    yield _refused("pictures directly in splits", workshop, flat, "names of splits", "rename")
    yield _refused("splits below classes", workshop, below, "the splits come first")
    for wrapper in ("archive", *draw.choices(["data", "Dataset v2", "a/b", "x/y/z"], k=variants)):
        make = partial(_wrapped, wrapper=wrapper)
        yield _refused(f"within {wrapper}", workshop, make, wrapper, "was that folder meant")

    def untrained(root: Path) -> None:
        write_pictures(root / "test", 3)
        write_pictures(root / "valid", 3)

    yield _refused("test/ and valid/ only", workshop, untrained, "validation and test", "training")


def _wrapped(root: Path, *, wrapper: str) -> None:
    write_pictures(root / wrapper / "Train", 3)
    write_pictures(root / wrapper / "Test", 3)


def _refused(name: str, workshop: Workshop, make: Callable[[Path], None], *words: str) -> Case:
    def run() -> Verdict:
        root = workshop.fresh()
        make(root)
        return judge(
            lambda: load_images(root, work_dir=root.parent / "work", **_LOAD), refusal=words
        )

    return Case(name, run)


def _evaluate(workshop: Workshop) -> Verdict:
    root = workshop.fresh()
    for split, number in (("train", 6), ("Test", 2)):
        write_pictures(root / split, number, labels=("blue", "green", "red"))
    return judge_command(
        lambda: command("evaluate", workshop.pictures, root, "--json"),
        right=lambda printed: '"examples": 6' in printed.out and "test in Test" in printed.err,
        refusal=None,
    )


def write_pictures(root: Path, each: int, *, labels: tuple[str, ...] = ("cat", "dog")) -> None:
    """So many pictures of each label, no two alike."""
    for label in labels:
        (root / label).mkdir(parents=True, exist_ok=True)
        for _ in range(each):
            pixels = random.Random(next(_numbers)).randbytes(8 * 8 * 3)
            picture = Image.frombytes("RGB", (8, 8), pixels)
            picture.save(root / label / f"{next(_numbers)}.png")


def _sentences(number: int) -> Iterator[str]:
    for _ in range(number):
        yield f"sentence number {next(_numbers)} of many"


def _write_csv(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
