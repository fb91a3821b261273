from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas
import pyarrow
import pytest
from pyarrow import parquet

from kerasapps.data.audit import Audit
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.pairs.languages import is_language, language_of
from tests.data.pair_samples import audit, content, load, pairs, reason, write_aligned, write_lines
from tests.data.pictures import write_classes
from tests.data.text_samples import rows, write_csv

PAIRS = pairs(40)
EXPECTED = dict(PAIRS)
DIRECTION = "source in 'en', target in 'de'; turn it round with --source-language de"
SWAPPED = {target: source for source, target in PAIRS}


def languages(found: Audit) -> tuple[str | None, str | None]:
    return found["source_language"], found["target_language"]


class TestFiles:
    @pytest.mark.parametrize("suffix", ["", ".gz", ".txt"])
    def test_two_files(self, tmp_path: Path, work: Path, suffix: str) -> None:
        files = write_aligned(tmp_path, "corpus.de-en", PAIRS, suffix=suffix)
        assert is_pair_data(files) and is_pair_data((str(files[0]), files[1]))
        splits = load(files, work)
        assert content(splits) == EXPECTED and languages(splits.audit) == ("en", "de")
        assert splits.audit.source == f"{files[0]} + {files[1]}"
        row = [source for source, _ in PAIRS].index(splits.test.sources[0]) + 1
        assert splits.test.origin(0) == f"{files[0].name} + {files[1].name}, row {row}"
        assert content(load((files[1], files[0]), work)) == SWAPPED

    def test_any_names(self, tmp_path: Path, work: Path) -> None:
        files = write_aligned(tmp_path / "x", "part", PAIRS)
        named = (tmp_path / "here" / "list", tmp_path / "there" / "list")
        for file, name in zip(files, named, strict=True):
            name.parent.mkdir()
            file.rename(name)
        splits = load(named, work)
        assert languages(splits.audit) == (None, None)
        assert splits.test.origin(0).startswith("here/list + there/list, row ")
        assert languages(audit(named, work, source_language="en", target_language="ksh")) == (
            "en",
            "ksh",
        )

    def test_only_a_line_feed_ends_a_line(self, tmp_path: Path, work: Path) -> None:
        odd = [(f"{source}\u2028and\x0bmore\x85", target) for source, target in PAIRS]
        assert content(load(write_aligned(tmp_path, "a", odd), work)) == dict(odd)

    def test_files_that_do_not_fit(self, tmp_path: Path, work: Path) -> None:
        english, german = write_aligned(tmp_path, "train", PAIRS)
        assert "train.dee does not exist; did you mean" in reason(
            (english, german.with_suffix(".dee")), work
        )
        assert "given as both source and target" in reason((english, english), work)
        (tmp_path / "empty").write_bytes(b"\n\n")
        assert "is empty" in reason((english, tmp_path / "empty"), work)
        packed = gzip.compress(german.read_bytes())
        (tmp_path / "cut.gz").write_bytes(packed[:-20])
        assert "cannot unpack" in reason((english, tmp_path / "cut.gz"), work)
        (tmp_path / "plain.gz").write_bytes(german.read_bytes())
        assert "no gzip file" in reason((english, tmp_path / "plain.gz"), work)
        assert "are both 'en'" in reason(
            (english, german), work, source_language="en", target_language="EN"
        )
        assert "one file of unknown kind" in reason(english, work)
        assert "an archive: unpack it" in reason(write_lines(tmp_path / "a.zip", "x"), work)


class TestFolders:
    @pytest.mark.parametrize("suffix", ["", ".gz"])
    def test_splits_of_aligned_files(self, tmp_path: Path, work: Path, suffix: str) -> None:
        root = tmp_path / "data"
        write_aligned(root, "train", PAIRS[:20], suffix=suffix)
        write_aligned(root, "valid", PAIRS[20:25], suffix=suffix)
        write_aligned(root, "test_2016_flickr", PAIRS[25:32], suffix=suffix)
        write_aligned(root, "test_coco", PAIRS[32:], suffix=suffix)
        write_lines(root / "README.md", ["about"])
        assert is_pair_data(root)
        splits = load(root, work)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 5, 15]
        assert content(splits) == EXPECTED and languages(splits.audit) == ("en", "de")
        assert splits.audit.guesses == (
            f"{root}: source in *.en, target in *.de",
            f"{root}: train in train, validation in valid, test in test_2016_flickr + test_coco",
        )
        splits = load(root, work, target_language="en")
        assert content(splits) == SWAPPED and languages(splits.audit) == ("de", "en")

    def test_languages_are_a_choice(self, tmp_path: Path, work: Path) -> None:
        write_aligned(tmp_path, "train", PAIRS)
        write_lines(tmp_path / "train.pt-BR", [f"Frase {n}." for n in range(40)])
        error = reason(tmp_path, work)
        assert "has the languages en, de, pt-BR: choose two with source_language and" in error
        assert "no 'fr' (source_language); its languages: en" in reason(
            tmp_path, work, source_language="fr"
        )
        assert reason(tmp_path, work, source_language="de").endswith("and target_language")
        splits = load(tmp_path, work, source_language="pt", target_language="de")
        assert languages(splits.audit) == ("pt", "de")
        assert content(splits)["Frase 3."] == PAIRS[3][1]

    def test_usual_names_instead_of_languages(self, tmp_path: Path, work: Path) -> None:
        for split, some in (("train", PAIRS[:20]), ("dev", PAIRS[20:30]), ("test", PAIRS[30:])):
            write_lines(tmp_path / f"{split}.tgt", [target for _, target in some])
            write_lines(tmp_path / f"{split}.src", [source for source, _ in some])
        splits = load(tmp_path, work)
        assert content(splits) == EXPECTED and languages(splits.audit) == (None, None)

    def test_folders_that_do_not_fit(self, tmp_path: Path, work: Path) -> None:
        root = tmp_path / "data"
        root.mkdir()
        assert "holds no sentence pairs: expected two files a split" in reason(root, work)
        write_aligned(root, "books", PAIRS)
        assert content(load(root, work)) == EXPECTED  # the only corpus, whatever its name
        write_aligned(root, "news", PAIRS)
        assert "holds books, news: name the files train.en, train.de" in reason(root, work)
        write_aligned(root, "test", PAIRS[:5])
        assert "has pairs for test but no split for training" in reason(root, work)
        write_aligned(root, "train", PAIRS)
        assert "files beside the splits are ignored: books" in audit(root, work).warnings[0]
        write_lines(root / "val.en", ["alone"])
        assert "val.en has no counterpart: expected val.de beside it" in reason(root, work)
        write_aligned(root, "val", PAIRS[:5])
        write_aligned(root, "dev", PAIRS[:5])
        assert "has dev and val, which are names of one split (validation): keep" in reason(
            root, work
        )

    @pytest.mark.parametrize("inside", [True, False])
    def test_splits_of_tables(self, tmp_path: Path, work: Path, inside: bool) -> None:
        root = tmp_path / "data"
        for split, some in (("train", PAIRS[:20]), ("val", PAIRS[20:30]), ("test", PAIRS[30:])):
            folder = root / split if inside else root
            write_csv(folder / f"{split}.tsv", some, header=("en", "de"))
        assert is_pair_data(root)
        splits = load(root, work)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 10, 10]
        end = "" if inside else ".tsv"
        assert content(splits) == EXPECTED
        assert splits.audit.guesses == (
            f"train.tsv: {DIRECTION}",
            f"{root}: train in train{end}, validation in val{end}, test in test{end}",
        )


class TestTables:
    @pytest.mark.parametrize("kind", ["csv", "tsv", "tsv.gz", "jsonl", "parquet"])
    @pytest.mark.parametrize("nested", [False, True])
    def test_every_format(self, tmp_path: Path, work: Path, kind: str, nested: bool) -> None:
        records: list[dict[str, Any]] = [{"en": source, "de": target} for source, target in PAIRS]
        path = tmp_path / f"data.{kind}"
        if nested:
            records = [{"id": n, "translation": each} for n, each in enumerate(records)]
        if kind == "jsonl":
            write_lines(path, [json.dumps(each) for each in records])
        elif kind == "parquet":
            parquet.write_table(pyarrow.Table.from_pylist(records), path)
        else:
            plain = write_csv(tmp_path / f"x.{kind[:3]}", PAIRS, header=("en", "de"))
            packed = kind.endswith(".gz")
            path.write_bytes(gzip.compress(plain.read_bytes()) if packed else plain.read_bytes())
        assert is_pair_data(path)
        splits = load(path, work)
        assert content(splits) == EXPECTED and languages(splits.audit) == ("en", "de")
        assert splits.audit.guesses == (f"data.{kind}: {DIRECTION}",)
        assert content(load(path, work, source_language="de")) == SWAPPED

    @pytest.mark.parametrize(
        ("header", "guess"),
        [
            (None, "no header; source in 'column 1', target in 'column 2'"),
            (("German", "English"), "source in 'German', target in 'English'"),
            (("SRC", "TGT"), "source in 'SRC', target in 'TGT'"),
            (("sentence_en", "sentence_de"), "source in 'sentence_en', target in"),
        ],
    )
    def test_columns_are_guessed(self, tmp_path: Path, work: Path, header: Any, guess: str) -> None:
        path = write_csv(tmp_path / "a.csv", PAIRS, header=header)
        splits = load(path, work)
        assert splits.audit.guesses[0].startswith(f"a.csv: {guess}")
        assert content(splits) == EXPECTED and is_pair_data(path)

    def test_columns_and_splits_by_option(self, tmp_path: Path, work: Path) -> None:
        table = [
            [str(n), source, "Satz.", target, "test" if n % 4 == 0 else "train"]
            for n, (source, target) in enumerate(PAIRS)
        ]
        header = ("id", "en", "fr", "de", "split")
        path = write_csv(tmp_path / "a.csv", table, header=header)
        assert "a.csv has the languages en, fr, de: choose two" in reason(path, work)
        for options in (
            {"source_language": "en", "target_language": "de"},
            {"source_column": "en", "target_column": "de"},
            {"source_column": "en", "target_language": "de"},
        ):
            splits = load(path, work, **options)
            assert content(splits) == EXPECTED and len(splits.test) == 10
        error = reason(path, work, source_column="english", target_column="de")
        assert "no column 'english' (source_column); its columns: id, en, fr" in error
        assert "cannot tell the source from the target" in reason(path, work, source_column="en")
        bare = write_csv(tmp_path / "b.csv", [row[:4] for row in table], header=None)
        error = reason(bare, work, source_column="english")
        assert "no column 'english' (source_column); its columns: column 1, column 2" in error
        assert "its columns: column 1, column 2, column 3, column 4" in reason(bare, work)
        options = {"source_column": "column 2", "target_column": "column 4"}
        assert content(load(bare, work, **options)) == EXPECTED

    @pytest.mark.parametrize("header", [("en", "de"), ("Original", "Übersetzt")])
    def test_a_wrong_name_of_a_column_is_held_against_the_header(
        self, tmp_path: Path, work: Path, header: tuple[str, str]
    ) -> None:
        path = write_csv(tmp_path / "a.tsv", PAIRS, header=header)
        error = reason(path, work, source_column="english")
        assert error.endswith(f"(source_column); its columns: {header[0]}, {header[1]}")
        assert f"did you mean {header[1]!r}?" in reason(path, work, target_column=f"{header[1]}s")
        # Numbers are for files without a header, whatever the first row looks like.
        splits = load(path, work, source_column="column 1")
        assert content(splits) == EXPECTED | {header[0]: header[1]}

    def test_faults_of_tables(self, tmp_path: Path, work: Path) -> None:
        lines = [json.dumps({"translation": {"en": s, "de": t}}) for s, t in pairs(100)]
        lines += ['{"translation": {"en": "no German"}}', '{"translation": "text"}', "{cut"]
        found = audit(write_lines(tmp_path / "a.jsonl", lines), work)
        assert [(row.origin, row.fault) for row in found["broken"].first] == [
            ("a.jsonl, row 101", "empty text"),
            ("a.jsonl, row 102", "empty text"),
            ("a.jsonl, row 103", "format"),
        ]
        assert found["broken"].first[0].reason == "the target is missing"

    def test_bad_utf8_in_a_nested_parquet_file(self, tmp_path: Path, work: Path) -> None:
        raw = [b"\xff", *(source.encode() for source, _ in PAIRS)]
        buffers = pyarrow.array(raw, pyarrow.binary()).buffers()
        english = pyarrow.StringArray.from_buffers(len(raw), buffers[1], buffers[2])
        german = pyarrow.array(["schlecht", *(target for _, target in PAIRS)])
        struct = pyarrow.StructArray.from_arrays([english, german], names=["en", "de"])
        parquet.write_table(pyarrow.table({"translation": struct}), tmp_path / "a.parquet")
        found = audit(tmp_path / "a.parquet", work)
        (broken,) = found["broken"].first
        assert (broken.origin, broken.fault) == ("a.parquet, row 1", "bad UTF-8")
        assert found.total == 40


class TestMemory:
    def test_lists_arrays_and_frames(self, work: Path) -> None:
        sources, targets = [s for s, _ in PAIRS], [t for _, t in PAIRS]
        for data in (
            PAIRS,
            [list(pair) for pair in PAIRS],
            (sources, targets),
            (np.array(sources), np.array(targets)),
            ([source.encode() for source in sources], targets),
            [{"src": source, "tgt": target} for source, target in PAIRS],
            pandas.DataFrame({"en": sources, "de": targets}),
            pyarrow.table({"en": sources, "de": targets}),
        ):
            assert is_pair_data(data)
            splits = load(data, work)
            assert content(splits) == EXPECTED
            index = sources.index(splits.test.sources[0])
            assert splits.test.origin(0) == f"example {index}"

    @pytest.mark.parametrize(
        ("data", "part"),
        [
            ((["a", "b"], ["x"]), "2 sources but 1 targets"),
            ((["a"], ["x"], ["y"]), "expected (sources, targets), got 3 values"),
            ([("a", "x"), ("b",)], "pair 1 is ('b',)"),
            (["loose", "texts"], "pair 0 is loose"),
            (5, "cannot read sentence pairs from a int"),
            ("builtin:poems", "there is no builtin:poems; known: phrases"),
            ("nowhere", "does not exist"),
        ],
    )
    def test_values_that_do_not_fit(self, work: Path, data: Any, part: str) -> None:
        assert part in reason(data, work)


def test_what_is_no_pair_data(tmp_path: Path) -> None:
    write_classes(tmp_path / "pictures" / "train", {"a": 3, "b": 3})
    reviews = write_csv(tmp_path / "reviews.csv", rows(40))
    target = write_csv(tmp_path / "target.csv", rows(40), header=("text", "target"))
    images = (np.zeros((4, 8, 8), np.uint8), [0, 1, 0, 1])
    labelled = [(text, label) for text, label in rows(40)]
    for data in (
        *(tmp_path / "pictures", reviews, target, images, labelled, "builtin:reviews"),
        *("builtin:digits", tmp_path / "none", 5, (tmp_path / "none", reviews)),
        ([text for text, _ in labelled], [label for _, label in labelled]),
    ):
        assert not is_pair_data(data)
    assert is_pair_data("builtin:phrases")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *(("en", "en"), ("EN-us", "en-us"), ("zh_Hans", "zh-hans"), ("eng", "en")),
        *(("German", "de"), ("sentence_de", "de"), ("text-en", "en"), ("is_long", None)),
        *(("id_number", None), ("text", None), ("label", None), ("en_de", "en-de")),
    ],
)
def test_names_of_languages(name: str, language: str | None) -> None:
    assert language_of(name) == language


def test_a_region_is_of_its_language_only() -> None:
    assert is_language("pt", "pt-BR") and is_language("pt-br", "PT_br")
    assert not is_language("pt-BR", "pt") and not is_language("pt-BR", "pt-PT")
    assert not is_language("de", "en")


class TestTatoebaAndAnki:
    """Tables whose further columns say where the sentences are from."""

    _CREDIT = "CC-BY 2.0 (France) Attribution: tatoeba.org #{} (CM) & #{} (Roujin)"
    # Sorted by length, as Anki's files are: most of the first texts are single words.
    _SHORT: ClassVar = [(f"Go{n}.", f"Geh{n}.") for n in range(40)]

    def _write(self, path: Path, table: list[tuple[str, ...]]) -> Path:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")
        return path

    @pytest.mark.parametrize("name", ["deu.txt", "deu.tsv", "deu.tab"])
    def test_a_third_column_of_attributions(self, tmp_path: Path, work: Path, name: str) -> None:
        rows = [(a, b, self._CREDIT.format(n, n + 9)) for n, (a, b) in enumerate(self._SHORT)]
        path = self._write(tmp_path / name, rows)
        assert is_pair_data(path) and is_pair_data(str(path))
        splits = load(path, work)
        assert content(splits) == dict(self._SHORT)
        assert splits.audit.guesses[0] == f"{name}: left out 'column 3' (attribution)"
        assert "no header; source in 'column 1', target in 'column 2'" in splits.audit.guesses[1]

    def test_the_folder_that_anki_gives(self, tmp_path: Path, work: Path) -> None:
        rows = [(a, b, self._CREDIT.format(n, n + 9)) for n, (a, b) in enumerate(self._SHORT)]
        self._write(tmp_path / "deu-eng" / "deu.txt", rows)
        (tmp_path / "deu-eng" / "_about.txt").write_text("About\nthese files\n")
        assert is_pair_data(tmp_path / "deu-eng")
        assert content(load(tmp_path / "deu-eng", work)) == dict(self._SHORT)

    def test_columns_of_numbers(self, tmp_path: Path, work: Path) -> None:
        rows = [(str(n), a, str(n + 7), b) for n, (a, b) in enumerate(self._SHORT)]
        path = self._write(tmp_path / "a.tsv", rows)
        assert is_pair_data(path)
        splits = load(path, work)
        assert content(splits) == dict(self._SHORT)
        assert "left out 'column 1' (numbers), 'column 3' (numbers)" in splits.audit.guesses[0]

    def test_two_columns_of_sentences(self, tmp_path: Path, work: Path) -> None:
        path = self._write(tmp_path / "a.txt", list(PAIRS))
        assert is_pair_data(path)
        splits = load(path, work)
        assert content(splits) == dict(PAIRS)
        assert len(splits.audit.guesses) == 1  # nothing is left out

    def test_what_is_named_is_not_guessed(self, tmp_path: Path, work: Path) -> None:
        rows = [(str(n), a, str(n + 7), b) for n, (a, b) in enumerate(self._SHORT)]
        path = self._write(tmp_path / "a.tsv", rows)
        named = {"source_column": "column 4", "target_column": "column 2"}
        splits = load(path, work, **named)
        assert content(splits) == {b: a for a, b in self._SHORT}
        assert splits.audit.guesses == ()

    def test_texts_with_labels_are_no_pairs(self, tmp_path: Path) -> None:
        for number, label in enumerate(("pos", "1", "a long label of some words")):
            rows = [(f"text number {n}", label) for n in range(40)]
            assert not is_pair_data(self._write(tmp_path / f"{number}.txt", rows))
            numbered = [(str(n), *row) for n, row in enumerate(rows)]
            assert not is_pair_data(self._write(tmp_path / f"{number}.tsv", numbered))

    def test_three_columns_of_texts_leave_a_choice(self, tmp_path: Path, work: Path) -> None:
        path = self._write(tmp_path / "a.txt", [(a, b, f"{b} too") for a, b in PAIRS])
        assert not is_pair_data(path)
        assert "cannot tell the source from the target in a.txt" in reason(path, work)

    def test_plain_lines_are_no_table(self, tmp_path: Path, work: Path) -> None:
        (tmp_path / "a.txt").write_text("only\nlines\n")
        assert "is one file of unknown kind" in reason(tmp_path / "a.txt", work)
        (tmp_path / "a.json").write_text("[]")
        assert "holds no rows of JSON" in reason(tmp_path / "a.json", work)
