"""Texts and pairs in shards are read as those in tables are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.splits import Splits
from kerasapps.data.texts.sources import is_text_data
from kerasapps.shards import Record
from tests.data.loading import audit_texts, load_pairs, load_texts
from tests.data.shard_samples import labels_file, text_records, write_shards
from tests.shards.shards_made import NAMES, make_shard

PARTS = {
    "train": text_records(range(20)),
    "validation": text_records(range(20, 26)),
    "test": text_records(range(26, 32)),
}


def load(data: Any, work: Path, **options: Any) -> Splits[Any]:
    text = TextConfig(**options)
    return load_texts(str(data), config=LoadConfig(), seed=0, work_dir=work, text=text)


def audit(data: Any, work: Path, **options: Any) -> Audit:
    text = TextConfig(**options)
    return audit_texts(str(data), config=LoadConfig(), seed=0, work_dir=work, text=text)


def content(splits: Splits[Any]) -> dict[str, dict[str, str]]:
    return {
        split: {
            text: splits.labels[label]
            for text, label in zip(examples.texts, examples.labels, strict=True)
        }
        for split in ("train", "validation", "test")
        for examples in [getattr(splits, split)]
    }


def expected(parts: dict[str, list[Record]]) -> dict[str, dict[Any, Any]]:
    return {
        split: {each["text"]: each["label"] for each in records} for split, records in parts.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_texts_of_every_format_are_those_that_were_written(tmp_path: Path, name: str) -> None:
    write_shards(tmp_path / "shards", PARTS, name=name)
    data = tmp_path / "shards" / "*-of-*"
    splits = load(data, tmp_path / "work")
    assert content(splits) == expected(PARTS)
    assert f"{data}: text in 'text', label in 'label'" in splits.audit.guesses
    assert is_text_data(str(data)) and not is_pair_data(str(data))


def test_options_name_the_fields(tmp_path: Path) -> None:
    records = [
        {
            "t": f"number {number} of many",
            "u": f"no text {number}",
            "l": number % 2,
            "m": number % 3,
        }
        for number in range(24)
    ]
    write_shards(tmp_path / "s", {"train": records}, name="tfrecord")
    splits = load(tmp_path / "s", tmp_path / "w", text_column="t", label_column="m")
    assert splits.labels == ("0", "1", "2")
    assert all(text.endswith("of many") for text in splits.train.texts)
    (error,) = audit(tmp_path / "s", tmp_path / "w", label_column="x").errors
    assert "'x'" in error and "l, m, t, u" in error


def test_classes_of_tfds_have_their_names(tmp_path: Path) -> None:
    records = [{"text": f"text {number}", "label": number % 2} for number in range(20)]
    make_shard(tmp_path / "s" / "a-train.tfrecord-00000-of-00001", records, name="tfrecord")
    labels_file(tmp_path / "s" / "label.labels.txt", ("good", "bad"))
    splits = load(tmp_path / "s", tmp_path / "w")
    assert splits.labels == ("bad", "good")
    assert content(splits)["train"]["text 0"] == "good"
    told = "the numbers in 'label' are of 2 classes whose names it has"
    assert any(told in guess for guess in splits.audit.guesses)


def test_a_field_that_a_shard_lacks_is_named_with_the_shard(tmp_path: Path) -> None:
    files = write_shards(tmp_path / "s", {"train": text_records(range(18))}, name="tfrecord")
    others = [{"text": f"other {number}", "class": "good"} for number in range(6)]
    make_shard(files[1], others, name="tfrecord")
    first = audit(tmp_path / "s", tmp_path / "w").errors
    assert (
        f"{files[1]}: none of its 6 examples has a field 'label', as those of {files[0]} have"
        in first
    )


def test_a_broken_shard_is_one_error_that_names_shard_and_example(tmp_path: Path) -> None:
    files = write_shards(tmp_path / "s", PARTS, name="tfrecord")
    content = files[2].read_bytes()
    files[2].write_bytes(content[:-7])
    assert audit(tmp_path / "s", tmp_path / "w").errors == (
        f"{files[2]}, example 6: it is cut off",
    )
    make_shard(files[2], [], name="tfrecord")
    (error,) = audit(tmp_path / "s", tmp_path / "w").errors
    assert error == f"{files[2]} has no examples: leave it out"


def test_examples_that_cannot_be_used_are_told_one_by_one(tmp_path: Path) -> None:
    records: list[Record] = [*text_records(range(60))]
    records[3] = {"text": b"\xff\xfe\xfd", "label": "good"}
    records[5] = {"text": "x" * ((1 << 24) + 1), "label": "good"}
    records[40] = {"text": "a text", "label": float("nan")}
    write_shards(tmp_path / "s", {"train": records}, name="tfrecord", each=30)
    found = audit(tmp_path / "s", tmp_path / "w")
    assert not found.errors
    told = str(found.to_dict()["broken"])
    assert "train-00000-of-00002.tfrecord, row 4" in told and "not UTF-8" in told
    assert "row 6" in told and "a text of 16,777,217 bytes: 16,777,216 are the most" in told
    assert "train-00001-of-00002.tfrecord, row 11" in told


@pytest.mark.parametrize("name", NAMES)
def test_pairs_of_every_format_are_those_that_were_written(tmp_path: Path, name: str) -> None:
    records = [{"en": f"number {n} it is", "de": f"es ist Nummer {n}"} for n in range(20)]
    write_shards(tmp_path / "s", {"train": records}, name=name)
    data = f"{tmp_path}/s/train-*"
    assert is_pair_data(data)
    config = TranslationConfig(source_language="de", target_language="en")
    splits = load_pairs(
        data, config=LoadConfig(), seed=0, work_dir=tmp_path / "w", translation=config
    )
    pairs = {
        (source, target)
        for split in (splits.train, splits.validation, splits.test)
        for source, target in zip(split.sources, split.targets, strict=True)
    }
    assert pairs == {(each["de"], each["en"]) for each in records}
