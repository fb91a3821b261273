from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pytest
from pyarrow import parquet

from kerasapps.data.texts.sources import is_text_data
from kerasapps.errors import DependencyError
from tests.data.pictures import write_classes
from tests.data.text_samples import audit, content, load, reason, rows, sentence, write_csv

ROWS = rows(40)
EXPECTED = {text: label for text, label in ROWS}


def write_json_lines(path: Path, table: list[list[str]]) -> Path:
    lines = [json.dumps({"id": n, "text": t, "label": x}) for n, (t, x) in enumerate(table)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_parquet(path: Path, table: list[list[str]]) -> Path:
    columns = {"text": [row[0] for row in table], "label": [row[1] for row in table]}
    parquet.write_table(pyarrow.table(columns), path)
    return path


class TestTables:
    @pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "ndjson", "parquet"])
    def test_every_format_comes_through(self, tmp_path: Path, work: Path, kind: str) -> None:
        path = tmp_path / f"data.{kind}"
        write = {"csv": write_csv, "tsv": write_csv, "parquet": write_parquet}
        write.get(kind, write_json_lines)(path, ROWS)
        assert is_text_data(path)
        splits = load(str(path), work)
        assert content(splits) == EXPECTED
        assert splits.audit.guesses == (f"data.{kind}: text in 'text', label in 'label'",)
        offset = 2 if kind in ("csv", "tsv") else 1
        for index, text in enumerate(splits.test.texts):
            row = [text for text, _ in ROWS].index(text) + offset
            assert splits.test.origin(index) == f"data.{kind}, row {row}"

    @pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "pairs"])
    def test_booleans_are_the_same_labels_in_every_format(
        self, tmp_path: Path, work: Path, kind: str
    ) -> None:
        table = [(text, label == "pos") for text, label in ROWS]
        path = tmp_path / f"data.{kind}"
        write: dict[str, Any] = {
            "csv": lambda: write_csv(path, [[text, str(label)] for text, label in table]),
            "jsonl": lambda: write_json_lines(path, table),  # type: ignore[arg-type]
            "parquet": lambda: write_parquet(path, table),  # type: ignore[arg-type]
            "pairs": lambda: table,
        }
        assert load(write[kind](), work).labels == ("False", "True")

    @pytest.mark.parametrize(
        ("header", "order", "guess"),
        [
            (None, (0, 1), "no header; text in 'column 1', label in 'column 2'"),
            (None, (1, 0), "no header; text in 'column 2', label in 'column 1'"),
            (("Review", "Sentiment"), (0, 1), "text in 'Review', label in 'Sentiment'"),
            (
                ("verdict", "what they wrote"),
                (1, 0),
                "the first row has the names of columns; text in 'what they wrote', label in",
            ),
        ],
    )
    def test_header_and_columns_are_guessed(
        self, tmp_path: Path, header: Any, order: Any, guess: str
    ) -> None:
        table = [[row[order[0]], row[order[1]]] for row in ROWS]
        for suffix in (".csv", ".tsv"):
            path = write_csv(tmp_path / f"a{suffix}", table, header=header)
            splits = load(path, tmp_path / "work")
            assert splits.audit.guesses[0].startswith(f"a{suffix}: {guess}")
            assert content(splits) == EXPECTED

    def test_two_columns_of_one_name_are_refused_where_it_matters(
        self, tmp_path: Path, work: Path
    ) -> None:
        table = [[text, "other", label, "note"] for text, label in ROWS]
        doubled = write_csv(tmp_path / "a.csv", table, header=("text", "text", "label", "note"))
        error = reason(doubled, work)
        assert "a.csv has 2 columns 'text'" in error and "text, text, label, note" in error
        aside = write_csv(tmp_path / "b.csv", table, header=("text", "x", "label", "x"))
        assert content(load(aside, work)) == EXPECTED

    def test_arrow_columns_of_one_name_are_refused_where_it_matters(
        self, tmp_path: Path, work: Path
    ) -> None:
        texts, labels = (pyarrow.array(values) for values in zip(*ROWS, strict=True))
        for names, good in ((["text", "label", "label"], False), (["text", "label", "x"], True)):
            table = pyarrow.Table.from_arrays([texts, labels, labels], names=names)
            if good:
                table = table.append_column("x", labels)
            parquet.write_table(table, tmp_path / "a.parquet")
            for data in (tmp_path / "a.parquet", table):
                if good:
                    assert content(load(data, work)) == EXPECTED
                else:
                    assert "2 columns 'label'" in reason(data, work)

    def test_columns_by_option(self, tmp_path: Path, work: Path) -> None:
        table = [[str(n), text, "same", label] for n, (text, label) in enumerate(ROWS)]
        path = write_csv(tmp_path / "a.csv", table, header=("id", "text", "label", "mood"))
        assert content(load(path, work, label_column="mood")) == EXPECTED
        assert audit(path, work, text_column="text", label_column="mood").guesses == ()
        error = reason(path, work, label_column="moods")
        assert "no column 'moods' (label_column); did you mean 'mood'?" in error
        assert "did you mean 'mood'? Its columns: id, text, label, mood" in error
        bare = write_csv(tmp_path / "b.csv", table, header=None)
        splits = load(bare, work, text_column="column 2", label_column="column 4")
        assert content(splits) == EXPECTED

    def test_a_running_number_is_no_label(self, tmp_path: Path, work: Path) -> None:
        table = [[str(n), text, label] for n, (text, label) in enumerate(ROWS)]
        table.sort(key=lambda row: row[2])
        path = write_csv(tmp_path / "a.csv", [[*row, "en"] for row in table], header=None)
        assert content(load(path, work, label_column="column 3")) == EXPECTED
        path = write_csv(tmp_path / "b.csv", table, header=None)
        assert content(load(path, work)) == EXPECTED

    def test_other_delimiters_and_bare_quotation_marks(self, tmp_path: Path, work: Path) -> None:
        texts = [f'"{sentence(n)}" they said; twice, no' for n in range(20)]
        texts += [f'"{sentence(n)}' for n in range(20, 40)]  # opened, never closed
        expected = {text: str(n % 2) for n, text in enumerate(texts)}
        path = tmp_path / "a.tsv"
        lines = [f"{text}\t{label}\n" for text, label in expected.items()]
        path.write_text("".join(lines), encoding="utf-8")
        assert content(load(path, work)) == expected
        table = [[f'{text}\tand "more"\nlines', label] for text, label in ROWS]
        write_csv(tmp_path / "b.tsv", table)  # quotation marks enclose
        assert content(load(tmp_path / "b.tsv", work)) == {text: label for text, label in table}
        lines = ["text;label\n", *(f"{text}, well;{label}\n" for text, label in ROWS)]
        (tmp_path / "c.csv").write_text("".join(lines), encoding="utf-8")
        assert content(load(tmp_path / "c.csv", work)) == {f"{t}, well": x for t, x in ROWS}

    def test_a_quotation_mark_that_is_never_closed(self, tmp_path: Path, work: Path) -> None:
        path = write_csv(tmp_path / "a.csv", rows(40))
        with path.open("a", encoding="utf-8") as file:
            file.write('"oops,pos\n' + "".join(f"{text},{label}\n" for text, label in ROWS[:9]))
        found = audit(path, work)
        assert any("row 42: a quotation mark is opened and never closed" in e for e in found.errors)
        assert any("the 9 lines after it" in e for e in found.errors)

    def test_faults_of_other_formats(self, tmp_path: Path, work: Path) -> None:
        path = write_json_lines(tmp_path / "a.jsonl", rows(120))
        with path.open("ab") as file:
            file.write(b'\n{"text": "cut\n[1, 2]\n{"text": 5, "label": "pos"}\n{"label": "pos"}\n')
            file.write(b'{"text": "x \\ud83d", "label": "pos"}\n{"text": "\xe9", "label": "pos"}')
        faults = [(row.origin, row.fault) for row in audit(path, work)["broken"].first]
        assert faults == [
            ("a.jsonl, row 121", "format"),
            ("a.jsonl, row 122", "format"),
            ("a.jsonl, row 123", "format"),
            ("a.jsonl, row 124", "empty text"),
            ("a.jsonl, row 125", "bad UTF-8"),
            ("a.jsonl, row 126", "bad UTF-8"),
        ]
        bad = pyarrow.array([b"\xff", *(text.encode() for text, _ in ROWS)])
        bad = pyarrow.StringArray.from_buffers(len(bad), bad.buffers()[1], bad.buffers()[2])
        labels = pyarrow.array(["pos", *(x for _, x in ROWS)]).dictionary_encode()
        table = pyarrow.table({"text": bad, "label": labels})
        parquet.write_table(table, tmp_path / "b.parquet")
        found = audit(tmp_path / "b.parquet", work)
        assert [(row.origin, row.fault) for row in found["broken"].first] == [
            ("b.parquet, row 1", "bad UTF-8")
        ]
        assert content(load(table, work)) == EXPECTED

    def test_an_object_with_a_key_twice_is_broken(self, tmp_path: Path, work: Path) -> None:
        path = write_json_lines(tmp_path / "a.jsonl", rows(40))
        with path.open("ab") as file:
            file.write(b'\n{"text": "one", "label": "pos", "text": "other"}')
        (row,) = audit(path, work)["broken"].first
        assert (row.origin, row.fault) == ("a.jsonl, row 41", "format")
        assert "the key 'text' twice" in row.reason

    @pytest.mark.parametrize(
        ("name", "data", "part"),
        [
            ("a.csv", b"", "is empty"),
            ("a.csv", b"only one column\nhere too\n", "no two columns separated by commas"),
            ("a.tsv", b"a,b\nc,d\n", "no two columns separated by tabs"),
            ("a.csv", b"text,label\n", "has no rows"),
            ("a.jsonl", b"1\n2\n", "holds no rows of JSON"),
            ("a.parquet", b"PAR1", "as Parquet"),
            ("a.json", b"[]", "holds no rows of JSON"),
            ("a.txt", b"x", "is one text"),
            ("a.zip", b"PK", "archive: unpack it"),
        ],
    )
    def test_files_that_do_not_fit(
        self, tmp_path: Path, work: Path, name: str, data: bytes, part: str
    ) -> None:
        (tmp_path / name).write_bytes(data)
        assert any(part in error for error in audit(tmp_path / name, work).errors)

    def test_parquet_without_pyarrow(
        self, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_parquet(tmp_path / "a.parquet", ROWS)
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(DependencyError, match=r'pip install "kerasapps\[parquet\]"'):
            load(path, work)


class TestFolders:
    def test_split_files_of_any_format(self, tmp_path: Path, work: Path) -> None:
        root = tmp_path / "data"
        write_csv(root / "train.tsv", ROWS[:20], header=None)
        write_csv(root / "dev.tsv", ROWS[20:24], header=None)
        write_csv(root / "test.tsv", ROWS[24:], header=None)
        (root / "README.md").write_text("about")
        splits = load(root, work)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 4, 16]
        assert content(splits) == EXPECTED
        assert splits.audit.guesses == (
            "train.tsv: no header; text in 'column 1', label in 'column 2'; name them with "
            "--text-column and --label-column if that is wrong",
            f"{root}: train in train.tsv, validation in dev.tsv, test in test.tsv",
        )
        write_csv(root / "valid.csv", ROWS[20:24])
        assert "has dev and valid, which are names of one split (validation): keep" in reason(
            root, work
        )
        (root / "valid.csv").unlink()
        (root / "train.tsv").rename(root / "training.tsv")
        assert len(load(root, work).train) == 20
        (root / "training.tsv").unlink()
        error = "the data has texts for validation and test but no split for training"
        assert error in reason(root, work)

    def test_parts_and_other_column_order(self, tmp_path: Path, work: Path) -> None:
        root = tmp_path / "data"
        root.mkdir()
        write_parquet(root / "train-00000-of-00002.parquet", ROWS[:10])
        write_parquet(root / "train-00001-of-00002.parquet", ROWS[10:20])
        write_csv(root / "test.csv", [row[::-1] for row in ROWS[20:]], header=("label", "text"))
        splits = load(root, work)
        assert len(splits.train) + len(splits.validation) == 20 and content(splits) == EXPECTED
        write_csv(root / "test.csv", ROWS[20:], header=("index", "text"))
        assert "test.csv has no column 'label', as the first file has" in reason(root, work)

    @pytest.mark.parametrize("split", [True, False])
    def test_a_folder_per_class(self, tmp_path: Path, work: Path, split: bool) -> None:
        root = tmp_path / "data"
        for number, (text, label) in enumerate(ROWS):
            above = root / ("test" if number >= 30 else "train") if split else root
            file = above / label / "deeper" / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert is_text_data(root)
        splits = load(root, work)
        assert content(splits) == EXPECTED
        assert len(splits.test) == (10 if split else 8)
        assert splits.test.origin(0).endswith(".txt")
        (file.parent / "odd.txt").write_bytes(b"\xffoops")
        (file.parent / "odd.docx").write_bytes(b"PK")
        found = audit(root, work)["broken"].first
        assert {(row.origin.split("/")[-1], row.reason) for row in found} == {
            ("odd.txt", "byte 0 (0xff) is not UTF-8"),
            ("odd.docx", "not a .txt file"),
        }

    def test_folders_that_do_not_fit(self, tmp_path: Path, work: Path) -> None:
        (tmp_path / "none").mkdir()
        assert "holds no texts: expected a folder per class" in reason(tmp_path / "none", work)
        write_csv(tmp_path / "two" / "a.csv", ROWS)
        assert content(load(tmp_path / "two", work)) == EXPECTED
        write_csv(tmp_path / "two" / "b.csv", ROWS)
        said = reason(tmp_path / "two", work)
        assert "name the files train, validation and test" in said and "*.parquet" not in said
        for name in ("part-0.parquet", "part-1.parquet"):
            (tmp_path / "parts").mkdir(exist_ok=True)
            (tmp_path / "parts" / name).write_bytes(b"PAR1")
        assert f'all of them: "{tmp_path}/parts/*.parquet"' in reason(tmp_path / "parts", work)
        assert "did you mean" in reason(tmp_path / "twoo", work)


class TestMemory:
    def test_lists_arrays_and_frames(self, work: Path) -> None:
        texts, labels = [row[0] for row in ROWS], [row[1] for row in ROWS]
        frame = pandas.DataFrame({"text": texts, "label": pandas.Categorical(labels)})
        frame.index += 100
        for data in (
            (texts, labels),
            [texts, labels],
            list(zip(texts, labels, strict=True)),
            [[text, label] for text, label in ROWS],
            (np.array(texts), np.array(labels)[:, np.newaxis]),
            ([text.encode() for text in texts], labels),
            (frame["text"], frame["label"]),
            [{"text": text, "label": label} for text, label in ROWS],
            frame,
            pyarrow.table({"text": texts, "label": labels}),
        ):
            assert is_text_data(data)
            splits = load(data, work)
            assert content(splits) == EXPECTED
            index = texts.index(splits.test.texts[0])
            assert splits.test.origin(0) == f"example {index}"

    def test_a_mapping_that_is_none_is_a_broken_row(self, work: Path) -> None:
        rows: list[Any] = [{"text": text, "label": label} for text, label in ROWS]
        (broken,) = audit([*rows, "loose text"], work)["broken"].first
        assert broken.origin == f"example {len(rows)}" and "expected a mapping" in broken.reason

    def test_gaps_and_odd_values(self, work: Path) -> None:
        texts: list[Any] = [sentence(n) for n in range(100)]
        labels: list[Any] = [float(n % 2) for n in range(100)]
        texts[3:6] = [None, float("nan"), 7]
        labels[8:10] = [None, float("inf")]
        frame = pandas.DataFrame({"text": texts, "label": labels})
        for data in ((texts, labels), frame):
            found = audit(data, work)
            faults = {
                row.origin.removeprefix("example "): row.fault for row in found["broken"].first
            }
            assert faults == {
                "3": "empty text",
                "4": "empty text",
                "5": "format",
                "8": "no label",
                "9": "bad label",
            }
            assert load(data, work).labels == ("0", "1")

    @pytest.mark.parametrize(
        ("data", "part"),
        [
            ((["a", "b"], ["x"]), "2 texts but 1 labels"),
            ((["a"], ["x"], ["y"]), "expected (texts, labels), got 3 values"),
            ([("a", "x"), ("b",), ("c", "y")], "example 1 is ('b',)"),
            (("ab", ["x", "y"]), "the texts are a str"),
            ((["a", "b"], np.eye(2)), "expected one label a text; take numpy.argmax"),
            (5, "cannot read texts from a int"),
            ("builtin:poems", "there is no builtin:poems; known: reviews"),
            (([], []), "no usable text"),
        ],
    )
    def test_values_that_do_not_fit(self, work: Path, data: Any, part: str) -> None:
        assert part in reason(data, work)


def test_pictures_are_no_texts(tmp_path: Path) -> None:
    write_classes(tmp_path / "pictures" / "train", {"a": 3, "b": 3})
    (tmp_path / "pictures" / "notes.txt").write_text("about")
    manifest = write_csv(tmp_path / "m.csv", [["a.png", "x"]], header=("path", "label"))
    images = (np.zeros((4, 8, 8), np.uint8), [0, 1, 0, 1])
    for data in (tmp_path / "pictures", manifest, images, "builtin:digits", tmp_path / "none", 5):
        assert not is_text_data(data)
    assert is_text_data("builtin:reviews")
