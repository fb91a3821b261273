from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.splits import Splits
from kerasapps.data.texts.sources import is_text_data
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images, load_pairs, load_texts
from tests.data.pair_samples import pairs, write_aligned
from tests.data.pictures import write_classes, write_picture
from tests.data.text_samples import rows, write_csv


def load(root: Path, work: Path) -> Splits[Any]:
    return load_images(root, config=LoadConfig(), seed=0, work_dir=work)


def reason(root: Path, work: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(root, work)
    return str(caught.value)


def write_texts(root: Path, counts: dict[str, int], *, first: int = 0) -> Path:
    """`counts[label]` .txt files in each `root/label`, all different."""
    for label, count in counts.items():
        (root / label).mkdir(parents=True)
        for number in range(first, first + count):
            (root / label / f"{number}.txt").write_text(f"{label} text number {number}")
        first += count
    return root


@pytest.mark.parametrize(
    ("train", "test"),
    [
        *(("Train", "Test"), ("TRAIN", "TEST"), ("Training", "Testing"), ("train", "Test")),
        *(("seg_train", "seg_test"), ("training_set", "test_set"), ("Train", "eval")),
        *(("seg_train/seg_train", "seg_test/seg_test"), ("Train/train", "Test/test")),
    ],
)
@pytest.mark.parametrize("kind", ["pictures", "texts"])
def test_splits_are_read_whatever_their_names(
    tmp_path: Path, work: Path, train: str, test: str, kind: str
) -> None:
    root = tmp_path / "data"
    write = write_classes if kind == "pictures" else write_texts
    write(root / train, {"a": 10, "b": 10})
    write(root / test, {"a": 3, "b": 2}, first=100)
    if kind == "pictures":
        splits: Splits[Any] = load(root, work)
    else:
        splits = load_texts(root, config=LoadConfig(), text=TextConfig(), seed=0, work_dir=work)
    assert splits.labels == ("a", "b")
    assert splits.audit.counts["test"] == {"a": 3, "b": 2}
    assert len(splits.train) + len(splits.validation) == 20
    named = f"train in {Path(train).parts[0]}, test in {Path(test).parts[0]}"
    assert splits.audit.guesses == (f"{root}: {named}",)


def test_every_synonym_of_validation(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 10, "b": 10})
    write_classes(root / "x", {"a": 2, "b": 2}, first=50)
    before = root / "x"
    for name in ("valid", "Val", "dev", "VALIDATION"):
        before = before.rename(root / name)
        assert load(root, work).audit.counts["validation"] == {"a": 2, "b": 2}


def test_a_split_for_training_is_asked_for_by_what_is_there(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "valid", {"a": 3, "b": 3})
    write_classes(root / "test", {"a": 3, "b": 3}, first=50)
    assert "pictures for validation and test but no split for training" in reason(root, work)


def test_flat_splits_are_no_classes(tmp_path: Path, work: Path) -> None:
    for number in range(12):
        write_picture(tmp_path / "Train" / f"{number}.png", number)
        write_picture(tmp_path / "Test" / f"{number}.png", 100 + number)
    error = reason(tmp_path, work)
    assert f"{tmp_path} has Train, Test, which are names of splits, with pictures directly" in error
    assert "Train/cat, Train/dog" in error


def test_a_flat_split_beside_a_filled_one_is_named(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "train", {"a": 10, "b": 10})
    write_picture(tmp_path / "test" / "x.png", 99)
    (tmp_path / "val").mkdir()
    (tmp_path / "notes").mkdir()
    audit = load(tmp_path, work).audit
    assert audit.warnings[:3] == (
        f"{tmp_path / 'val'} holds no folders of pictures",
        f"1 pictures lie in {tmp_path / 'test'} without a class folder and are ignored (the "
        "first: x.png)",
        "folders beside those of the splits are ignored: notes",
    )
    assert audit.guesses == (f"{tmp_path}: train in train",)


def test_pictures_beside_the_classes_of_a_split(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "train", {"a": 10, "b": 10})
    write_classes(tmp_path / "test", {"a": 10, "b": 10}, first=50)
    write_picture(tmp_path / "test" / "x.png", 99)
    (tmp_path / "test" / "notes.txt").write_text("about")
    (warning,) = load(tmp_path, work).audit.warnings
    assert f"1 pictures lie in {tmp_path / 'test'} beside the class folders" in warning


def test_names_of_splits_may_be_classes(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "a", {"car": 5, "train": 5})
    assert load(root, work).labels == ("car", "train")
    # with folders in it, but pictures too
    write_picture(root / "train" / "more" / "x.png", 99)
    assert load(root, work).audit.guesses == ()
    assert load(root, work).labels == ("car", "train")


def test_the_only_class_of_a_split_may_be_named_like_it(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "train", {"train": 5})
    audit = audit_images(tmp_path, config=LoadConfig(), seed=0, work_dir=work)
    assert audit.errors == ("a classifier needs at least two classes, found 1: 'train'",)


@pytest.mark.parametrize("depth", ["archive", "archive/data", "archive/a/b"])
@pytest.mark.parametrize("splits", [True, False])
def test_a_wrapper_is_named_with_what_was_meant(
    tmp_path: Path, work: Path, depth: str, splits: bool
) -> None:
    root, below = tmp_path / "data", tmp_path / "data" / depth
    write_classes(below / "train" if splits else below, {"cat": 5, "dog": 5})
    if splits:
        write_classes(below / "test", {"cat": 5, "dog": 5}, first=50)
    (root / "docs").mkdir()
    (root / "__MACOSX" / "cat").mkdir(parents=True)
    error = reason(root, work)
    inner = "test, train" if splits else "cat, dog"
    assert f"holds one folder, archive, and {inner} lie in {below}: was that folder" in error
    assert load(below, work).labels == ("cat", "dog")


def test_a_wrapper_around_a_split_alone(tmp_path: Path, work: Path) -> None:
    below = tmp_path / "archive" / "data"
    write_classes(below / "Train", {"cat": 5, "dog": 5})
    error = reason(tmp_path, work)
    assert f"holds one folder, archive, and Train lie in {below}: was that folder" in error
    assert load(below, work).labels == ("cat", "dog")


def test_empty_folders_with_names_of_splits_are_no_splits(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {f"class {n}": 5 for n in range(9)})
    for name in ("Train", "Test"):
        (root / name).mkdir()
    audit = load(root, work).audit
    assert audit.guesses == () and len(audit.counts["train"]) == 9
    assert audit.warnings == (
        "the folder Test holds no pictures, so it is no class",
        "the folder Train holds no pictures, so it is no class",
    )


def test_many_names_are_shortened(tmp_path: Path, work: Path) -> None:
    for first, label in enumerate(("A", "B")):
        write_classes(tmp_path / label, {f"f{n}": 1 for n in range(9)}, first=100 * first)
    assert "the same folders, f0, f1, f2, f3, f4, f5, 3 more: " in reason(tmp_path, work)


def test_a_wrapper_within_the_splits(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "train" / "images", {"cat": 5, "dog": 5})
    write_classes(tmp_path / "test" / "images", {"cat": 5, "dog": 5}, first=50)
    error = reason(tmp_path, work)
    assert f"{tmp_path / 'train'} holds one folder, images, instead of a folder per class" in error
    assert f"are the classes cat, dog in {tmp_path / 'train' / 'images'}? Put them" in error


def test_one_class_with_deeper_pictures_is_no_wrapper(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "cat", {"2020": 4, "2021": 4})
    write_picture(tmp_path / "cat" / "x.png", 99)
    assert "at least two classes, found 1: 'cat'" in reason(tmp_path, work)
    other = write_classes(tmp_path / "other" / "cat", {"2020": 4})
    assert "at least two classes, found 1: 'cat'" in reason(other.parent, work)


def test_classes_with_the_same_folders_are_none(tmp_path: Path, work: Path) -> None:
    for first, kind in enumerate(("color", "grayscale", "segmented")):
        write_classes(tmp_path / kind, {"apple": 4, "pear": 4}, first=100 * first)
    error = reason(tmp_path, work)
    assert "color, grayscale, segmented" in error and "hold the same folders, apple, pear" in error
    assert f"give one of the folders above them ({tmp_path / 'color'})" in error
    # one class more in one of them changes nothing …
    write_classes(tmp_path / "color", {"Fig": 4}, first=900)
    assert "hold the same folders, apple, pear" in reason(tmp_path, work)
    # … but a single shared folder, or pictures of their own, may be how a class is filed
    write_picture(tmp_path / "color" / "own.png", 999)
    assert load(tmp_path, work).labels == ("color", "grayscale", "segmented")


def test_one_shared_folder_is_no_doubt(tmp_path: Path, work: Path) -> None:
    for first, label in enumerate(("cat", "dog")):
        write_classes(tmp_path / label, {"images": 8}, first=100 * first)
        write_classes(tmp_path / label, {f"only {label} {n}": 2 for n in range(2)}, first=500)
    assert load(tmp_path, work).labels == ("cat", "dog")


def test_runs_are_no_classes_and_nested_ones_are_doubted(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "project"
    write_classes(root / "photos", {"a": 5, "b": 5})
    write_classes(root / "mine", {"x": 10}, first=50)
    write_classes(root, {"loose": 10}, first=100)
    made = ("runs/one/bundle", "runs/two/bundle", "saved_models/task/run/bundle")
    for number, place in enumerate((*made, "stopped/work")):
        write_classes(root / place, {"assets": 2}, first=200 + 10 * number)
        (root / place / ("bundle.json" if number < 3 else ".kerasapps")).touch()
    found = audit_images(root, config=LoadConfig(), seed=0, work_dir=work)
    assert set(found.counts["train"]) == {"loose", "mine", "photos"} and found.total == 30
    said = "\n".join(found.warnings)
    assert "folders of runs that kerasapps made are ignored: runs, saved_models, stopped" in said
    assert f"photos in {root} would be classes, but hold folders instead of pictures (a, b" in said
    assert f"did you mean {root}/photos?" in said
    assert "holds no pictures" in reason(root / "runs", work)
    assert "is a bundle that kerasapps made" in reason(root / "runs" / "one" / "bundle", work)


def test_splits_below_the_classes(tmp_path: Path, work: Path) -> None:
    for first, label in enumerate(("cat", "dog")):
        write_classes(tmp_path / label, {"Train": 8, "Test": 4}, first=100 * first)
    error = reason(tmp_path, work)
    assert "splits come first and the classes below them (Test/cat instead of cat/Test)" in error


def test_splits_below_one_of_the_classes(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "cat", {"training": 8, "val": 4})
    write_classes(tmp_path, {"dog": 8}, first=100)
    error = reason(tmp_path, work)
    assert "cat in" in error and "would be a class, but holds folders of splits, training, val" in (
        error
    )
    # a single such name may be how a class is filed
    shutil.rmtree(tmp_path / "cat" / "val")
    assert load(tmp_path, work).labels == ("cat", "dog")


def test_a_wrapper_of_texts_and_of_tables(tmp_path: Path, work: Path) -> None:
    write_texts(tmp_path / "a" / "archive", {"good": 5, "bad": 5})
    assert is_text_data(tmp_path / "a")
    options: dict[str, Any] = {"config": LoadConfig(), "seed": 0, "work_dir": work}
    with pytest.raises(DataError, match=r"bad, good lie in .*/a/archive: was that folder meant"):
        load_texts(tmp_path / "a", text=TextConfig(), **options)
    write_csv(tmp_path / "b" / "archive" / "in" / "reviews.csv", rows(20))
    assert is_text_data(tmp_path / "b")
    with pytest.raises(DataError, match=r"/b/archive/in holds tables: was that folder meant\?"):
        load_texts(tmp_path / "b", text=TextConfig(), **options)
    write_aligned(tmp_path / "c" / "archive", "train", pairs(20))
    assert is_pair_data(tmp_path / "c")
    with pytest.raises(DataError, match=r"/c/archive holds such: was that folder meant\?"):
        load_pairs(tmp_path / "c", translation=TranslationConfig(), **options)


def test_tables_in_folders_of_splits(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_csv(root / "Training" / "a.csv", rows(20))
    write_csv(root / "Testing" / "b.csv", rows(6, first=50))
    (root / "docs").mkdir()
    options: dict[str, Any] = {"config": LoadConfig(), "seed": 0, "work_dir": work}
    splits = load_texts(root, text=TextConfig(), **options)
    assert len(splits.test) == 6 and len(splits.train) + len(splits.validation) == 20
    assert splits.audit.guesses[1] == f"{root}: train in Training, test in Testing"
    assert splits.audit.warnings == ("folders beside those of the splits are ignored: docs",)
    write_texts(root / "Training", {"good": 2})
    with pytest.raises(DataError, match=r"mixes tables and folders of \.txt files"):
        load_texts(root, text=TextConfig(), **options)
    shutil.rmtree(root / "Training" / "good")


def test_aligned_files_and_memories_by_prefix(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_aligned(root, "news.Train", pairs(20))
    write_aligned(root, "news.Test", pairs(25)[20:])
    splits = load_pairs(
        root, translation=TranslationConfig(), config=LoadConfig(), seed=0, work_dir=work
    )
    assert len(splits.test) == 5 and len(splits.train) + len(splits.validation) == 20
    assert splits.audit.guesses[1] == f"{root}: train in news.Train, test in news.Test"


def test_packed_tables_are_for_pairs_alone(tmp_path: Path, work: Path) -> None:
    options: dict[str, Any] = {"config": LoadConfig(), "seed": 0, "work_dir": work}
    for name, some in (("Train", pairs(20)), ("test", pairs(25)[20:])):
        plain = write_csv(tmp_path / "x.tsv", some, header=("en", "de"))
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / f"{name}.tsv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    root = tmp_path / "data"
    splits = load_pairs(root, translation=TranslationConfig(), **options)
    assert len(splits.test) == 5
    assert splits.audit.guesses[1] == f"{root}: train in Train.tsv.gz, test in test.tsv.gz"
    with pytest.raises(DataError, match="holds no texts"):
        load_texts(root, text=TextConfig(), **options)
