"""Pictures in shards are read where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.images.decode import decode_image
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.places import ShardPlace, read_place
from kerasapps.data.splits import Splits
from kerasapps.data.texts.sources import is_text_data
from kerasapps.errors import DataError
from kerasapps.recipes.image_classification.data import holds
from kerasapps.recipes.registry import guess_task
from kerasapps.shards import Record
from tests.data.loading import audit_images, load_images
from tests.data.pictures import pixels
from tests.data.shard_samples import (
    LABELS,
    hugging_face,
    labels_file,
    picture_records,
    write_shards,
)
from tests.shards.shards_made import NAMES, make_shard
from tests.shards.test_webdataset import write_tar

EXPECTED = {pixels(number).tobytes(): LABELS[number % 2] for number in range(24)}


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    return picture_records(tmp_path, range(24))


def load(data: Any, work: Path, **options: Any) -> Splits[Any]:
    image = ImageConfig(**options)
    return load_images(str(data), config=LoadConfig(), image=image, seed=0, work_dir=work)


def audit(data: Any, work: Path, **options: Any) -> Audit:
    image = ImageConfig(**options)
    return audit_images(str(data), config=LoadConfig(), image=image, seed=0, work_dir=work)


def content(splits: Splits[Any]) -> dict[bytes, str]:
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for path, label in zip(split.paths, split.labels, strict=True)
    }


@pytest.mark.parametrize("name", NAMES)
def test_pictures_of_every_format_stay_in_their_shards(
    tmp_path: Path, name: str, records: list[Record]
) -> None:
    parts = {"train": records[:12], "validation": records[12:18], "test": records[18:]}
    write_shards(tmp_path / "s", parts, name=name)
    data, work = f"{tmp_path}/s/*-of-*", tmp_path / "work"
    (tmp_path / "shards.txt").write_text("s/*-of-*\n")
    for named in (data, f"@{tmp_path}/shards.txt"):
        assert guess_task(named).name == "image_classification"
        assert not is_text_data(named) and not is_pair_data(named)
    splits = load(data, work)
    assert content(splits) == EXPECTED
    assert [len(split.paths) for split in (splits.train, splits.validation)] == [12, 6]
    assert all(isinstance(path, ShardPlace) for path in splits.train.paths)
    assert not work.exists() or not [file for file in work.rglob("*") if file.is_file()]
    assert f"{data}: picture in 'png', label in 'label'" in splits.audit.guesses


def test_imagenets_fields_are_known(tmp_path: Path, records: list[Record]) -> None:
    foreign = [
        {
            "image/encoded": each["png"],
            "image/class/label": number % 2 + 1,
            "image/class/text": each["label"],
            "image/format": b"PNG",
            "image/filename": f"n{number}.png",
            "image/height": 8,
            "image/object/bbox/xmin": [],
        }
        for number, each in enumerate(records)
    ]
    make_shard(tmp_path / "s" / "train-00000-of-00001", foreign, name="tfrecord")
    splits = load(tmp_path / "s", tmp_path / "w")
    assert content(splits) == EXPECTED
    assert "picture in 'image/encoded', label in 'image/class/text'" in splits.audit.guesses[-1]


def test_classes_of_tfds_have_their_names(tmp_path: Path, records: list[Record]) -> None:
    numbered = [
        {"image": each["png"], "label": LABELS.index(str(each["label"])), "file_name": f"{n}.png"}
        for n, each in enumerate(records)
    ]
    make_shard(
        tmp_path / "s" / "cats-train.array_record-00000-of-00001", numbered, name="arrayrecord"
    )
    labels_file(tmp_path / "s" / "label.labels.txt", LABELS)
    (tmp_path / "s" / "features.json").write_text("{}")
    assert content(load(tmp_path / "s", tmp_path / "w")) == EXPECTED


def test_hugging_faces_structs_and_names_are_known(tmp_path: Path, records: list[Record]) -> None:
    images = [{"bytes": each["png"], "path": f"{n}.png"} for n, each in enumerate(records)]
    table = pyarrow.table(
        {"image": images, "label": [LABELS.index(str(each["label"])) for each in records]}
    ).replace_schema_metadata(hugging_face("label", LABELS))
    for number in range(2):
        file = tmp_path / "hub" / f"train-{number:05d}-of-00002.parquet"
        file.parent.mkdir(exist_ok=True)
        parquet.write_table(table.slice(number * 12, 12), file, row_group_size=5)
    for data in (tmp_path / "hub" / "train-*", tmp_path / "hub"):
        assert holds(data)
        splits = load(data, tmp_path / "w")
        assert content(splits) == EXPECTED
        assert all(isinstance(path, ShardPlace) for path in splits.train.paths)


def test_webdatasets_classes_are_files_objects_or_folders(
    tmp_path: Path, records: list[Record]
) -> None:
    pictures = [bytes(each["png"]) for each in records]  # type: ignore[arg-type]
    layouts: dict[str, dict[str, bytes]] = {"cls": {}, "json": {}, "folder": {}}
    for number, picture in enumerate(pictures):
        label, suffix = LABELS[number % 2], ("png", "PNG", "jpg")[number % 3]
        key = f"{number:04d}"
        layouts["cls"] |= {f"{key}.cls": str(number % 2).encode(), f"{key}.{suffix}": picture}
        told = f'{{"label": "{label}", "width": 8}}'.encode()
        layouts["json"] |= {f"{key}.{suffix}": picture, f"{key}.json": told}
        layouts["folder"] |= {f"data/{label}/{key}.{suffix}": picture}
    for name, files in layouts.items():
        write_tar(tmp_path / f"{name}.tar", files)
        splits = load(tmp_path / f"{name}.tar", tmp_path / "w")
        numbered = {pixel: str(LABELS.index(label)) for pixel, label in EXPECTED.items()}
        assert content(splits) == (numbered if name == "cls" else EXPECTED)


def test_pictures_that_cannot_be_used_are_named_by_shard_and_example(
    tmp_path: Path, records: list[Record]
) -> None:
    many = [dict(each) for each in (*records, *picture_records(tmp_path, range(24, 60)))]
    many[1]["png"] = many[1]["png"][:60]  # type: ignore[index]
    many[2]["label"] = float("nan")
    many[3] = dict(many[4])
    (file,) = write_shards(tmp_path / "s", {"train": many}, name="tfrecord", each=60)
    found = audit(file, tmp_path / "w")
    assert not found.errors
    told = found.to_dict()
    assert f"{file}, example 2" in str(told["broken"])
    assert "row 3: " in str(told["broken"])
    assert f"{file}, example 5" in str(told)


@pytest.mark.parametrize("field", ["image", "image_raw"])
def test_raw_pixels_are_refused_in_one_message(tmp_path: Path, field: str) -> None:
    raw = [
        {field: pixels(n).tobytes(), "height": 10, "width": 12, "label": LABELS[n % 2]}
        for n in range(24)
    ]
    (file,) = write_shards(tmp_path / "s", {"train": raw}, name="tfrecord", each=60)
    assert guess_task(str(file)).name == "image_classification"
    (error,) = audit(file, tmp_path / "w").errors
    assert f"{field!r} holds bytes that are neither encoded pictures nor UTF-8 texts" in error


def test_a_faulty_place_is_named_once(tmp_path: Path, records: list[Record]) -> None:
    many = [dict(each) for each in records]
    many[1]["png"] = [1, 2, 3]
    many[2]["label"] = b"\xff\xfe"
    (file,) = write_shards(tmp_path / "s", {"train": many}, name="tfrecord", each=60)
    told = [str(each) for each in audit(file, tmp_path / "w")["broken"]]
    assert len(told) == 2 and all(each.count(str(file)) == 1 for each in told), told
    assert any("the label is no text" in each for each in told)


def test_a_shard_that_changed_is_refused(tmp_path: Path, records: list[Record]) -> None:
    (file,) = write_shards(tmp_path / "s", {"train": records}, name="tfrecord", each=60)
    splits = load(file, tmp_path / "w")
    place = next(place for place in splits.train.paths if place.offset > 0)
    make_shard(file, [{"label": "another first one"}, *records], name="tfrecord")
    with pytest.raises(DataError, match=str(file)):
        read_place(place)


def test_fields_are_named_by_options(tmp_path: Path, records: list[Record]) -> None:
    both = [
        {"a": records[0]["png"], "b": each["png"], "c": each["label"], "d": "x"} for each in records
    ]
    write_shards(tmp_path / "s", {"train": both}, name="tfrecord", each=60)
    splits = load(tmp_path / "s", tmp_path / "w", image_column="b", label_column="c")
    assert content(splits) == EXPECTED
