from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.images.decode import decode_image
from kerasapps.data.images.sources import list_picture_source
from kerasapps.data.splits import Splits
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images
from tests.data.pictures import write_classes, write_picture


def load(data: Any, work: Path) -> Splits:
    return load_images(data, config=LoadConfig(), seed=0, work_dir=work)


def reason(data: Any, work: Path) -> str:
    """The only error of the audit; loading raises the same, and says what was guessed."""
    (error,) = audit_images(data, config=LoadConfig(), seed=0, work_dir=work).errors
    with pytest.raises(DataError) as caught:
        load(data, work)
    assert str(caught.value).partition("\nRead as: ")[0] == error
    return error


def content(splits: Splits) -> dict[str, str]:
    """Label by first pixels, over all splits: to compare with what went in."""
    return {
        decode_image(path, 3).tobytes().hex(): splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for path, label in zip(split.paths, split.labels, strict=True)
    }


class TestPaths:
    def test_missing_path_suggests_near_names(self, tmp_path: Path, work: Path) -> None:
        write_classes(tmp_path / "flowers", {"a": 3})
        error = reason(tmp_path / "flower", work)
        assert f"does not exist; did you mean {tmp_path / 'flowers'}?" in error

    @pytest.mark.parametrize(
        ("name", "part"),
        [
            ("a.zip", "archive: unpack it"),
            ("a.png", "is one picture"),
            ("a.xyz", "is a file, expected"),
        ],
    )
    def test_a_file_instead_of_a_folder(
        self, tmp_path: Path, work: Path, name: str, part: str
    ) -> None:
        (tmp_path / name).write_bytes(b"PK")
        assert part in reason(str(tmp_path / name), work)

    def test_empty_flat_and_single_class_folders(self, tmp_path: Path, work: Path) -> None:
        (tmp_path / "empty").mkdir()
        assert "holds no pictures: expected a folder per class" in reason(tmp_path / "empty", work)
        write_picture(tmp_path / "flat/a.png", 1)
        assert "1 pictures lie directly in" in reason(tmp_path / "flat", work)
        write_classes(tmp_path / "one", {"cat": 5})
        assert "at least two classes, found 1: 'cat'" in reason(tmp_path / "one", work)
        write_classes(tmp_path / "no_train/test", {"a": 3, "b": 3})
        assert "has pictures for test but no split for training" in reason(
            tmp_path / "no_train", work
        )

    def test_train_may_be_a_class(self, tmp_path: Path, work: Path) -> None:
        root = write_classes(tmp_path / "vehicles", {"car": 5, "train": 5})
        assert load(root, work).labels == ("car", "train")

    def test_hidden_files_are_ignored_and_others_listed(self, tmp_path: Path, work: Path) -> None:
        root = write_classes(tmp_path / "data", {"a": 20, "b": 20})
        (root / "a/.DS_Store").write_bytes(b"x")
        (root / "a/Thumbs.db").write_bytes(b"x")
        (root / ".git").mkdir()
        (root / "LICENSE.txt").write_text("free")
        (root / "empty").mkdir()
        write_picture(root / "loose.png", 99)
        (root / "b/notes.txt").write_text("hello")
        write_picture(root / "b/deeper/x.png", 98)
        splits = load(root, work)
        assert splits.audit["broken"] == ()
        assert sum(splits.audit.counts["train"].values()) + len(splits.test) == 41 - len(
            splits.validation
        )
        text = " ".join(splits.audit.warnings)
        assert "the folder empty holds no pictures" in text and "loose.png" in text
        assert "1 file that is no picture is left out (1 .txt; the first: b/notes.txt)" in text

    def test_links_and_names(self, tmp_path: Path, work: Path) -> None:
        root = write_classes(tmp_path / "data", {"a": 40, "b": 40})
        (root / "a/up").symlink_to(root / "a")
        (root / "a/self.png").symlink_to(root / "a/self.png")
        (root / "b/nothing.png").symlink_to(tmp_path / "absent")
        Path(os.fsdecode(os.fsencode(root / "b") + b"/\xff.png")).write_bytes(b"x")
        broken = load(root, work).audit.to_dict()["broken"]
        reasons = {file["path"].rsplit("/", 1)[1]: file["reason"] for file in broken}
        assert "to a folder above it" in reasons["up"]
        assert reasons["self.png"]
        assert "symbolic link to nothing" in reasons["nothing.png"]
        assert "not UTF-8" in reasons["\\udcff.png"]
        (root / "loop").symlink_to(root / "loop")
        assert "symbolic link to nothing, or to itself" in reason(root / "loop", work)
        Path(os.fsdecode(os.fsencode(root) + b"/\xfe")).mkdir()
        assert "name that is not UTF-8" in reason(root, work)

    def test_unreadable(self, tmp_path: Path, work: Path) -> None:
        root = write_classes(tmp_path / "data", {"a": 40, "b": 40, "c": 40})
        (root / "a/000.png").chmod(0)
        if os.access(root / "a/000.png", os.R_OK):
            pytest.skip("root may read everything")
        assert "permission denied" in load(root, work).audit["broken"][0].reason
        (root / "a").chmod(0)
        assert "cannot list" in reason(root, work)
        (root / "a").chmod(0o700)

    def test_other_types_and_names(self, work: Path) -> None:
        assert "cannot read pictures from a int" in reason(3, work)
        assert "known: digits" in reason("builtin:mnist", work)
        assert "expected (images, labels), got 3 values" in reason((1, 2, 3), work)

    def test_several_data_sets_are_asked_for_their_splits(self, work: Path) -> None:
        import tensorflow as tf

        some = tf.data.Dataset.from_tensors((np.zeros((1, 4, 4, 3)), [1]))
        assert "2 data sets: say which split each of them is" in reason((some, some), work)


class TestFoldersWithTables:
    def test_two_class_folders_win_and_the_table_is_named(self, tmp_path: Path, work: Path) -> None:
        root = write_classes(tmp_path / "data", {"a": 3, "b": 3})
        assert list_picture_source(root, work_dir=work).warnings == ()
        (root / "list.csv").write_text("file,label\na/000.png,x\nb/000.png,y\n")
        (root / "notes.csv").write_text("what,else\n1,2\n")
        listing = list_picture_source(root, work_dir=work)
        assert {entry.label for entry in listing.entries} == {"a", "b"}
        assert listing.warnings == (
            "list.csv beside the class folders is not read: give it in place of the folder",
        )

    def test_a_single_folder_of_pictures_is_no_class_beside_a_table(
        self, tmp_path: Path, work: Path
    ) -> None:
        root = write_classes(tmp_path / "data", {"images": 4})
        assert {each.label for each in list_picture_source(root, work_dir=work).entries} == {
            "images"
        }
        rows = [f"{number:03d},{'xy'[number % 2]}" for number in range(4)]
        (root / "labels.csv").write_text("\n".join(["id,label", *rows]))
        listing = list_picture_source(root, work_dir=work)
        assert {entry.label for entry in listing.entries} == {"x", "y"}
