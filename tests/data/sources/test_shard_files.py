"""Which files are the shards of some data, and what is wrong with those that cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kerasapps.data.sources.shard_files import Shards, find_shards
from kerasapps.data.sources.shard_names import missing_parts
from kerasapps.errors import DataError
from kerasapps.recipes.registry import guess_task
from tests.data.shard_samples import text_records, write_shards
from tests.shards.shards_made import make_shard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = {"train": text_records(range(8)), "validation": text_records(range(8, 12))}
    write_shards(tmp_path / "shards", parts, name="tfrecord", each=4)
    return tmp_path / "shards"


def found(data: object) -> list[tuple[str, str | None]]:
    shards = find_shards(str(data))
    assert isinstance(shards, Shards)
    return [(part.file.name, part.split) for part in shards.parts]


EXPECTED = [
    ("train-00000-of-00002.tfrecord", "train"),
    ("train-00001-of-00002.tfrecord", "train"),
    ("validation-00000-of-00001.tfrecord", "validation"),
]


def test_a_glob_a_list_and_a_folder_name_the_same_shards(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "dataset_info.json").write_text("{}")
    listed = folder.parent / "shards.txt"
    listed.write_text("\n".join(f"shards/{name}" for name, _ in EXPECTED) + "\n\n")
    monkeypatch.chdir(folder.parent)
    for data in (folder, f"{folder}/*.tfrecord", "shards/*rd", f"@{listed}", "@shards.txt"):
        assert found(data) == EXPECTED
    listed.write_text("# of May\nshards/train-*\n\n  # the rest\nshards/validation-*\n")
    assert found("@shards.txt") == EXPECTED
    assert found(folder / EXPECTED[0][0]) == EXPECTED[:1]


def test_what_was_taken_for_what_is_told(folder: Path) -> None:
    shards = find_shards(folder)
    assert shards is not None and shards.format.name == "tfrecord"
    assert shards.guesses[0] == f"{folder}: 3 shards of tfrecord"
    assert "train in train-00000-of-00002.tfrecord" in shards.guesses[1]
    (folder / EXPECTED[1][0]).unlink()
    shards = find_shards(folder)
    assert shards is not None
    assert shards.warnings == ("1 of the 2 shards of train.tfrecord are not read: 1",)


def test_splits_may_be_folders_or_in_the_middle_of_names(folder: Path, tmp_path: Path) -> None:
    for split in ("train", "test"):
        (tmp_path / "inner" / split).mkdir(parents=True)
        shutil.copy(folder / EXPECTED[0][0], tmp_path / "inner" / split / "0001.tfrecord")
        name = f"mnist-{split}.tfrecord-00000-of-00001"
        (tmp_path / "tfds").mkdir(exist_ok=True)
        shutil.copy(folder / EXPECTED[0][0], tmp_path / "tfds" / name)
    assert [split for _, split in found(tmp_path / "inner")] == ["train", "test"]
    assert [split for _, split in found(tmp_path / "inner" / "*" / "*")] == ["train", "test"]
    assert [split for _, split in found(tmp_path / "tfds")] == ["train", "test"]
    only = tmp_path / "tfds" / "mnist-train*"
    assert [split for _, split in found(only)] == [None]


def test_shards_are_read_split_by_split_and_those_of_none_are_told(folder: Path) -> None:
    first = folder / EXPECTED[0][0]
    for name in ("test.tfrecord", "more.tfrecord"):
        shutil.copy(first, folder / name)
    assert [split for _, split in found(folder)] == ["train", "train", "validation", "test"]
    shards = find_shards(folder)
    assert shards is not None and "more.tfrecord" not in [part.file.name for part in shards.parts]
    assert len(shards.warnings) == 1 and "more" in shards.warnings[0]


def test_of_many_missing_shards_the_first_are_named(tmp_path: Path) -> None:
    files = [tmp_path / f"a-{number:03d}-of-012.tar" for number in (2, 4)]
    assert missing_parts(files) == ["10 of the 12 shards of a.tar are not read: 0, 1, 3, 5, 6 …"]
    five = [tmp_path / f"a-{number:03d}-of-007.tar" for number in (2, 4)]
    assert missing_parts(five) == ["5 of the 7 shards of a.tar are not read: 0, 1, 3, 5, 6"]


def test_folders_that_hold_other_data_too_are_no_shards(folder: Path, tmp_path: Path) -> None:
    first = folder / EXPECTED[0][0]
    for name in ("both/train/1.tfrecord", "both/pictures/1.tfrecord", "some/train/1.tfrecord"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(first, tmp_path / name)
    (tmp_path / "some" / "test").mkdir()
    for name in ("both", "some"):  # a folder that is no split, and a split without shards
        assert find_shards(tmp_path / name) is None
    (folder / "more.csv").write_text("text,label\n")
    assert find_shards(folder) is None
    one = tmp_path / "one"
    one.mkdir()
    make_shard(one / "a.parquet", text_records(range(2)), name="parquet")
    assert find_shards(one, parquet=True) is None  # a table
    make_shard(one / "b.parquet", text_records(range(2)), name="parquet")
    assert find_shards(one) is None and len(found_parquet(one)) == 2


def found_parquet(data: Path) -> list[str]:
    shards = find_shards(data, parquet=True)
    assert shards is not None
    return [part.file.name for part in shards.parts]


def test_other_data_are_no_shards(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\n")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    (tmp_path / "[1].csv").write_text("text,label\n")
    for data in ("a.csv", "a.parquet", "[1].csv", "nothing.tfrecord", "nothing"):
        assert find_shards(str(tmp_path / data)) is None
    assert find_shards("builtin:digits") is None
    (folder / "cat").mkdir()
    assert find_shards(folder) is None  # a folder of classes, with something beside


def reason(data: object) -> str:
    with pytest.raises(DataError) as error:
        find_shards(str(data))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_each_fault_is_one_sentence_that_names_the_file(folder: Path, tmp_path: Path) -> None:
    assert reason(folder / "none-*") == f"{folder}/none-*: no file matches it"
    listed = tmp_path / "list"
    listed.write_text("shards/train-00000-of-00002.tfrecord\nshards/gone.tfrecord\n")
    assert reason(f"@{listed}") == f"{listed}, line 2: {folder}/gone.tfrecord does not exist"
    listed.write_text("shards/train-*\nshards/train-00000-of-00002.tfrecord\n")
    assert f"the shard {folder}/{EXPECTED[0][0]} is listed twice: list it once" in reason(
        f"@{listed}"
    )
    (folder / "train-again.tfrecord").symlink_to(folder / EXPECTED[0][0])
    assert "is listed twice (also as" in reason(folder)
    (folder / "train-again.tfrecord").unlink()
    listed.write_text("\n \n")
    assert reason(f"@{listed}") == f"the list {listed} names no shards: give one a line"
    assert (
        reason(f"@{tmp_path}/gone")
        == f"cannot read the list {tmp_path}/gone: No such file or directory"
    )
    listed.write_text("shards\n")
    assert f"{folder} is a folder" in reason(f"@{listed}")
    (folder / "train-x.csv").write_text("a,b\n")
    assert f"{folder}/train-x.csv is no shard" in reason(folder / "train-*")
    (folder / "train-x.csv").unlink()
    write_shards(folder, {"train": text_records(range(2))}, name="webdataset")
    assert "shards of one data set have one format, and" in reason(folder)


def test_shards_beside_a_parquet_file_are_not_left_out(tmp_path: Path) -> None:
    write_shards(tmp_path, {"train": text_records(range(2))}, name="tfrecord")
    (tmp_path / "train-1.parquet").write_bytes(b"PAR1PAR1")
    assert "shards of one data set have one format, and" in reason(tmp_path)


def test_who_left_other_files_among_shards_is_told_of_a_pattern(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "mixed")
    mixed = folder.parent / "mixed"
    (mixed / "make.py").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"shards, but make\.py beside .*mixed/\*\.tfrecord\*"):
        guess_task(mixed)
    assert [name for name, _ in EXPECTED] == [name for name, _ in found(mixed / "*.tfrecord*")]
