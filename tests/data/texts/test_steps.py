from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas
import pytest

from kerasapps.data.audit_text import audit_text
from kerasapps.data.sources.split_names import split_named
from kerasapps.errors import DataError
from tests.data.text_samples import audit, content, load, rows, sentence, usable, write_csv


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The planted faults of the acceptance test, row by row, after a byte order mark, in CRLF."""
    lines = [
        b"\xef\xbb\xbftext,label,split",
        *(f"{text},{label},train".encode() for text, label in rows(100)),  # rows 2 to 101
        b"bad \xff bytes,pos,train",  # 102
        b",neg,train",  # 103
        b"   ,neg,train",  # 104
        b"no label here,,train",  # 105
        b"The same text.,pos,train",  # 106
        b"The same text.,neg,train",  # 107
        b"a leak!,pos,train",  # 108
        b"one field too many,pos,train,oops",  # 109
        b'"two lines, quoted\r\nand a ""quote""",pos,train',  # 110 and 111
        b"",  # 112
        b"see <b>this</b> &amp; that,neg,train",  # 113
        *(f"{text},{label},test".encode() for text, label in rows(20, first=200)),  # 114 to 133
        b"A leak,pos,test",  # 134
    ]
    path = tmp_path / "faulty.csv"
    path.write_bytes(b"\r\n".join(lines) + b"\r\n")
    return path


def test_every_planted_fault_is_named(faulty: Path, work: Path) -> None:
    found = audit(faulty, work)
    assert found.ok
    position = faulty.read_bytes().index(b"\xff bytes")
    assert {(row.origin, row.fault, row.reason) for row in found["broken"].first} == {
        ("faulty.csv, row 102", "bad UTF-8", f"byte {position} (0xff) is not UTF-8"),
        ("faulty.csv, row 103", "empty text", "the text is empty"),
        ("faulty.csv, row 104", "empty text", "only white space"),
        ("faulty.csv, row 105", "no label", "the label is missing"),
        ("faulty.csv, row 109", "columns", "4 fields, but the file has 3 columns"),
    }
    assert found["faults"] == {"bad UTF-8": 1, "empty text": 2, "no label": 1, "columns": 1}
    (leak,) = found["duplicates"].first
    assert (leak.copy, leak.kept, leak.exact) == (
        "faulty.csv, row 108",
        "faulty.csv, row 134",
        False,
    )
    (conflict,) = found["conflicts"].first
    assert conflict.labels == ("neg", "pos")
    assert set(conflict.origins) == {"faulty.csv, row 106", "faulty.csv, row 107"}
    assert [one.origin for one in found["html"].first] == ["faulty.csv, row 113"]
    assert found.notes == (
        "faulty.csv begins with a byte order mark: left out",
        "faulty.csv has 1 blank line (row 112): left out",
    )
    shown = audit_text(found)
    for part in ("row 102", "row 103", "row 105", "row 108", "row 109", "order mark"):
        assert part in shown
    assert json.loads(json.dumps(found.to_dict()))["broken"]["total"] == 5


def test_the_rest_of_a_faulty_file_trains(faulty: Path, work: Path) -> None:
    splits = load(faulty, work)
    assert splits.labels == ("neg", "pos")
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [94, 10, 21]
    where = {
        text: split.origin(index)
        for split in (splits.train, splits.validation, splits.test)
        for index, text in enumerate(split.texts)
    }
    assert where['two lines, quoted\r\nand a "quote"'] == "faulty.csv, row 110"
    assert where["A leak"] == "faulty.csv, row 134"
    assert "a leak!" not in where
    assert splits.train.labels.dtype == np.int32
    error = "5 of 131 rows (3.8%) are broken, more than the 3.0% that max_broken allows"
    with pytest.raises(DataError) as caught:
        load(faulty, work, max_broken=0.03)
    assert error in str(caught.value) and "row 102: byte" in str(caught.value)


def test_sorted_and_shuffled_files_give_the_same_splits(tmp_path: Path, work: Path) -> None:
    table = sorted(rows(300, labels=("a", "b", "c")), key=lambda row: row[1])
    first = load(write_csv(tmp_path / "sorted.csv", table), work)
    random.Random(1).shuffle(table)
    second = load(write_csv(tmp_path / "shuffled.tsv", table), tmp_path / "again")
    assert first.fingerprint == second.fingerprint
    assert list(first.train.texts) == list(second.train.texts)
    assert first.audit.counts == second.audit.counts
    assert first.audit.counts["test"] == {"a": 20, "b": 20, "c": 20}
    # Nothing of the file's order is left: a batch has all classes.
    assert set(first.train.labels[:20].tolist()) == {0, 1, 2}
    assert list(load(tmp_path / "sorted.csv", work, seed=1).test.texts) != list(first.test.texts)


def test_copies_stay_together_and_near_copies_do_not_leak(tmp_path: Path, work: Path) -> None:
    table = rows(60)
    table += [[text.upper() + " !", label] for text, label in table]
    splits = load(write_csv(tmp_path / "a.csv", table), work)
    assert splits.audit["copies"].total == 60 and splits.audit["duplicates"].total == 0
    for split in (splits.train, splits.validation, splits.test):
        texts = set(split.texts)
        assert {text.lower().removesuffix(" !") for text in texts} <= texts
    given = [[*row, "train"] for row in table[:60]] + [[*row, "test"] for row in table[50:80]]
    path = write_csv(tmp_path / "b.csv", given, header=("text", "label", "split"))
    splits = load(path, work)
    # rows 50 to 59 again, and the near copies of rows 0 to 19
    assert Counter(one.exact for one in splits.audit["duplicates"].first) == {True: 10, False: 20}
    assert len(splits.test) == 30 and len(splits.train) + len(splits.validation) == 30


def test_signs_alone_are_not_all_alike(work: Path) -> None:
    texts = [":)", ":(", "!!!", "…", "👍", "👎", "?", "-", "#", "%"]
    assert audit((texts, ["a", "b"] * 5), work, validation_split=0.2)["copies"].total == 0


def test_classes(tmp_path: Path, work: Path) -> None:
    table = [[*row, "train"] for row in rows(40, labels=("2", "10"))]
    table += [[*row, "test"] for row in rows(4, labels=("10", "7"), first=50)]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    with pytest.raises(DataError, match=r"class '7' is in test \(2 texts\) but not in train"):
        load(path, work)
    splits = load(path, work, unknown_classes="skip")
    assert splits.labels == ("2", "10")  # numeric order, fixed by training
    assert splits.test.labels.tolist() == [1, 1]
    assert any("'2' has no texts in test" in warning for warning in splits.audit.warnings)
    with pytest.raises(DataError, match="at least two classes, found 1: 'x'"):
        load((["a", "b", "c", "d"], ["x"] * 4), work)
    many = [[sentence(n), f"label {n}"] for n in range(30)]
    with pytest.raises(DataError, match="and 20 more classes have too few"):
        load(write_csv(tmp_path / "b.csv", many), work)


def test_a_given_split_is_never_replaced(tmp_path: Path, work: Path) -> None:
    table = [[*row, "train"] for row in rows(20)] + [[*row, "test"] for row in rows(4, first=90)]
    table += [[*row, "val"] for row in rows(2, first=90)]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    (error,) = audit(path, work).errors
    assert "no usable text is left in validation" in error
    write_csv(path, [*table[:20], ["no split", "pos", ""]], header=("text", "label", "split"))
    (error,) = audit(path, work).errors
    assert "1 rows have no split (the first: a.csv, row 22)" in error
    write_csv(path, [*table[:20], ["odd", "pos", "tset"]], header=("text", "label", "split"))
    assert "split 'tset' is not known" in audit(path, work)["broken"].first[0].reason


def test_names_of_splits_in_a_column(tmp_path: Path, work: Path) -> None:
    names = {"Training": 20, " VALID": 4, "testing": 6}
    table = [row for first, name in enumerate(names) for row in _named_rows(name, names, first)]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "Split"))
    splits = load(path, work)
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 4, 6]
    assert splits.audit.guesses == (
        "a.csv: text in 'text', label in 'label', split in 'Split'",
        "a.csv: train in Training, validation in VALID, test in testing",
    )
    for name in ("Split", "SPLIT", " split "):
        write_csv(path, [*table, ["odd", "pos", "7"]], header=("text", "label", name))
        (row,) = audit(path, work, max_broken=0.1)["broken"].first
        assert row.reason.startswith("split '7' is not known: train, training; val, valid")
    plain = [[text, label, split_named(name)] for text, label, name in table]
    write_csv(path, plain, header=("text", "label", "split"))
    assert len(load(path, work).audit.guesses) == 1
    assert load(path, work).fingerprint == splits.fingerprint


def _named_rows(name: str, counts: dict[str, int], first: int) -> list[list[str]]:
    return [[*row, name] for row in rows(counts[name], first=100 * first)]


def test_a_missing_split_in_a_frame_is_none(work: Path) -> None:
    frame = pandas.DataFrame(rows(30), columns=["text", "label"])
    frame["split"] = float("nan")
    assert len(load(frame, work).test) == 6
    frame["split"] = ["train", None] * 15
    assert "15 rows have no split" in audit(frame, work).errors[0]


def test_without_anything_to_train_on(tmp_path: Path, work: Path) -> None:
    table = [[*row, ("val", "test")[n % 3 == 0]] for n, row in enumerate(rows(20))]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    error = "the data has texts for validation and test but no split for training"
    assert audit(path, work).errors[0].startswith(error)


def test_what_a_finished_model_is_judged_on_is_said(tmp_path: Path, work: Path) -> None:
    root, told = tmp_path / "data", list[str]()
    write_csv(root / "train.csv", rows(20))
    write_csv(root / "TEST.csv", rows(6, first=50))
    write_csv(root / "more.csv", rows(6, first=70))
    assert len(usable(root, work, told=told)[0]) == 6
    assert told == [
        "Read as: train.csv: text in 'text', label in 'label'",
        f"Read as: {root}: train in train.csv, test in TEST.csv",
        "Warning: tables beside the splits are ignored: more.csv",
    ]
    told.clear()
    (root / "TEST.csv").rename(root / "valid.csv")
    assert len(usable(root, work, told=told)[0]) == 26
    assert told[-1] == "The data has no test split: all of it is judged (train and validation)."
    (root / "train.csv").unlink()
    (root / "valid.csv").rename(root / "test.csv")
    assert len(usable(root, work)[0]) == 6  # nothing is to be trained
    write_csv(root / "train.csv", rows(20))
    write_csv(root / "test.csv", [["", "pos"]])
    with pytest.raises(DataError, match="no usable text is left in test"):
        usable(root, work)


def test_of_many_findings_the_first_100_are_kept(work: Path) -> None:
    pairs = [("", "a"), *((sentence(n), "ab"[n % 2]) for n in range(40)), *[("", "b")] * 149]
    broken = audit(pairs, work, max_broken=1)["broken"]
    assert broken.total == 150 and len(broken.first) == 100
    assert broken.first[1].origin == "example 41"
    copies = audit([*pairs[1:41], *pairs[1:41] * 3], work)["copies"]
    assert copies.total == 120 and len(copies.first) == 100
    unsure = [(sentence(n), label) for n in range(101) for label in "ab"]
    conflicts = audit(unsure, work)["conflicts"]
    assert conflicts.total == 101 and len(conflicts.first) == 100


def test_remnants_of_html_are_tags_or_entities(work: Path) -> None:
    odd = ["a <b>bold</b> word", "ham &amp; eggs", "<br/> a line", "it&#39;s"]
    fair = ["1 < 2 > 0", "R&D; AT&T", "x <- y"]
    data = [(text, "ab"[n % 2]) for n, text in enumerate([*odd, *fair])]
    found = audit([*data, *((sentence(n), "ab"[n % 2]) for n in range(40))], work)
    assert [passage.origin for passage in found["html"].first] == [f"example {n}" for n in range(4)]


def test_lengths_and_long_texts(work: Path) -> None:
    texts = [sentence(n) for n in range(40)] + ["word " * 10_001]
    found = audit((texts, [n % 2 for n in range(41)]), work)
    assert (found["lengths"].shortest, found["lengths"].median, found["lengths"].longest) == (
        4,
        4,
        10_001,
    )
    assert found["longest"][0].origin == "example 40" and found["overlong"] == 1
    assert len(found["longest"]) == 10
    assert "more than 10,000 words: 1" in audit_text(found)
    texts[-1] = "word " * 10_000
    assert audit((texts, [n % 2 for n in range(41)]), work)["overlong"] == 0


def test_labelled_texts_are_those_of_the_test_split(faulty: Path, work: Path) -> None:
    told: list[str] = []
    texts, labels, origins = usable(faulty, work, told=told)
    assert "Broken rows left out: 5. faulty.csv, row " in told[-1]
    assert len(texts) == len(labels) == len(origins) == 21
    assert labels[-1] == "pos" and origins[-1] == "faulty.csv, row 134"
    pairs = [(sentence(n), "x") for n in range(3)]
    texts, labels, _ = usable(pairs, work, max_broken=0)
    assert texts == [text for text, _ in pairs] and labels == ["x"] * 3
    with pytest.raises(DataError, match="5 of 131 rows"):
        usable(faulty, work, max_broken=0.01)


def test_builtin_reviews(work: Path) -> None:
    splits = load("builtin:reviews", work)
    assert splits.labels == ("negative", "positive")
    assert splits.audit.counts["train"] == {"negative": 245, "positive": 245}
    assert splits.audit["copies"].total == splits.audit["broken"].total == 0
    assert len(content(splits)) == 700


def test_no_tensorflow_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kerasapps.config import *\n"
        "from kerasapps.data.examine import load_splits\n"
        "from kerasapps.data.texts import steps\n"
        "s = load_splits(steps, 'builtin:reviews', options=TextConfig(), config=LoadConfig(), "
        "seed=0, work_dir=Path('work'))\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'pyarrow'} & set(sys.modules)\n"
        "assert len(s.train) and not heavy, heavy"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
    )


def test_a_relabelled_text_is_other_data(tmp_path: Path, work: Path) -> None:
    table = [[*row, ("train", "val", "test")[n % 3]] for n, row in enumerate(rows(24))]

    def fingerprint() -> str:
        path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
        return load(path, work).fingerprint

    found = [fingerprint(), fingerprint()]
    table[0][1] = "pos"
    found.append(fingerprint())
    table[0][2] = "test"
    found.append(fingerprint())
    table[0][0] += "!"
    found.append(fingerprint())
    assert found[0] == found[1] and len(set(found)) == 4


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_of_broken_rows_alone_is_an_error(tmp_path: Path, work: Path, split: str) -> None:
    names = ("train", "validation", "test")
    table = [[*row, names[n // 2 % 3]] for n, row in enumerate(rows(30))]
    table = [["" if row[2] == split else row[0], *row[1:]] for row in table]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    assert audit(path, work, max_broken=1).errors == (
        f"no usable text is left in {split}: all are broken, or also in a more protected split",
    )


def test_a_split_of_unknown_classes_alone_is_an_error(tmp_path: Path, work: Path) -> None:
    table = [[*row, "train"] for row in rows(20)]
    table += [[*row, "validation"] for row in rows(4, first=50)]
    table += [[*row, "test"] for row in rows(4, first=70, labels=("x", "y"))]
    path = write_csv(tmp_path / "a.csv", table, header=("text", "label", "split"))
    found = audit(path, work, unknown_classes="skip")
    assert found.errors == ("test has no text of a class that train has",)
    assert [line for line in found.warnings if "left out" in line] == [
        "class 'x' is in test (2 texts) but not in train: its texts are left out",
        "class 'y' is in test (2 texts) but not in train: its texts are left out",
    ]
    write_csv(
        path, [*table, ["one that is known", "pos", "test"]], header=("text", "label", "split")
    )
    splits = load(path, work, unknown_classes="skip")
    assert list(splits.test.texts) == ["one that is known"] and splits.test.labels.tolist() == [1]
