"""Lists of files beside class folders."""

from __future__ import annotations

from pathlib import Path

from kerasapps.config import LoadConfig
from kerasapps.data.images.sources import list_picture_source
from tests.data.loading import audit_images, load_images
from tests.data.pictures import write_classes


def write(root: Path, name: str, lines: list[str]) -> None:
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_lists_beside_class_folders_name_splits(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root, {"yes": 10, "no": 10})
    files = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.*"))
    yes = [file for file in files if file.startswith("yes")]
    no = [file for file in files if file.startswith("no")]
    write(root, "testing_list.txt", [*yes[:3], f".\\{no[0]}".replace("/", "\\"), "yes/gone.png"])
    write(root, "validation_list.txt", [*(name.rpartition(".")[0] for name in no[1:3]), yes[0]])
    write(root, "test_notes.txt", ["these are notes", "on the tests"])
    splits = load_images(root, config=LoadConfig(), seed=0, work_dir=work)
    assert splits.audit.counts == {
        "train": {"no": 7, "yes": 7},
        "validation": {"no": 2},
        "test": {"no": 1, "yes": 3},
    }
    assert splits.audit.guesses[0] == (
        "validation_list.txt names 3 pictures of validation, testing_list.txt names 4 pictures of "
        "test; the other 14 are for training"
    )
    told = splits.audit.warnings[:2]
    assert told == (
        "testing_list.txt names 1 files that are not there: yes/gone.png",
        "testing_list.txt names 1 pictures that a list of validation has too (first: "
        f"{yes[0]}): they count as test",
    )


def test_folders_of_splits_have_the_first_word(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root / "train", {"a": 4, "b": 4})
    write_classes(root / "test", {"a": 2, "b": 2}, first=50)
    names = [file.relative_to(root).as_posix() for file in (root / "train").rglob("*.*")]
    write(root, "testing_list.txt", names)
    listing = list_picture_source(root, work_dir=work)
    assert sorted(entry.split or "" for entry in listing.entries) == ["test"] * 4 + ["train"] * 8


def test_a_list_that_leaves_nothing_to_train_on(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write_classes(root, {"a": 4, "b": 4})
    write(root, "test_list.txt", [file.relative_to(root).as_posix() for file in root.rglob("*.*")])
    audit = audit_images(root, config=LoadConfig(), seed=0, work_dir=work)
    assert not audit.ok and "train" in audit.errors[0]
