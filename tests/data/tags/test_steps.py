"""What an audit names, how splits are made, and what hostile data is told."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kerasapps.data.audit_text import audit_text
from kerasapps.data.tags.placement import SHORT
from kerasapps.data.tags.steps import MOST_TYPES
from kerasapps.errors import DataError
from tests.data.tag_samples import audit, conll, content, load, sentences, write

BASE = sentences(150)
WHERE = "train.conll, row"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Faults of every kind behind 150 good sentences, of 12 lines each."""
    long = [f"w{n}" for n in range(12)]
    out = ["O"] * 11
    planted = [
        (["In", "Rome"], ["O", "I-LOC"]),  # row 1801
        (["by", "Ana", "Rome"], ["O", "B-PER", "I-LOC"]),  # 1804
        (["on", ",", "day"], ["O", "B-LOC", "O"]),  # 1808
        (["at", "Acme"], ["O", "B-ORG"]),  # 1812
        (long, ["B-PER", *out]),  # 1815, again in the test split
        (["Twice", "there"], ["B-LOC", "O"]),  # 1828
        (["Twice", "there"], ["B-LOC", "O"]),  # 1831
        (["Told", "apart"], ["B-LOC", "O"]),  # 1834
        (["Told", "apart"], ["B-PER", "O"]),  # 1837
    ]
    train = conll([*BASE, *planted])
    wrong = "\nfew columns\nafter X O\n"  # 1840
    tail = "\nbad\xff X O\n".encode("latin-1")  # 1843
    write(tmp_path / "train.conll", train.encode() + wrong.encode() + tail)
    test = [*sentences(20, first=500), (long, ["B-PER", *out])]
    write(tmp_path / "test.conll", conll([*test, (["the", "Louvre"], ["O", "B-ART"])]))
    return tmp_path


def test_every_planted_fault_is_named(faulty: Path, work: Path) -> None:
    found = audit(faulty, work, encoding="utf-8")
    assert found.ok, found.errors
    assert [str(each) for each in found["breaks"].first] == [
        f"{WHERE} 1801: I-LOC after O: word 2, 'Rome'",
        f"{WHERE} 1804: I-LOC after B-PER: word 3, 'Rome'",
    ]
    (signs,) = found["letterless"].first
    assert (signs.origin, signs.text) == (f"{WHERE} 1808", "',' (LOC), word 2")
    assert [str(each) for each in found["unknown_tags"]] == ["ART (1 in test)"]
    assert [str(each) for each in found["rare"]] == ["ORG (1)"]
    (double,) = found["duplicates"].first
    assert (double.copy, double.kept) == (f"{WHERE} 1815", "test.conll, row 241")
    assert double.dropped
    (copy,) = found["copies"].first
    assert {copy.copy, copy.kept} == {f"{WHERE} 1828", f"{WHERE} 1831"} and not copy.dropped
    (conflict,) = found["conflicts"].first
    assert {*conflict.origins} == {f"{WHERE} 1834", f"{WHERE} 1837"}
    columns, encoding = found["broken"].first
    assert str(columns) == f"{WHERE} 1840: line 1840 has 2 columns, but the file has 3"
    assert (encoding.origin, encoding.fault) == (f"{WHERE} 1843", "bad UTF-8")
    assert found["faults"] == {"columns": 1, "bad UTF-8": 1}
    assert 0 < found["letterless_share"] < 0.3
    assert found["entities"]["train"]["ORG"] == 1 and found["entities"]["test"]["ART"] == 1
    # Whoever reads it in the terminal, and JSON, sees all of it.
    told = audit_text(found)
    for part in (
        "I-LOC after O",
        "ART (1 in test)",
        "ORG (1)",
        "',' (LOC)",
        "tags are read as IOB2",
    ):
        assert part in told
    assert json.loads(json.dumps(found.to_dict()))["unknown_tags"][0]["label"] == "ART"


def test_labels_are_those_of_training(faulty: Path, work: Path) -> None:
    splits = load(faulty, work)
    names = ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-PER", "I-PER")
    assert splits.labels == names
    assert "B-ART" in {tag for tags in splits.test.tags for tag in tags}
    some = splits.train.of([3, 1])  # type: ignore[arg-type]
    assert [*some.sentences] == [splits.train.sentences[3], splits.train.sentences[1]]
    assert some.origin(1) == splits.train.origin(1) and len(some) == 2


def test_spans_that_do_not_fit_are_named(work: Path) -> None:
    good = [(f"Ana lives at number {n} .", {"entities": [(0, 3, "PER")]}) for n in range(60)]
    texts = [
        *good,
        ("In Rome today", {"entities": [(3, 99, "LOC")]}),
        ("In Rome today", {"entities": [(3, 7, "LOC"), (5, 9, "ORG")]}),
        ("In Rome today", {"entities": [(2, 3, "LOC")]}),
        ("In Rome today", {"entities": [("3", 7, "LOC")]}),
        ("Parisians left", {"entities": [(0, 5, "LOC")]}),
        ("Parisians left", {"entities": [(0, 5, "LOC"), (5, 9, "PER")]}),
        ("  Rome \u00a0 today", {"entities": [(1, 8, "LOC")]}),
    ]
    found = audit(texts, work, max_broken=0.2)
    assert found.ok, found.errors
    reasons = {row.origin: row.reason for row in found["broken"].first}
    assert reasons == {
        "example 60": "entity 1 (3 to 99, LOC) lies outside of the text, which has 13 characters",
        "example 61": "the entities 'Rome' (3 to 7, LOC) and 'me t' (5 to 9, ORG) overlap: a word "
        "can have one tag only, so leave one of them out",
        "example 62": "the entity '' (2 to 3, LOC) holds no word",
        "example 63": "entity 1 is ('3', 7, 'LOC'): expected [start, end, label], such as "
        '[0, 5, "PER"]',
        "example 65": "two entities share the word 'Parisians', the second is 'ians' (5 to 9, "
        "PER): a word can have one tag only",
    }
    assert [str(each) for each in found["cut"].first] == ["example 64: 'Paris' (0 to 5, LOC)"]
    splits = load(texts, work, max_broken=0.2)
    assert content(splits)[("Parisians", "left")] == ("B-LOC", "O")
    assert content(splits)[("Rome", "today")] == ("B-LOC", "O")


def test_short_sentences_recur_in_splits(tmp_path: Path, work: Path) -> None:
    short = (["Rome", ",", "May", "2"], ["B-LOC", "O", "O", "O"])
    write(tmp_path / "train.conll", conll([*sentences(30), short]))
    write(tmp_path / "test.conll", conll([*sentences(5, first=50), short]))
    splits = load(tmp_path, work)
    assert tuple(short[0]) in {*splits.train.sentences} | {*splits.validation.sentences}
    assert tuple(short[0]) in {*splits.test.sentences}
    assert splits.audit["duplicates"].total == 0 and splits.audit["recurring"] == 2


def test_splits_depend_on_words_and_seed_alone(work: Path, tmp_path: Path) -> None:
    one = load(BASE, work)
    again = load(write(tmp_path / "x.conll", conll(BASE[::-1])), work)
    assert one.fingerprint == again.fingerprint
    assert {*one.test.sentences} == {*again.test.sentences}
    assert {*one.test.sentences} != {*load(BASE, work, seed=1).test.sentences}
    assert (len(one.train), len(one.validation), len(one.test)) == (105, 15, 30)


def test_documents_stay_whole(tmp_path: Path, work: Path) -> None:
    parts = [sentences(5, first=first) for first in range(0, 150, 5)]
    shared = sentences(1, first=900)
    text = "".join(f"-DOCSTART- X O\n\n{conll([*part, *shared])}\n" for part in parts)
    splits = load(write(tmp_path / "x.conll", text), work)
    documents = [{*part.documents} for part in (splits.train, splits.validation, splits.test)]
    assert [len(each) for each in documents] == [21, 3, 6]
    assert not any(one & other for one, other in itertools.combinations(documents, 2))
    # What two documents share is judged, or trained on, never both.
    held = [tuple(shared[0][0]) in {*part.sentences} for part in (splits.train, splits.test)]
    assert held == [False, True] and splits.audit["duplicates"].total == 24
    assert any("take whole documents" in note for note in splits.audit.notes)
    turned = "".join(f"-DOCSTART- X O\n\n{conll([*part, *shared])}\n" for part in parts[::-1])
    again = load(write(tmp_path / "y.conll", turned), work)
    assert again.fingerprint == splits.fingerprint


def test_files_of_one_name_in_different_folders_share_no_document(
    tmp_path: Path, work: Path
) -> None:
    for place, split in enumerate(("train", "valid", "test")):
        text = f"-DOCSTART- X O\n\n{conll(sentences(5, first=5 * place))}"
        write(tmp_path / split / "data.conll", text)
    splits = load(tmp_path, work)
    assert splits.audit["documents"] == 3
    assert not {*splits.train.documents} & {*splits.test.documents}


def test_the_scheme_is_guessed_or_named(work: Path) -> None:
    data = [(words, [tag[2:] or "O" for tag in tags]) for words, tags in sentences(20)]
    found = load(data, work)
    assert content(found) == {tuple(words): tuple(tags) for words, tags in sentences(20)}
    assert "tags are read as plain tags (--scheme)" in found.audit.guesses
    named = load(data, work, scheme="iob1")
    assert named.audit["breaks"].total == 0 and named.labels == found.labels


def test_a_sentence_of_a_hundred_thousand_words(tmp_path: Path, work: Path) -> None:
    endless = "".join(f"w{n} X O\n" for n in range(100_000))
    file = write(tmp_path / "train.conll", f"{conll(sentences(20))}\n{endless}")
    found = load(file, work).audit
    assert found["overlong"] == 1 and found["longest"][0].words == 100_000
    few = "".join(f"w{n} X B-A\n" for n in range(2000))
    one = audit(write(tmp_path / "one.conll", few), work)
    assert any("no blank line between sentences" in warning for warning in one.warnings)


def test_tags_of_a_thousand_kinds_are_refused(work: Path) -> None:
    data = [([f"w{n}", "a"], [f"B-{n}", "O"]) for n in range(1000)]
    with pytest.raises(DataError, match=f"1,000 types .* more than {MOST_TYPES}"):
        load(data, work)


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("2 words, but 1 tag(?!s)", [(["a", "b"], ["O"])]),
        (r"as many tags as words: .* \(--token-column, --tag-column\)", [(["a", "b"], ["O"])]),
        ("word 1 is a dict", [([{}], ["O"])]),
        ("the tags are missing", [(["a"], None)]),
        ("the tags are a int, not a list", [(["a"], 3)]),
        ("there are no words", [([], [])]),
        ("all words are only white space", [([" ", ""], ["O", "O"])]),
        ("word 2 has no tag", [(["a", "b"], ["O", None])]),
        ("tag of word 1: the label is missing", [(["a"], [" "])]),
        ("tag of word 1", [(["a"], ["B-\x1b[31mred"])]),
        ("the tag of word 1 is a float", [(["a"], [0.5])]),
        ("half of a pair", [(["\ud800"], ["O"])]),
        ("no word has a tag other than O", [([f"a{n}", "b"], ["O", "O"]) for n in range(9)]),
        (r"too few to be in every split .* \(at least 3\)", [(["a", "b"], ["B-A", "O"])]),
    ],
)
def test_broken_sentences_are_told(words: str, data: object, work: Path) -> None:
    with pytest.raises(DataError, match=words):
        load(data, work)


def test_blank_words_and_numbers_are_taken(work: Path) -> None:
    data = [([f"a{n}", " ", 1996, "b c"], ["B-A", "O", "O", "O"]) for n in range(9)]
    splits = load(data, work)
    assert tuple(("a3", "1996", "b c")) in content(splits)
    assert any("white space alone are left out: 9" in note for note in splits.audit.notes)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to(path)])
def test_files_that_are_none_are_refused(
    make: Callable[[Path], None], tmp_path: Path, work: Path
) -> None:
    make(tmp_path / "x.conll")
    with pytest.raises(DataError, match=r"x\.conll"):
        load(tmp_path / "x.conll", work)


def test_what_short_sentences_may_is_not_for_longer_ones(tmp_path: Path, work: Path) -> None:
    def of(count: int) -> tuple[list[str], list[str]]:
        return [f"w{n}" for n in range(count)], ["B-PER", *["O"] * (count - 1)]

    short, longer = both = of(SHORT - 1), of(SHORT)
    write(tmp_path / "train.conll", conll([*BASE, *both]))
    write(tmp_path / "test.conll", conll([*sentences(20, first=500), *both]))
    splits = load(tmp_path, work)
    train, test = ([[*words] for words in each.sentences] for each in (splits.train, splits.test))
    assert short[0] in test and longer[0] in test
    assert short[0] in [*train, *map(list, splits.validation.sentences)]
    assert longer[0] not in [*train, *map(list, splits.validation.sentences)]
