"""Records of shards become rows: numbers of classes, lists, folders, and what lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import TextConfig
from kerasapps.data.sources import shard_tables
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.shard_files import find_shards
from kerasapps.data.sources.shard_tables import FOLDER, add_shards, shard_head
from kerasapps.data.texts.tables import text_tables
from kerasapps.errors import DataError
from kerasapps.shards import Record
from tests.data.shard_samples import labels_file, text_records
from tests.shards.shards_made import make_shard
from tests.shards.test_webdataset import write_tar

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def listed(data: Path, **options: str) -> tuple[RowListing, list[Row]]:
    """Texts and labels of shards."""
    shards, listing = find_shards(data), RowListing()
    assert shards is not None
    add_shards(listing, shards, kind=text_tables(TextConfig(**options)))  # type: ignore[arg-type]
    return listing, [*listing.rows()]


def test_numbers_of_classes_are_names_or_held_back_or_wrong(tmp_path: Path) -> None:
    records: list[Record] = [{"text": f"text {n}", "label": n} for n in (1, 0, -1, 2, 3)]
    make_shard(tmp_path / "a.tfrecord", records, name="tfrecord")
    labels_file(tmp_path / "label.labels.txt", ("bad", "good"))
    _, rows = listed(tmp_path / "a.tfrecord")
    assert [row.values[1] for row in rows[:3]] == ["good", "bad", None]
    told = [row.problem and row.problem.reason for row in rows]
    assert told[:3] == [None] * 3
    assert told[3:] == [f"{n} is the number of none of its classes: bad, good" for n in (2, 3)]


def test_what_is_wrong_in_a_list_is_told(tmp_path: Path) -> None:
    records: list[Record] = [{"text": "a", "label": [0, 1]}, {"text": "b", "label": [1, 5]}]
    make_shard(tmp_path / "a.tfrecord", records, name="tfrecord")
    labels_file(tmp_path / "label.labels.txt", ("bad", "good"))
    _, (right, wrong) = listed(tmp_path / "a.tfrecord")
    assert right.values[1] == ["bad", "good"] and right.problem is None
    assert wrong.problem is not None and wrong.problem.reason.startswith("5 is the number of none")


def test_a_field_that_some_examples_lack_is_no_fault_of_the_shard(tmp_path: Path) -> None:
    records = [*text_records(range(3)), {"text": "alone"}]
    make_shard(tmp_path / "a.tfrecord", records, name="tfrecord")
    listing, rows = listed(tmp_path / "a.tfrecord")
    assert listing.errors == [] and [row.number for row in rows] == [1, 2, 3, 4]
    assert rows[3].problem is not None and "no field 'label'" in rows[3].problem.reason


def test_names_of_shards_count_more_than_a_field_of_splits(tmp_path: Path) -> None:
    records = [{**each, "split": "test"} for each in text_records(range(4))]
    for name in ("train", "some"):
        make_shard(tmp_path / f"{name}.tfrecord", records, name="tfrecord")
    make_shard(tmp_path / "validation.tfrecord", records, name="tfrecord")
    listing, rows = listed(tmp_path / "some.tfrecord")
    assert {row.split for row in rows} == {"test"}
    (tmp_path / "some.tfrecord").unlink()
    listing, rows = listed(tmp_path)
    assert [row.split for row in rows] == ["train"] * 4 + ["validation"] * 4
    assert listing.warnings == []


def test_folders_are_classes_where_all_examples_are_pictures_alone(tmp_path: Path) -> None:
    alone = {"a/1.png": PNG, "b/2.png": PNG}
    for name, files, by_folder in (
        ("alone", alone, True),
        ("labelled", {"a/1.png": PNG, "a/1.cls": b"0", "b/2.png": PNG, "b/2.cls": b"1"}, False),
        ("mixed", {**alone, "b/3.png": PNG, "b/3.cls": b"1"}, False),
        ("flat", {"1.png": PNG, "2.png": PNG}, False),
    ):
        write_tar(tmp_path / f"{name}.tar", files)
        shards = find_shards(tmp_path / f"{name}.tar")
        assert shards is not None
        head = shard_head(shards)
        assert (head.by_folder, FOLDER in head.names) == (by_folder, by_folder), name


def test_of_large_examples_few_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_shard(tmp_path / "a.tfrecord", text_records(range(40)), name="tfrecord")
    shards = find_shards(tmp_path / "a.tfrecord")
    assert shards is not None and len(shard_head(shards).sample) == 40
    monkeypatch.setattr(shard_tables, "_SAMPLE_BYTES", 100)
    assert len(shard_head(shards).sample) == 2


def test_texts_of_another_encoding_are_told_apart_from_raw_bytes(tmp_path: Path) -> None:
    texts: list[Record] = [{"text": f"caf\xe9 {n}".encode("latin-1"), "label": n} for n in (0, 1)]
    make_shard(tmp_path / "a.tfrecord", [*texts, *text_records(range(9))], name="tfrecord")
    _, rows = listed(tmp_path / "a.tfrecord")
    assert [row.problem is None for row in rows] == [False] * 2 + [True] * 9
    make_shard(tmp_path / "b.tfrecord", texts, name="tfrecord")
    with pytest.raises(DataError, match="'text' holds bytes that are neither"):
        listed(tmp_path / "b.tfrecord")


def test_dark_pixels_are_raw_bytes_though_they_are_utf8(tmp_path: Path) -> None:
    dark = {"image": bytes(range(0, 100, 3)), "label": "a"}
    make_shard(tmp_path / "a.tfrecord", [dark] * 2, name="tfrecord")
    with pytest.raises(DataError, match="'image' holds bytes that are neither"):
        listed(tmp_path / "a.tfrecord")
    coloured = {"text": "\x1b[1mgood\x1b[0m\tcaf\xe9\r\n", "label": "a"}
    make_shard(tmp_path / "b.tfrecord", [coloured] * 2, name="tfrecord")
    assert len(listed(tmp_path / "b.tfrecord")[1]) == 2
