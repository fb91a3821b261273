"""What is neither file nor folder, wherever data is read: refused by name, never waited for."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.texts.sources import is_text_data
from tests.data import pair_samples as pairs
from tests.data import text_samples as texts
from tests.data.images import test_sources
from tests.data.pictures import write_classes
from tests.odd_files import IRREGULAR, make_irregular

READERS = {"pictures": test_sources.reason, "texts": texts.reason, "pairs": pairs.reason}


@pytest.mark.parametrize("kind", IRREGULAR)
@pytest.mark.parametrize("name", ["data", "a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.tmx"])
def test_data(tmp_path: Path, work: Path, kind: str, name: str) -> None:
    odd = make_irregular(tmp_path / name, kind)
    assert not is_pair_data(odd)
    assert is_text_data(odd) == (name in ("a.csv", "a.tsv", "a.jsonl", "a.parquet"))  # by name
    for read in READERS.values():
        assert f"{name}: it is {IRREGULAR[kind]}, not a file" in read(odd, work)


@pytest.mark.parametrize("kind", IRREGULAR)
def test_sides_of_pairs(tmp_path: Path, work: Path, kind: str) -> None:
    good = pairs.write_lines(tmp_path / "a.en", ["one", "two"])
    odd = make_irregular(tmp_path / "a.de", kind)
    for sides in ((good, odd), (odd, good), tmp_path):
        assert f"a.de: it is {IRREGULAR[kind]}" in pairs.reason(sides, work)


@pytest.mark.parametrize("kind", IRREGULAR)
def test_tables_in_folders(tmp_path: Path, work: Path, kind: str) -> None:
    texts.write_csv(tmp_path / "train.csv", texts.rows(60))
    make_irregular(tmp_path / "test.csv", kind)
    assert f"test.csv: it is {IRREGULAR[kind]}" in texts.reason(tmp_path, work)


@pytest.mark.parametrize("kind", IRREGULAR)
def test_one_among_pictures_or_texts_is_one_broken_file(
    tmp_path: Path, work: Path, kind: str
) -> None:
    root = write_classes(tmp_path / "pictures", {"a": 30, "b": 30})
    make_irregular(root / "a" / "odd.png", kind)
    (broken,) = test_sources.load(root, work).audit["broken"]
    assert broken.path.name == "odd.png" and f"it is {IRREGULAR[kind]}" in broken.reason

    for label in ("good", "bad"):
        for number in range(30):
            file = tmp_path / "texts" / label / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{label} {number}", encoding="utf-8")
    make_irregular(tmp_path / "texts" / "good" / "odd.txt", kind)
    (row,) = texts.load(tmp_path / "texts", work).audit["broken"].first
    assert row.origin == "good/odd.txt" and f"it is {IRREGULAR[kind]}" in row.reason


def test_links_in_a_circle_are_broken_files(tmp_path: Path, work: Path) -> None:
    for label in ("good", "bad"):
        for number in range(30):
            file = tmp_path / label / f"{number}.txt"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"{label} {number}", encoding="utf-8")
    (tmp_path / "good" / "all").symlink_to(tmp_path)
    audit = texts.load(tmp_path, work).audit
    assert audit.total == 60
    (row,) = audit["broken"].first
    assert row.origin == "good/all" and "leads to a folder above it" in row.reason


def test_objects_of_many_keys_take_as_long_as_they_are(tmp_path: Path, work: Path) -> None:
    many = ", ".join(f'"key {number}": 1' for number in range(60_000))
    rows = [json.dumps({"text": text, "label": label}) for text, label in texts.rows(40)]
    wide = f'{{{many}, "text": "wide", "label": "pos"}}'
    file = tmp_path / "wide.jsonl"
    file.write_text("\n".join([wide, *rows, wide.replace('"text"', '"label"')]), encoding="utf-8")
    began = time.process_time()
    audit = texts.audit(file, work)
    assert time.process_time() - began < 5
    assert audit.total == 41
    (row,) = audit["broken"].first
    assert row.reason == "not valid JSON (an object has the key 'label' twice)"
    assert "and 59,972 more" in texts.reason(file, work, text_column="words")


def test_a_text_of_300_kilobytes_is_read(tmp_path: Path, work: Path) -> None:
    rows = texts.rows(60)
    rows[0][0] = "long " * 60_000
    for name in ("a.csv", "a.tsv"):
        audit = texts.audit(texts.write_csv(tmp_path / name, rows), work)
        assert audit.ok and audit.total == 60
    file = tmp_path / "a.jsonl"
    file.write_text(
        "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)
    )
    assert texts.audit(file, work).total == 60
