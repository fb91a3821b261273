"""Sets of labels and numbers, from whatever holds them to splits and an audit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import ImageConfig, LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.audit_text import audit_text
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.splits import Splits, Target
from kerasapps.data.targets.checks import check_labels
from kerasapps.data.targets.kinds import names_of
from kerasapps.errors import ConfigError, DataError
from tests.data.loading import audit_images, audit_texts, load_images, load_texts
from tests.data.pictures import pixels, write_picture

NAMES = ("blue", "fast", "red")
SETS = [
    [name for bit, name in enumerate(NAMES) if (number % 7 + 1) >> bit & 1] for number in range(28)
]
FILES = [f"pictures/{number}.png" for number in range(28)]
WAY: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, file in enumerate(FILES):
        write_picture(tmp_path / file, number)
    return tmp_path


def write(root: Path, name: str, lines: list[str]) -> Path:
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root / name


def joined(root: Path) -> Path:
    rows = zip(FILES, SETS, strict=True)
    return write(root, "a.csv", ["file,label", *(f"{f},{'|'.join(names)}" for f, names in rows)])


def listed(root: Path) -> Path:
    rows = [{"file_name": f, "labels": names} for f, names in zip(FILES, SETS, strict=True)]
    return write(root, "a.jsonl", [*map(json.dumps, rows)])


def one_hot(root: Path) -> Path:
    bits = [",".join(str(int(name in names)) for name in NAMES) for names in SETS]
    rows = [f"{file},{row}" for file, row in zip(FILES, bits, strict=True)]
    return write(root, "a.csv", [f"file,{','.join(NAMES)}", *rows])


def in_several_rows(root: Path) -> Path:
    rows = [f"{f},{name}" for f, names in zip(FILES, SETS, strict=True) for name in names]
    return write(root, "a.csv", ["file,label", *rows])


def linked(root: Path) -> Path:
    """Class folders, a file of several labels in one of them and links to it in the others."""
    for file, names in zip(FILES, SETS, strict=True):
        for place, name in enumerate(names):
            target = root / "classes" / name / Path(file).name
            target.parent.mkdir(parents=True, exist_ok=True)
            first = root / "classes" / names[0] / Path(file).name
            target.symlink_to(first) if place else (root / file).rename(target)
    return root / "classes"


def arrays(root: Path) -> Any:
    bits = np.array([[name in names for name in NAMES] for names in SETS], np.uint8)
    return [root / file for file in FILES], bits


@pytest.mark.parametrize("form", [joined, listed, one_hot, in_several_rows, linked, arrays])
def test_sets_of_labels_are_recognised_in_every_form(
    root: Path, tmp_path: Path, form: Callable[[Path], Any]
) -> None:
    splits = load_images(form(root), work_dir=tmp_path / "work", **WAY)
    names = NAMES if form is not arrays else ("0", "1", "2")
    assert splits.target == Target("labels", names) and splits.labels == names
    assert labels_by_picture(splits) == {
        pixels(number).tobytes(): {names[NAMES.index(each)] for each in SETS[number]}
        for number in range(28)
    }
    assert splits.train.labels.dtype == np.uint8
    assert sum(splits.audit.counts.values()) == splits.audit.total == 28
    told = [guess for guess in splits.audit.guesses if guess.startswith("target: any number of")]
    assert len(told) == 1


def labels_by_picture(splits: Splits[Any]) -> dict[bytes, set[str]]:
    from kerasapps.data.images.decode import decode_image

    return {
        decode_image(path, 3).tobytes(): {splits.labels[n] for n in np.flatnonzero(row)}
        for part in (splits.train, splits.validation, splits.test)
        for path, row in zip(part.paths, part.labels, strict=True)
    }


def test_labels_have_their_share_of_every_split(root: Path, tmp_path: Path) -> None:
    splits = load_images(joined(root), work_dir=tmp_path / "work", **WAY)
    counts = splits.audit["label_counts"]
    assert {split: [*each.values()] for split, each in counts.items()} == {
        "train": [11, 11, 11],
        "validation": [2, 2, 2],
        "test": [3, 3, 3],
    }


def test_what_a_bundle_is_judged_on_has_the_same_sets(root: Path, tmp_path: Path) -> None:
    pictures = load_labelled(
        in_several_rows(root),
        max_broken=0.0,
        work_dir=tmp_path / "work",
        image=ImageConfig(target_kind="labels"),
        tell=lambda line: None,
    )
    assert [[*names_of(each.label)] for each in pictures.entries] == SETS


def test_all_splits_are_read_as_that_of_training_is(root: Path, tmp_path: Path) -> None:
    """A test split that alone would be classes."""
    images = np.stack([pixels(number) for number in range(40)])
    both = [["red", "fast"][: 1 + number % 2] for number in range(30)]
    parts = {"test": (images[30:], ["red", "fast"] * 5), "train": (images[:30], both)}
    splits = load_images(parts, work_dir=tmp_path / "work", **WAY)
    assert splits.target == Target("labels", ("fast", "red"))
    assert splits.test.labels.sum(axis=0).tolist() == [5, 5]


class TestNumbers:
    def test_of_pictures(self, root: Path, tmp_path: Path) -> None:
        rows = [f"{file},{number / 4}" for number, file in enumerate(FILES)]
        splits = load_images(
            write(root, "a.csv", ["file,price", *rows]), work_dir=tmp_path / "work", **WAY
        )
        assert (splits.target, splits.labels) == (Target("number", ("price",)), ())
        together = [splits.train.labels, splits.validation.labels, splits.test.labels]
        assert sorted(np.concatenate(together)) == [number / 4 for number in range(28)]
        assert splits.audit.guesses[-1] == (
            "target: numbers (0 to 6.75); --target-kind class takes it for one class each"
        )

    def test_of_folders(self, root: Path, tmp_path: Path) -> None:
        for number, file in enumerate(FILES):
            target = root / "folders" / str(number % 4) / Path(file).name
            target.parent.mkdir(parents=True, exist_ok=True)
            (root / file).rename(target)
        guessed = load_images(root / "folders", work_dir=tmp_path / "work", **WAY)
        assert guessed.target == Target("class", ("0", "1", "2", "3"))
        asked: dict[str, Any] = {
            "image": ImageConfig(target_kind="number"), "work_dir": tmp_path / "work", **WAY
        }  # fmt: skip
        assert set(load_images(root / "folders", **asked).train.labels) == {0.0, 1.0, 2.0, 3.0}
        (root / "folders" / "0").rename(root / "folders" / "none")
        error, *_ = audit_images(root / "folders", **asked).errors
        assert error == "folder 'none': 'none' is no number"


def texts(cells: list[Any]) -> list[tuple[str, Any]]:
    return [(f"word{number} of a text", cell) for number, cell in enumerate(cells)]


def look_at(cells: list[Any], work: Path, **options: Any) -> Audit:
    return audit_texts(texts(cells), text=TextConfig(**options), work_dir=work, **WAY)


def test_planted_faults_of_labels_are_named(tmp_path: Path) -> None:
    cells = [["a", "all"], ["b", "twin", "all"], ["b", "twin", "c", "all"], ["c", "all"]] * 20
    parts = {
        "train": texts([*cells, ["rare", "A", "all"], ["a", "a\x07"], ["all"]]),
        "test": [("another text", ["new", "a"]), ("one more text", [])],
    }
    audit = audit_texts(parts, text=TextConfig(), work_dir=tmp_path, **WAY)
    assert audit.errors == (
        "label 'new' is in test (1 texts) but not in train: add texts of it to train, or set "
        "unknown_classes to skip to leave the label out",
    )
    told = audit_text(audit)
    for fault in (
        "label 'a\\x07' has the control character U+0007",
        "the labels 'A' and 'a' differ only by case",
        "labels with too few texts to be in every split, all of which are for training: 'A' (1), "
        "'rare' (1)",
        "not judged in test, which has no texts of them: 'A', 'all', 'b', 'c', 'rare', 'twin'",
        "every text of training has 'all': that tells a model nothing",
        "Labels that always come together: 2\n  A = rare (in 1)\n  b = twin (in 40)",
        "Texts without any label (used as they are): 1\n  example 1",
    ):
        assert fault in told
    skipped = load_texts(
        parts, text=TextConfig(), work_dir=tmp_path, config=LoadConfig(unknown_classes="skip"),
        seed=0,
    )  # fmt: skip
    assert "new" not in skipped.labels and len(skipped.test) == 2
    assert skipped.audit["label_counts"]["test"] == {"a": 1}


def test_planted_faults_of_numbers_are_named(tmp_path: Path) -> None:
    cells = [*np.linspace(0, 1, 80), 9999.0, 9999.0, "12 kg", "1,5", None]
    audit = look_at(cells, tmp_path, target_kind="number")
    assert audit.ok
    assert [row.reason for row in audit["broken"].first] == [
        "'12 kg' is no number",
        "'1,5' is no number: write it as 1234.5, without signs",
        "the number is missing",
    ]
    assert audit["outliers"].total == 1
    assert str(audit["outliers"].first[0]) == (
        "example 81: number 9999 (the middle half: 0.256329 to 0.768987; 2 have it)"
    )
    json.dumps(audit.to_dict())
    rows = [*texts(cells[:80]), ("a text", 0.5), ("a text", 0.7)]
    told = audit_text(audit_texts(rows, text=TextConfig(), work_dir=tmp_path, **WAY))
    assert "Same text, different numbers: 1" in told
    assert not look_at([*np.linspace(0, 900, 80)], tmp_path, target_kind="number")["outliers"].total
    (error,) = look_at([0.5] * 60, tmp_path, target_kind="number").errors
    assert error == "the target 'number' is 0.5 in every text of training"
    for size in (1e31, 1e306):
        with np.errstate(over="raise"):
            (error,) = look_at([size * n for n in range(60)], tmp_path, target_kind="number").errors
        assert "more than the 1e+30 that a model answers with" in error


def test_sets_need_two_labels(tmp_path: Path) -> None:
    errors = look_at([["a"], []] * 30, tmp_path).errors
    assert errors == ("sets of labels need at least two labels, found 1: 'a'",)


def test_labels_that_all_are_rare_leave_no_text_to_judge_on(tmp_path: Path) -> None:
    (error,) = look_at([f"{n}.5" for n in range(60)], tmp_path, target_kind="labels").errors
    assert error.startswith("no text is left for validation and test: nearly every label has too")
    assert "(it takes 3)" in error and "--target-kind" in error


def test_tags_of_thousands_of_kinds_are_no_labels() -> None:
    counts = {"train": {f"tag {n}": 1 + n for n in range(10_001)}, "validation": {}, "test": {}}
    sizes = {"train": 20_000, "validation": 0, "test": 0}
    assert check_labels(counts, sizes, config=LoadConfig(), noun="text").errors == (
        "training has 10,001 labels, more than the 10,000 that a model answers with: leave out the "
        "rarest, such as 'tag 0'",
    )


def test_texts_of_several_rows_have_all_their_labels(tmp_path: Path) -> None:
    """Only by option: the same text under two classes may also be a fault."""
    rows = [(f"word{n // 2} of a text", "ab"[n % 2] if n % 8 else "c") for n in range(80)]
    splits = load_texts(rows, text=TextConfig(target_kind="labels"), work_dir=tmp_path, **WAY)
    assert splits.audit.total == 40 and splits.labels == ("a", "b", "c")
    assert splits.train.labels.sum(axis=1).tolist() == [2] * 28
    assert load_texts(rows, work_dir=tmp_path, **WAY).target.kind == "class"


def test_columns_of_ones_and_zeros_beside_texts(tmp_path: Path) -> None:
    lines = [f"some text number{n},{n % 2},{int(n % 3 == 0)}" for n in range(40)]
    file = write(tmp_path, "a.csv", ["comment,rude,loud", *lines])
    splits = load_texts(file, work_dir=tmp_path / "work", **WAY)
    assert splits.target == Target("labels", ("loud", "rude"))
    assert splits.audit.guesses == (
        "a.csv: the first row has the names of columns; text in 'comment', label in 'one-hot rude, "
        "loud'; name them with --text-column and --label-column if that is wrong",
        "target: any number of labels each (ones and zeros, 2 each: rude, loud)",
    )


def test_options_that_do_not_fit(tmp_path: Path) -> None:
    for options in ({"label_column": "a"}, {"target_kind": "class"}):
        with pytest.raises(ConfigError, match="target_columns"):
            TextConfig(target_columns=("b", "c"), **options)
    with pytest.raises(DataError, match="target_columns are for tables"):
        load_texts(
            texts(["a", "b"] * 9),
            text=TextConfig(target_columns=("b", "c")),
            work_dir=tmp_path,
            **WAY,
        )
