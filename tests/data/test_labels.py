from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pytest
from pyarrow import parquet

from kerasapps.config import LoadConfig
from kerasapps.data.labels import Labels, clean_label, warn_alike
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images
from tests.data.pictures import pixels, write_classes, write_picture
from tests.data.text_samples import audit, load, rows, sentence, write_csv

COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ((1, 1.0, "1", "1.0", "1.", b"1", np.int8(1), np.float32(1), Decimal("1.0")), "1"),
        ((-3, "-3.00", np.float64(-3)), "-3"),
        ((0.5, "0.5", np.float32(0.5), Decimal("0.5")), "0.5"),
        ((np.float32(0.1), "0.1", 0.1), "0.1"),
        ((True, "true", "TRUE", "True", np.bool_(True)), "True"),
        ((False, "false", np.bool_(False)), "False"),
        (("pos", " pos\t", "pos\u00a0", b"pos "), "pos"),
        ((COMPOSED, DECOMPOSED, DECOMPOSED.encode()), COMPOSED),
        # what looks like a number and is none
        *[((each,), each) for each in ("01", "1.5.0", "1.10", "1e3", "v1.0", "Truth", "a b")],
        # what only reads like a missing value
        *[((each,), each) for each in ("none", "nano", "NAN", "Null", "n.a.")],
    ],
)
def test_equal_labels_have_one_name(values: Sequence[Any], name: str) -> None:
    assert {clean_label(value) for value in values} == {(name, None)}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        *[(each, "the label is missing") for each in (None, float("nan"), "", "  ", b" ")],
        *[(each, "the label is missing") for each in (pandas.NA, pandas.NaT, np.float32("nan"))],
        *[
            (each, f"the label is missing ({each!r}; if that is a class, give it another name)")
            for each in ("nan", "NaN", "N/A", "n/a", "NA", "None", "null", "NULL", "<NA>", "#N/A")
        ],
        (" None ", "the label is missing ('None'; if that is a class, give it another name)"),
        ("two\nlines", "label 'two\\nlines' has a line break: a label is one line"),
        *[(f"a{each}b", "has a line break") for each in "\r\v\f\x1c\x85\u2028\u2029"],
        ("a\tb", "has the control character U+0009"),
        ("a\x1b[31mb", "has the control character U+001B"),
        ("\u200b\ufeff", "label '\\u200b\\ufeff' has nothing that can be seen"),
        ("a\0b", "has the control character U+0000"),
        ("a\ud83d", "label 'a\\ud83d' has half of a character"),
        (b"a\xff", "the label is no text: byte 1 (0xff) is not UTF-8"),
        (float("-inf"), "label '-inf' is not a finite number"),
        ([1, 0], "label [1, 0] is a list, neither a number nor text"),
    ],
)
def test_what_is_no_label(value: Any, reason: str) -> None:
    name, problem = clean_label(value)
    assert name == "" and problem is not None
    assert problem.fault == ("no label" if "missing" in reason else "bad label")
    assert reason in problem.reason


def test_spellings_that_become_one_class_are_named() -> None:
    labels = Labels()
    for value in ("1", 1, "pos", DECOMPOSED, "neg", None):
        labels.read(value)
    assert labels.warnings() == []
    for value in (1.0, " pos", b"pos ", COMPOSED):
        labels.read(value)
    assert labels.warnings() == [
        "the labels '1' and '1.0' are read as one class, '1'",
        "the labels 'pos' and ' pos' and 'pos ' are read as one class, 'pos'",
        f"the labels 'cafe\\u0301' and 'caf\\xe9' are read as one class, {COMPOSED!r}",
    ]
    for count in range(9):
        labels.read("neg" + " " * count)
    assert labels.warnings()[-1].count("'") == 2 * (4 + 1)
    assert labels.name(" neg", what="row 1") == "neg"
    with pytest.raises(DataError, match=r"^row 2: the label is missing$"):
        labels.name("", what="row 2")


@pytest.mark.parametrize(
    ("labels", "warnings"),
    [
        (["a", "b", "ab", "1", "10"], []),
        (["pos", "Pos"], ["'pos' and 'Pos' differ only by case: give them one spelling if"]),
        (["STRASSE", "straße"], ["differ only by case"]),
        (["\uff21\uff22", "AB"], [" and 'AB' differ only by width or composition:"]),
        (["ﬁre", "fire", "x"], ["differ only by width or composition:"]),
        (["a b", "a  b"], ["'a b' and 'a  b' differ only by blanks or invisible characters:"]),
        (["ab", "a\u200bb"], ["'ab' and 'a\\u200bb' differ only by blanks or invisible"]),
        (["01", "1", "9" * 30, "9" * 29 + "8"], ["'01' and '1' differ only by how a number is wr"]),
        (["-0", "0", "1e400", "1e999999999999", "x"], ["'-0' and '0' differ only by how a number"]),
        (["0.10", "1e-1", "0,1"], ["'0.10' and '1e-1' differ only by how a number is written:"]),
        (["a b", "A  B"], ["differ only by case and blanks or invisible characters:"]),
        (["x", "X", "y", "Y"], ["'x' and 'X'", "'y' and 'Y'"]),
        (["none", "some"], ["the label 'none' reads like a missing value, and is taken for a cl"]),
    ],
)
def test_labels_that_are_hard_to_tell_apart(labels: list[str], warnings: list[str]) -> None:
    found = warn_alike(labels)
    assert len(found) == len(warnings)
    assert all(part in line for part, line in zip(warnings, found, strict=True))


def write_json_lines(path: Path, table: list[tuple[str, Any]]) -> Path:
    lines = (json.dumps({"text": text, "label": label}) for text, label in table)
    path.write_text("\n".join(lines))
    return path


def write_parquet(path: Path, table: list[tuple[str, Any]]) -> Path:
    parquet.write_table(
        pyarrow.Table.from_pylist([{"text": text, "label": label} for text, label in table]), path
    )
    return path


def write_as_csv(path: Path, table: list[tuple[str, Any]]) -> Path:
    return write_csv(path, [[text, "" if label is None else str(label)] for text, label in table])


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((1, 2.0), ("1", "2")),
        ((0.5, 4.5), ("0.5", "4.5")),
        ((True, False), ("False", "True")),
        ((DECOMPOSED, "thé"), (COMPOSED, "thé")),
        ((" a", "b "), ("a", "b")),
    ],
)
def test_all_formats_have_the_same_classes(
    tmp_path: Path, work: Path, labels: tuple[Any, Any], names: tuple[str, str]
) -> None:
    table = [(sentence(n), labels[n % 2]) for n in range(30)]
    writers: dict[str, Callable[[Path, list[tuple[str, Any]]], Path]] = {
        "csv": write_as_csv,
        "tsv": write_as_csv,
        "jsonl": write_json_lines,
        "parquet": write_parquet,
    }
    found = {
        kind: load(write(tmp_path / f"a.{kind}", table), work) for kind, write in writers.items()
    }
    found["list"] = load(table, work)
    found["frame"] = load(pandas.DataFrame(table, columns=["text", "label"]), work)
    assert {splits.labels for splits in found.values()} == {names}
    assert len({splits.fingerprint for splits in found.values()}) == 1
    assert all(splits.audit.warnings == () for splits in found.values())


def test_labels_of_a_table_are_cleaned_and_named(tmp_path: Path, work: Path) -> None:
    table = rows(60, labels=("pos", "neg"))
    for place, label in enumerate(("Pos", "nan", "N/A", "two\nlines", "pos ")):
        table[place][1] = label
    found = audit(write_csv(tmp_path / "a.csv", table), work, max_broken=0.1, test_split=0.01)
    assert [row.reason.split(" (")[0] for row in found["broken"].first] == [
        "the label is missing",
        "the label is missing",
        "label 'two\\nlines' has a line break: a label is one line",
    ]
    assert found["faults"] == {"no label": 2, "bad label": 1}
    assert found.warnings[:1] == ("the labels 'pos ' and 'pos' are read as one class, 'pos'",)
    assert any("class 'Pos' has 1 different text" in error for error in found.errors)


def test_classes_that_differ_by_case_are_warned_of(work: Path) -> None:
    texts = [(sentence(n), ("pos", "neg", "Pos")[n % 3]) for n in range(60)]
    splits = load(texts, work)
    assert splits.labels == ("Pos", "neg", "pos")
    assert "the labels 'Pos' and 'pos' differ only by case" in splits.audit.warnings[0]


def test_folders_follow_the_same_rule(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "data", {DECOMPOSED: 6, "1.0": 6})
    write_classes(root, {COMPOSED: 4, "Tea": 6, "tea": 6}, first=50)
    splits = load_images(root, config=LoadConfig(), seed=0, work_dir=work)
    assert splits.labels == ("1", "Tea", COMPOSED, "tea")
    assert splits.audit.counts["train"][COMPOSED] == 7
    assert [line.split(" differ")[0] for line in splits.audit.warnings] == [
        f"the labels 'cafe\\u0301' and 'caf\\xe9' are read as one class, {COMPOSED!r}",
        "the labels 'Tea' and 'tea'",
    ]
    for name, reason in (("a\nb", "has a line break"), ("None", "the label is missing")):
        write_picture(root / name / "x.png", 99)
        audit_errors = audit_images(root, config=LoadConfig(), seed=0, work_dir=work).errors
        assert len(audit_errors) == 1
        assert "must be renamed: " in audit_errors[0] and reason in audit_errors[0]
        (root / name / "x.png").unlink()
        (root / name).rmdir()


def test_text_folders_follow_the_same_rule(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    for label in ("good", "bad", "N A"):
        for number in range(6):
            file = root / label / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{label} {sentence(number)}")
    assert load(root, work).labels == ("N A", "bad", "good")
    (root / "N A").rename(root / "NA")
    (error,) = audit(root, work).errors
    assert error.startswith("the class folder NA must be renamed: the label is missing ('NA'")


def test_labels_in_memory_follow_the_same_rule(work: Path) -> None:
    images = np.stack([pixels(number) for number in range(24)])
    options: dict[str, Any] = {"config": LoadConfig(), "seed": 0, "work_dir": work}
    assert load_images((images, np.arange(24) % 2 / 2), **options).labels == ("0", "0.5")
    labels = [["a", "a ", "b"][n % 3] for n in range(24)]
    for _ in range(2):  # written, then found again
        splits = load_images((images, labels), **options)
        assert splits.labels == ("a", "b")
        assert splits.audit.warnings == ("the labels 'a' and 'a ' are read as one class, 'a'",)
    with pytest.raises(DataError, match=r"example 2: the label is missing \('None'; if that"):
        load_images((images, [*"ab", "None", *"a" * 21]), **options)


def test_labels_that_read_like_several_are_named() -> None:
    (one,) = warn_alike(["cat", "dog", "cat|dog"])
    assert one.startswith("the label 'cat|dog' reads like several labels, 'cat' and 'dog', and is")
    assert "--target-kind labels takes it for several" in one
    (one,) = warn_alike(["rust", "scab", "rust, scab", "other"])
    assert one.startswith("the label 'rust, scab' reads like several labels")
    assert warn_alike(["new york", "york", "cat|dog", "cat", "a/b", "|"]) == []
