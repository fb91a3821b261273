from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.audit_text import audit_text
from kerasapps.data.splits import Splits
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images
from tests.data.pictures import pixels, png16, write_classes, write_picture


def load(data: Any, work: Path, *, seed: int = 0, **options: Any) -> Splits:
    return load_images(data, config=LoadConfig(**options), seed=seed, work_dir=work)


def audit(data: Any, work: Path, **options: Any) -> Audit:
    return audit_images(data, config=LoadConfig(**options), seed=0, work_dir=work)


def names(splits: Splits, split: str) -> set[str]:
    return {path.name for path in getattr(splits, split).paths}


def test_plain_folder_is_split_by_class(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {"dog": 20, "ant": 10, "cat": 3})
    splits = load(root, work, validation_split=0.1, test_split=0.2)
    assert splits.labels == ("ant", "cat", "dog")
    assert splits.audit.counts == {
        "train": {"ant": 7, "cat": 1, "dog": 14},
        "validation": {"ant": 1, "cat": 1, "dog": 2},
        "test": {"ant": 2, "cat": 1, "dog": 4},
    }
    assert splits.audit["imbalance"] == 14
    every = [*splits.train.paths, *splits.validation.paths, *splits.test.paths]
    assert len(set(every)) == 33
    for examples in (splits.train, splits.validation, splits.test):
        for path, label in zip(examples.paths, examples.labels, strict=True):
            assert splits.labels[label] == path.parent.name
    assert not work.exists()


def test_splits_depend_on_content_and_seed_only(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {"a": 12, "b": 12})
    first = load(root, work)
    renamed = tmp_path / "renamed"
    for number, path in enumerate(reversed(sorted(root.rglob("*.png")))):
        target = renamed / path.parent.name / f"{number:03d}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    second = load(renamed, work)
    content = [path.read_bytes() for path in first.train.paths]
    assert content == [path.read_bytes() for path in second.train.paths]
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != load(root, work, seed=1).fingerprint


def test_given_splits_are_kept_and_others_taken_from_train(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 20, "b": 20})
    write_classes(root / "test", {"a": 3, "b": 4}, first=100)
    splits = load(root, work, validation_split=0.1)
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [36, 4, 7]
    assert all(path.is_relative_to(root / "test") for path in splits.test.paths)
    write_classes(root / "val", {"a": 2, "b": 2}, first=200)
    assert [len(load(root, work).train), len(load(root, work).validation)] == [40, 4]
    (root / "val").rename(root / "validation")
    assert len(load(root, work).validation) == 4
    shutil.rmtree(root / "test")
    assert len(load(root, work, test_split=0.25).test) == 10
    write_classes(root / "val", {"a": 2, "b": 2}, first=300)
    with pytest.raises(DataError, match="val and validation, which are names of one split"):
        load(root, work)


def test_label_order_is_that_of_training(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 3, "b": 3, "c": 3})
    write_classes(root / "test", {"b": 2, "c": 2}, first=50)
    splits = load(root, work)
    assert splits.labels == ("a", "b", "c")
    assert set(splits.test.labels) == {1, 2}
    assert any("'a' has no pictures in test" in text for text in splits.audit.warnings)


def test_unknown_class(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"b": 4, "c": 4})
    write_classes(root / "test", {"a": 2, "b": 2, "c": 2}, first=50)
    with pytest.raises(DataError, match=r"'a' is in test \(2 pictures\) but not in train"):
        load(root, work)
    splits = load(root, work, unknown_classes="skip")
    assert splits.labels == ("b", "c") and len(splits.test) == 4
    assert any("'a'" in text for text in splits.audit.warnings)
    shutil.rmtree(root / "test" / "b")
    shutil.rmtree(root / "test" / "c")
    with pytest.raises(DataError, match="test has no picture of a class that train has"):
        load(root, work, unknown_classes="skip")


def test_duplicates_stay_in_test(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 5, "b": 5})
    write_classes(root / "val", {"a": 2, "b": 2}, first=50)
    write_classes(root / "test", {"a": 2, "b": 2}, first=100)
    write_picture(root / "train/a/same_as_test.bmp", 100)
    write_picture(root / "val/a/same_as_test.png", 100)
    write_picture(root / "train/b/same_as_val.png", 52)
    write_picture(root / "train/b/copy.png", 5)
    splits = load(root, work)
    found = {(one.copy.name, one.copy_split, one.kept_split) for one in splits.audit["duplicates"]}
    assert found == {
        ("same_as_test.bmp", "train", "test"),
        ("same_as_test.png", "validation", "test"),
        ("same_as_val.png", "train", "validation"),
    }
    assert all(one.dropped for one in splits.audit["duplicates"])
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [11, 4, 4]
    (copy,) = splits.audit["copies"]
    assert {copy.copy.name, copy.kept.name} == {"copy.png", "000.png"} and not copy.dropped


def test_copies_and_conflicts_of_a_plain_folder_stay_together(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {"a": 10, "b": 10})
    for number in range(10):
        write_picture(root / "a" / f"copy{number}.png", number)
    write_picture(root / "b" / "conflict.png", 0)
    splits = load(root, work)
    where = {
        path: split
        for split in ("train", "validation", "test")
        for path in getattr(splits, split).paths
    }
    assert len(where) == 31
    for number in range(10):
        assert where[root / f"a/copy{number}.png"] == where[root / f"a/{number:03d}.png"]
    assert where[root / "b/conflict.png"] == where[root / "a/000.png"]
    assert splits.audit["duplicates"] == () and len(splits.audit["copies"]) == 10
    assert [one.labels for one in splits.audit["conflicts"]] == [("a", "b")]
    assert {one.copy_split for one in splits.audit["copies"]} <= {"train", "validation", "test"}
    assert all(one.kept_split == one.copy_split != "" for one in splits.audit["copies"])


def test_too_few_pictures(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {"a": 10, "rare": 2})
    with pytest.raises(DataError, match="'rare' has 2 different pictures, too few"):
        load(root, work)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The 8 planted faults of the acceptance test."""
    root = tmp_path / "faulty"
    write_classes(root / "train", {"ant": 30, "bee": 30, "cow": 30})
    write_classes(root / "test", {"ant": 10, "bee": 10, "zebra": 2}, first=200)
    jpeg = write_picture(root / "train/ant/truncated.jpg", 300, size=(64, 64))
    jpeg.write_bytes(jpeg.read_bytes()[:900])
    (root / "train/ant/text.jpg").write_text("I am not a picture")
    (root / "train/bee/empty.png").write_bytes(b"")
    shutil.copy(root / "test/ant/000.png", root / "train/ant/leak.png")
    samples = np.arange(100, dtype=np.uint16).reshape(10, 10) * 600
    Image.fromarray(samples).save(root / "train/bee/wide.png")
    Image.fromarray(pixels(301)).convert("CMYK").save(root / "train/cow/print.jpg")
    return root


def test_the_eight_planted_faults_are_named(faulty: Path, work: Path) -> None:
    found = audit(faulty, work)
    broken = {file.path.name: file.reason for file in found["broken"]}
    assert set(broken) == {"truncated.jpg", "text.jpg", "empty.png"}
    assert "truncated" in broken["truncated.jpg"]
    assert "text file" in broken["text.jpg"]
    assert "empty file" in broken["empty.png"]
    assert [(d.copy.name, d.copy_split, d.kept_split) for d in found["duplicates"]] == [
        ("leak.png", "train", "test")
    ]
    assert any("'cow' has no pictures in test" in text for text in found.warnings)
    assert any("'zebra' is in test" in text for text in found.errors)
    assert {(note.path.name, note.what) for note in found["notes"]} == {
        ("wide.png", "16-bit"),
        ("print.jpg", "CMYK"),
    }
    text = audit_text(found)
    for name in (
        "truncated.jpg",
        "text.jpg",
        "empty.png",
        "leak.png",
        "wide.png",
        "print.jpg",
        "'cow'",
        "'zebra'",
        "cannot be used",
    ):
        assert name in text
    assert not found.ok
    splits = load(faulty, work, unknown_classes="skip")
    assert splits.labels == ("ant", "bee", "cow") and len(splits.test) == 20
    assert len(splits.train) + len(splits.validation) == 92
    assert "leak.png" not in names(splits, "train") | names(splits, "validation")


def test_a_given_split_is_never_replaced(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 10, "b": 10})
    write_classes(root / "val", {"a": 1, "b": 1}, first=50)
    write_classes(root / "test", {"a": 1, "b": 1}, first=50)
    assert audit(root, work).errors == (
        "no usable picture is left in validation: all are broken, or also in a more protected "
        "split",
    )


def test_nothing_but_broken_files(tmp_path: Path, work: Path) -> None:
    for label in "ab":
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.png").write_bytes(b"")
    found = audit(tmp_path, work, max_broken=1)
    assert found.errors == (
        "no usable picture is left: all are broken, or also in a more protected split",
    )
    assert found.total == 0 and len(found["broken"]) == 2
    assert found.counts == {"train": {}, "validation": {}, "test": {}}


def test_max_broken(faulty: Path, work: Path) -> None:
    found = audit(faulty, work, max_broken=0.01)
    assert any(
        "3 of 118 files (2.5%) are broken" in text and "truncated.jpg" in text
        for text in found.errors
    )
    assert not any("broken" in text for text in audit(faulty, work, max_broken=0.03).errors)


def test_audit_is_json_and_same_as_load(faulty: Path, work: Path) -> None:
    found = audit(faulty, work, unknown_classes="skip")
    assert found == load(faulty, work, unknown_classes="skip").audit
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["ok"] and plain["counts"]["test"] == {"ant": 10, "bee": 10}
    assert plain["sizes"]["width"] == [10, 12, 12]
    assert plain["broken"][0]["path"].startswith(str(faulty))


def test_all_reasons_are_raised_together(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 5, "b": 1})
    write_classes(root / "test", {"a": 2, "c": 1}, first=50)
    (root / "train/a/junk.jpg").write_text("junk")
    with pytest.raises(DataError) as caught:
        load(root, work)
    for part in ("3 reasons", "junk.jpg", "'b' has 1 different picture,", "'c' is in test"):
        assert part in str(caught.value)


@pytest.mark.parametrize("bits", [14, 15, 16])
def test_sixteen_bit_files_of_fewer_bits_are_refused(tmp_path: Path, work: Path, bits: int) -> None:
    root = write_classes(tmp_path / "data", {"a": 3, "b": 3})
    for number in range(3):
        samples = np.arange(100).reshape(10, 10) + number
        samples[0, 0] = 2**bits - 1
        (root / f"a/wide{number}.png").write_bytes(png16(samples))
    errors = audit(root, work).errors
    if bits == 16:
        assert errors == ()
    else:
        (error,) = errors
        assert error.startswith("3 of 9 pictures: 16-bit samples that reach only")
        assert f"{bits}-bit samples, shift them to the full range: pixels << {16 - bits}" in error


@pytest.mark.parametrize("high", [1, 31, 32])
def test_a_folder_of_masks_is_refused(tmp_path: Path, work: Path, high: int) -> None:
    for number in range(12):
        mask = np.random.default_rng(number).integers(0, high + 1, (9, 9), dtype=np.uint8)
        mask[0, 0] = high
        file = tmp_path / "data" / "ab"[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(mask).save(file)
    errors = audit(tmp_path / "data", work).errors
    if high == 32:
        assert errors == ()
    else:
        (error,) = errors
        assert error.startswith(f"the pictures have values from 0 to {high} only")


def test_other_files_are_no_broken_pictures(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {"a": 8, "b": 8})
    for name in ("a/000.xml", "a/000.aae", "a/000.mov", "b/x.txt", "b/Icon\r"):
        (root / name).write_bytes(b"<x/>" if name.endswith(".xml") else b"")
    (root / "a/@eaDir/000.png").mkdir(parents=True)
    write_picture(root / "a/@eaDir/000.png/SYNOPHOTO_THUMB_M.jpg", 500)
    (root / "a/000.png").rename(root / "a/000")
    (root / "a/001.png").rename(root / "a/001.JPEG")
    found = audit(root, work)
    assert found.ok and found["broken"] == ()
    assert sum(sum(split.values()) for split in found.counts.values()) == 16
    assert found.warnings == (
        "4 files that are no pictures are left out (1 .aae, 1 .mov, 1 .xml, 1 .txt; the first: "
        "a/000.aae)",
    )
    assert [(note.path.name, note.what) for note in found["notes"]] == [
        ("001.JPEG", "PNG named .jpeg")
    ]


def test_no_tensorflow_is_imported(tmp_path: Path) -> None:
    root = write_classes(tmp_path / "data", {"a": 5, "b": 5})
    code = (
        "import sys; from pathlib import Path; from kerasapps.config import *\n"
        "from kerasapps.data.examine import load_splits; from kerasapps.data.images import steps\n"
        "import kerasapps.preprocess.image\n"
        f"s = load_splits(steps, {str(root)!r}, options=ImageConfig(), config=LoadConfig(), "
        "seed=0, work_dir=Path('unused'))\n"
        "assert len(s.train) and 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
    )


def test_a_relabelled_picture_is_other_data(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 4, "b": 4})
    write_classes(root / "val", {"a": 2, "b": 2}, first=50)
    write_classes(root / "test", {"a": 2, "b": 2}, first=100)
    before = load(root, work).fingerprint
    assert load(root, work).fingerprint == before
    (root / "train/a/000.png").rename(root / "train/b/moved.png")
    relabelled = load(root, work).fingerprint
    (root / "train/b/moved.png").rename(root / "test/a/moved.png")
    assert len({before, relabelled, load(root, work).fingerprint}) == 3


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_a_split_of_broken_pictures_alone_is_an_error(
    tmp_path: Path, work: Path, split: str
) -> None:
    root = tmp_path / "data"
    for first, name in enumerate(("train", "val", "test")):
        write_classes(root / name, {"a": 6, "b": 6}, first=50 * first)
    for file in (root / split).rglob("*.png"):
        file.write_bytes(file.read_bytes()[:40])
    named = {"val": "validation"}.get(split, split)
    assert audit(root, work, max_broken=1).errors == (
        f"no usable picture is left in {named}: all are broken, or also in a more protected split",
    )


def test_a_broken_picture_of_a_table_is_named_with_its_row(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path, {"a": 12, "b": 12})
    files = sorted(tmp_path.rglob("*.png"))
    rows = [f"{file.relative_to(tmp_path)},{file.parent.name}" for file in files]
    files[3].write_bytes(b"no picture")
    (tmp_path / "a.csv").write_text("\n".join(["file_name,label", *rows]) + "\n")
    (broken,) = audit(tmp_path / "a.csv", work)["broken"]
    assert broken.path == files[3]
    assert broken.reason.startswith("not a picture") and broken.reason.endswith(" (row 5 of a.csv)")
