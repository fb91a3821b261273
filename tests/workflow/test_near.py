"""What is nearly the same in different splits is told by every training that can soon know it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import LoadConfig
from kerasapps.data.images import near as near_pictures
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.splits import Splits
from kerasapps.data.texts import near as near_texts
from kerasapps.recipes.registry import TABULAR, TEXT_CLASSIFICATION
from kerasapps.workflow import near
from kerasapps.workflow.near import compared
from kerasapps.workflow.reading import read_splits, tell_copies

BOOK = "a long and tender book on the sea and on those who never come home"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts of three splits, two pairs of which are nearly the same."""
    lines = ["text,label,split"]
    for n in range(30):
        split = ("train", "validation", "test")[n % 3]
        lines.append(f"{n} plain words about thing {n * 7} and {n * 13},{'ab'[n % 2]},{split}")
    lines += [f"{BOOK},a,test", f"{BOOK.replace('tender', 'bitter')},b,train"]
    lines += ["quite another poem of the moon and rain,a,train"]
    lines += ["quite another poem of the moon and snow,a,train"]
    file = tmp_path_factory.mktemp("near") / "texts.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def splits(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Splits[Any]:
    folder = tmp_path_factory.mktemp("work")
    return read_splits(TEXT_CLASSIFICATION, table, TEXT_CLASSIFICATION.defaults, folder)


def test_pairs_across_splits_are_told_and_others_not(
    table: Path, splits: Splits[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(TEXT_CLASSIFICATION, table, splits, TEXT_CLASSIFICATION.defaults)
    finding = found.audit.finding("near_duplicates")
    assert [finding.rows[0][place] for place in (0, 1, 3, 4)] == [
        *("texts.csv, row 33", "train", "texts.csv, row 32", "test"),
    ]
    assert finding.total == 1 and found.audit.notes == splits.audit.notes
    tell_copies(found, "texts")
    said = capsys.readouterr().err
    assert "1 text is nearly the same as one of another split" in said
    assert "the report names it: texts.csv, row 33 (train) ≈ texts.csv, row 32 (test), 9" in said


def why(splits: Splits[Any], data: Any, **load: Any) -> str:
    """The note that stands in the place of what was found."""
    options = {**TEXT_CLASSIFICATION.defaults, "load": LoadConfig(**load)}
    found = compared(TEXT_CLASSIFICATION, data, splits, options)
    assert "near_duplicates" not in {each.key for each in found.audit.findings}
    (note,) = set(found.audit.notes) - set(splits.audit.notes)
    assert note.startswith("texts that are nearly the same in different splits are not looked for")
    assert note.endswith("): kerasapps check --deep does that")
    return note


def test_where_nobody_looks_it_says_why(
    table: Path, splits: Splits[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "(with disk_cache off" in why(splits, table, disk_cache=False)
    with monkeypatch.context() as patched:
        patched.setattr(near, "packed_alone", lambda data: data)
        assert "(the data are packed)" in why(splits, table)
    with monkeypatch.context() as patched:
        patched.setattr(near, "SECONDS", 1e-6)
        assert "(that would take more than 1e-06 seconds)" in why(splits, table)
    with monkeypatch.context() as patched:  # a few were quick, and all are not
        patched.setattr(near, "LONGEST", -1.0)
        assert "(that would take more than -1 seconds)" in why(splits, table)


def test_rows_of_tables_are_alike_by_right(splits: Splits[Any], table: Path) -> None:
    assert compared(TABULAR, table, splits, TABULAR.defaults) is splits


def test_long_texts_take_longer_and_small_pictures_say_too_little(tmp_path: Path) -> None:
    texts = dataclasses.make_dataclass("Texts", ["texts"], namespace={"__len__": _length})
    few = [texts(["one two three four"] * 5), texts([]), texts(["one two " * 500] * 5)]
    assert near_texts.too_much(few, seconds=1) == ""  # 5,020 words
    assert "more than 0.01 seconds" in near_texts.too_much(few, seconds=0.01)
    examples = []
    for side in (31, 32):
        path = tmp_path / f"{side}.png"
        Image.fromarray(np.zeros((40, side), np.uint8)).save(path)
        examples.append([PictureExamples([path] * 20, [0] * 20)])
    assert "fewer than 32 pixels a side" in near_pictures.too_much(examples[0], seconds=10)
    assert near_pictures.too_much(examples[1], seconds=10) == ""
    assert "more than 0.001 seconds" in near_pictures.too_much(examples[1], seconds=0.001)


def _length(texts: Any) -> int:
    return len(texts.texts)
