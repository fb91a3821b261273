from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.data.images.labelled import load_labelled
from kerasapps.errors import DataError
from tests.data.pictures import write_classes, write_picture


def test_the_test_split_is_judged_whatever_its_name(tmp_path: Path, work: Path) -> None:
    root, told = tmp_path / "data", list[str]()
    options: dict[str, Any] = {"max_broken": 0.2, "work_dir": work, "tell": told.append}
    write_classes(root / "train", {"a": 4, "b": 4})
    write_classes(root / "Test", {"a": 3, "b": 2}, first=50)
    write_classes(root / "more", {"a": 3, "b": 2}, first=70)
    entries = load_labelled(root, **options).entries
    assert [(entry.path.parent.parent.name, entry.label) for entry in entries] == [
        *[("Test", "a")] * 3,
        *[("Test", "b")] * 2,
    ]
    assert told == [
        f"Read as: {root}: train in train, test in Test",
        "Warning: folders beside those of the splits are ignored: more",
    ]
    told.clear()
    (root / "Test").rename(root / "valid")
    assert len(load_labelled(root, **options)) == 13
    assert told[-1] == "The data has no test split: all of it is judged (train and validation)."


def test_a_test_split_alone_is_enough(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "testing", {"a": 3, "b": 2})
    assert len(load_labelled(tmp_path, max_broken=0, work_dir=work, tell=print)) == 5


def test_all_of_data_without_splits_is_judged(tmp_path: Path, work: Path) -> None:
    root, told = write_classes(tmp_path / "data", {"a": 3, "b": 2}), list[str]()
    (root / "a" / "bad.png").write_bytes(b"\x89PNG")
    assert len(load_labelled(root, max_broken=0.2, work_dir=work, tell=told.append)) == 5
    (line,) = told
    assert line.startswith("Broken files left out: 1. ") and "bad.png" in line
    with pytest.raises(DataError, match=r"1 of 6 files \(16\.7%\) are broken, more than the 10"):
        load_labelled(root, max_broken=0.1, work_dir=work, tell=print)


def test_a_broken_test_split_is_not_replaced(tmp_path: Path, work: Path) -> None:
    write_classes(tmp_path / "train", {"a": 3, "b": 2})
    write_picture(tmp_path / "test" / "a" / "x.png", 1).write_bytes(b"GIF8")
    with pytest.raises(DataError, match="the data holds no usable picture"):
        load_labelled(tmp_path, max_broken=1, work_dir=work, tell=print)
