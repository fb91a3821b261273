"""Every form of data gives the same sentences; what cannot be read is said."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.data.tags.kinds import is_tag_data
from kerasapps.data.tags.schemes import entities_of
from kerasapps.errors import ConfigError, DataError, DependencyError
from tests.data.tag_samples import (
    Sentence,
    as_content,
    audit,
    conll,
    content,
    load,
    sentences,
    write,
)

GIVEN = sentences(12)
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def lines(rows: list[Any]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def spans(given: list[Sentence]) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Texts with entities in characters, the words apart by one blank."""
    rows = []
    for words, tags in given:
        starts = [sum(map(len, words[:place])) + place for place in range(len(words))]
        entities = [
            (starts[each.start], starts[each.end - 1] + len(words[each.end - 1]), each.label)
            for each in entities_of(tags)
        ]
        rows.append((" ".join(words), entities))
    return rows


def tokens_file(folder: Path, kind: str) -> Path:
    numbered = [[NAMES.index(tag) for tag in tags] for _, tags in GIVEN]
    spacy_tokens = [
        {"paragraphs": [{"sentences": [{"tokens": [
            {"orth": word, "ner": tag} for word, tag in zip(words, tags, strict=True)
        ]}]}]}
        for words, tags in GIVEN
    ]  # fmt: skip
    texts = {
        "a.conll": conll(GIVEN),
        "tabs.txt": conll(GIVEN).replace(" ", "\t"),
        "macs.conll": conll(GIVEN).replace("\n", "\r"),
        "docs.conll": f"-DOCSTART- X O\n\n{conll(GIVEN)}",
        "comments.conll": "".join(f"# id = {n}\n{conll([each])}\n" for n, each in enumerate(GIVEN)),
        "a.jsonl": lines([{"tokens": words, "tags": tags} for words, tags in GIVEN]),
        "words.jsonl": lines([{"words": " ".join(w), "labels": " ".join(t)} for w, t in GIVEN]),
        "spans.jsonl": lines([{"text": text, "entities": each} for text, each in spans(GIVEN)]),
        "keys.jsonl": lines(
            [
                {"text": text, "label": [dict(start=s, end=e, label=k) for s, e, k in each]}
                for text, each in spans(GIVEN)
            ]
        ),
        "pairs.json": json.dumps([(text, {"entities": each}) for text, each in spans(GIVEN)]),
        "pairs.jsonl": lines([(text, {"entities": each}) for text, each in spans(GIVEN)]),
        "annotator.json": json.dumps(
            {
                "classes": ["PER"],
                "annotations": [(text, {"entities": each}) for text, each in spans(GIVEN)],
            }
        ),
        "spacy.json": json.dumps(spacy_tokens),
        "lists.csv": "tokens,tags\n"
        + "".join(f'"{words!r}","{tags!r}"\n' for words, tags in GIVEN),
    }
    if kind == "packed.conll.gz":
        return write(folder / kind, gzip.compress(conll(GIVEN).encode()))
    assert len(numbered) == len(GIVEN)
    return write(folder / kind, texts[kind])


KINDS = (
    *("a.conll", "tabs.txt", "macs.conll", "docs.conll", "comments.conll", "packed.conll.gz"),
    *("a.jsonl", "words.jsonl", "spans.jsonl", "keys.jsonl", "pairs.json", "pairs.jsonl"),
    *("annotator.json", "spacy.json", "lists.csv"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_gives_the_same(kind: str, tmp_path: Path, work: Path) -> None:
    file = tokens_file(tmp_path, kind)
    splits = load(file, work)
    assert content(splits) == as_content(GIVEN)
    assert splits.labels == ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
    # A string of words beside a string of tags may be anything else.
    assert is_tag_data(file) == (kind != "words.jsonl")


def test_data_in_memory_gives_the_same(work: Path) -> None:
    words, tags = zip(*GIVEN, strict=True)
    texts = [(text, {"entities": each}) for text, each in spans(GIVEN)]
    mappings = [{"tokens": np.array(w), "ner_tags": t} for w, t in GIVEN]
    for data in (GIVEN, (words, tags), texts, mappings, {"tokens": words, "tags": tags}):
        assert content(load(data, work)) == as_content(GIVEN)
        assert is_tag_data(data)
    assert content(load(iter(GIVEN), work)) == as_content(GIVEN)
    parts = {"train": GIVEN[:8], "dev": GIVEN[8:10], "test": (words[10:], tags[10:])}
    splits = load(parts, work)
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (8, 2, 2)
    assert is_tag_data(parts)


@pytest.mark.parametrize(
    "data",
    [
        [("a fine film", "pos"), ("a bad film", "neg")],
        [("a dog", "ein Hund"), ("a cat", "eine Katze")],
        [{"text": "a fine film", "label": "pos"}],
        (["a", "b"], [0, 1]),
        [],
        3,
        "nowhere.conll",
        "builtin:reviews",
    ],
)
def test_other_data_holds_no_tags(data: Any) -> None:
    assert not is_tag_data(data)


def test_numbers_of_tags_need_their_names(tmp_path: Path, work: Path) -> None:
    rows = [{"tokens": w, "ner_tags": [NAMES.index(tag) for tag in t]} for w, t in GIVEN]
    with pytest.raises(DataError, match=r"tag of word 1 is the number 0.*--tag-names"):
        load(rows, work)
    assert content(load(rows, work, tag_names=NAMES)) == as_content(GIVEN)
    with pytest.raises(DataError, match="the number 3, but there are 3 names"):
        load(rows, work, tag_names=NAMES[:3])
    file = tmp_path / "hub.parquet"
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    features = {"ner_tags": {"feature": {"names": NAMES, "_type": "ClassLabel"}}}
    note = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pyarrow.Table.from_pylist(rows).replace_schema_metadata(note)
    parquet.write_table(table, file)
    for data in (file, table):
        assert content(load(data, work)) == as_content(GIVEN) and is_tag_data(data)


@pytest.mark.parametrize(
    "names",
    [
        ("train.conll", "val.conll", "test.conll"),
        ("x.train", "x.testa", "x.testb"),
        ("train/a.jsonl", "dev/a.jsonl", "test/a.jsonl"),
    ],
)
def test_folders_have_splits(names: tuple[str, ...], tmp_path: Path, work: Path) -> None:
    parts = (sentences(9), sentences(2, first=20), sentences(3, first=30))
    for name, part in zip(names, parts, strict=True):
        rows = lines([{"tokens": words, "tags": tags} for words, tags in part])
        write(tmp_path / "data" / name, rows if name.endswith("jsonl") else conll(part))
    splits = load(tmp_path / "data", work)
    assert [len(each) for each in (splits.train, splits.validation, splits.test)] == [9, 2, 3]
    assert is_tag_data(tmp_path / "data")
    where = Path(names[0]).name
    assert splits.train.origin(0).startswith(f"{where}, row ")


def test_columns_are_chosen_by_option(tmp_path: Path, work: Path) -> None:
    text = "".join(
        f"{place}\t{word}\t{tag}\tO\n" + ("\n" if word == "." else "")
        for words, tags in GIVEN
        for place, (word, tag) in enumerate(zip(words, tags, strict=True), 1)
    )
    file = write(tmp_path / "germ.tsv", text)
    assert content(load(file, work, tag_column="3")) == as_content(GIVEN)
    with pytest.raises(DataError, match="no word has a tag other than O"):
        load(file, work)
    with pytest.raises(DataError, match=r"no column 'ner' \(tag_column\).*number from 1 to 4"):
        load(file, work, tag_column="ner")
    with pytest.raises(DataError, match="both in column 4 of 4"):
        load(file, work, token_column="4")
    with pytest.raises(ConfigError):
        load(file, work, tag_column=3)
    rows = [{"a": words, "b": tags, "tags": ["O"] * len(words)} for words, tags in GIVEN]
    assert content(load(rows, work, token_column="a", tag_column="b")) == as_content(GIVEN)


def test_encodings_are_found_or_named(tmp_path: Path, work: Path) -> None:
    given = [
        ([f"Señor{n}", "Ibáñez", "vivió", "aquí"], ["O", "B-PER", "O", "O"]) for n in range(30)
    ]
    for name, encoding in (("a.conll", "cp1252"), ("b.conll", "utf-16"), ("c.conll", "utf-8-sig")):
        file = write(tmp_path / name, conll(given).encode(encoding))
        assert content(load(file, work)) == as_content(given)
    named = write(tmp_path / "d.conll", conll(given).encode("cp850"))
    assert content(load(named, work, encoding="cp850")) == as_content(given)


def test_documents_are_numbered_through(tmp_path: Path, work: Path) -> None:
    parts = [conll(sentences(3, first=first)) for first in (0, 3)]
    text = "".join(f"-DOCSTART- -X- O\n\n{part}\n" for part in parts)
    write(tmp_path / "train.conll", text)
    write(tmp_path / "test.conll", f"-DOCSTART- -X- O\n\n{conll(sentences(2, first=9))}")
    splits = load(tmp_path, work, validation_split=0.2)
    assert sorted({*splits.train.documents, *splits.validation.documents}) == [0, 1]
    assert {*splits.test.documents} == {2} and splits.audit["documents"] == 3


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.conll", "", "is empty"),
        ("a.conll", "\n\n", "is empty"),
        ("a.conll", "word\nword\n", "has one column"),
        ("a.conll", "-DOCSTART- O\n", "is empty"),
        ("a.jsonl", "", "is empty|holds no rows"),
        ("a.json", "[]", "unknown kind|no rows"),
        ("a.txt", "just a text\n", "unknown kind"),
    ],
)
def test_empty_and_foreign_files_are_refused(
    name: str, text: str, words: str, tmp_path: Path, work: Path
) -> None:
    file = write(tmp_path / name, text)
    with pytest.raises(DataError, match=words):
        load(file, work)


def test_folders_that_leave_a_choice_are_refused(tmp_path: Path, work: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no sentences with tags"):
        load(tmp_path / "empty", work)
    for name in ("a.conll", "b.conll"):
        write(tmp_path / "two" / name, conll(GIVEN))
    with pytest.raises(DataError, match=r"a\.conll, b\.conll: name the files"):
        load(tmp_path / "two", work)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([(["a"], ["O"], 3)], "example 0"),
        (([["a"]], [["O"], ["O"]]), "1 sentences but tags for 2"),
        (3, "cannot read tagged words from a int"),
        ([{"tokens": ["a"], "x": ["O"]}], "name them with token_column and tag_column"),
    ],
)
def test_what_is_no_such_data_is_refused(data: Any, words: str, work: Path) -> None:
    with pytest.raises(DataError, match=words):
        audited = load(data, work)
        assert audited


def test_columns_of_data_in_memory_are_refused(work: Path) -> None:
    with pytest.raises(DataError, match="are for tables"):
        load(GIVEN, work, token_column="a")
    assert not audit([], work).ok


def test_binary_documents_need_spacy_and_are_read_with_it(tmp_path: Path, work: Path) -> None:
    file = write(tmp_path / "train.spacy", b"no such file")
    assert is_tag_data(file)
    if importlib.util.find_spec("spacy") is None:
        with pytest.raises(DependencyError, match=r"train\.spacy needs spaCy: pip install spacy"):
            load(file, work)
        return
    with pytest.raises(DataError, match=r"train\.spacy is no file of spaCy's documents"):
        load(file, work)
    spacy, tokens = map(importlib.import_module, ("spacy", "spacy.tokens"))
    vocab = spacy.blank("en").vocab
    packed = tokens.DocBin(docs=[tokens.Doc(vocab, words, ents=tags) for words, tags in GIVEN])
    packed.to_disk(file)
    assert content(load(file, work)) == as_content(GIVEN)
