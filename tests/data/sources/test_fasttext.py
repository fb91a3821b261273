from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.fasttext import FastText
from kerasapps.data.texts.sources import is_text_data
from tests.data.text_samples import audit, content, load, reason, rows

ROWS = rows(40)


def write(path: Path, table: list[list[str]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    lines = [
        (f"__label__{label} {text}", f"{text} __label__{label}", f"a __label__{label} {text}")[
            n % 3
        ]
        for n, (text, label) in enumerate(table)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def expected(table: list[list[str]]) -> dict[str, str]:
    return {("a " if n % 3 == 2 else "") + text: label for n, (text, label) in enumerate(table)}


@pytest.mark.parametrize("name", ["a.txt", "a.train", "a.valid"])
def test_a_label_anywhere_in_the_line(tmp_path: Path, work: Path, name: str) -> None:
    path = write(tmp_path / name, ROWS)
    assert is_text_data(path) and not is_pair_data(path)
    splits = load(path, work)
    assert content(splits) == expected(ROWS)
    assert splits.audit.guesses[0] == f"{name}: labels behind __label__, as fastText has them"


@pytest.mark.parametrize(
    "names", [("a.train", "a.valid", "a.test"), ("train.txt", "valid.txt", "test.txt")]
)
def test_splits(tmp_path: Path, work: Path, names: tuple[str, ...]) -> None:
    for place, name in enumerate(names):
        write(tmp_path / "d" / name, rows(10, first=10 * place))
    (tmp_path / "d" / "README.txt").write_text("what it is\n")
    assert is_text_data(tmp_path / "d")
    splits = load(tmp_path / "d", work)
    assert [len(split) for split in (splits.train, splits.validation, splits.test)] == [10, 10, 10]


def test_several_labels_are_refused_by_name(tmp_path: Path, work: Path) -> None:
    path = write(tmp_path / "a.txt", ROWS)
    path.write_text(path.read_text() + "__label__a one __label__b more\n")
    error = reason(path, work, target_kind="class")
    assert "a.txt is multi-label data: 1 lines have several labels (row 41: a, b)" in error
    assert "keep one a line" in error


def test_several_labels_are_a_set(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "a.txt"
    lines = [f"__label__{'ab'[n % 2]} some text n{n}" + " __label__c" * (n % 3) for n in range(40)]
    path.write_text("\n".join(lines))
    splits = load(path, work)
    assert splits.labels == ("a", "b", "c") and splits.target.kind == "labels"
    assert splits.audit.total == 40 and "target: any number of labels each (lists)" in (
        splits.audit.guesses
    )


def test_one_label_twice_is_one_and_none_is_named(tmp_path: Path, work: Path) -> None:
    path = write(tmp_path / "a.txt", ROWS)
    path.write_text(path.read_text() + "\n__label__neg twice __label__neg\nno label here\n")
    found = audit(path, work)
    assert found.total == 41 and found["faults"] == {"no label": 1}
    assert [row.origin for row in found["broken"].first] == ["a.txt, row 43"]
    assert "a.txt has 1 blank line (row 41): left out" in found.notes


def test_records_and_sample(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"__label__x-1 a  b \r\n\xff __label__y\nc__label__z __label__y, d\n")
    lines = FastText(path, Encoding())
    assert lines.sample == [["a  b", "x-1"], ["\ufffd", "y"], ["c__label__z d", "y,"]]
    one, two, three = lines.records()
    assert (one.number, one.fields, one.problem) == (1, ["a  b", "x-1"], None)
    assert two.problem is not None and two.problem.fault == "bad UTF-8"
    assert three.problem is None and lines.errors == []
