from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kerasapps.data.sources.headers import has_header, name_columns, names_columns
from tests.data.pair_samples import audit as audit_pair_data
from tests.data.pair_samples import load as load_pair_data
from tests.data.pair_samples import pairs
from tests.data.text_samples import audit, content, load, reason, rows, sentence, write_csv

_SPOKEN = "the film was very good and we liked it so much that all of us went again on"
WORDS = tuple(_SPOKEN.split(" "))


def reviews(count: int, *, seed: int = 0) -> list[str]:
    """Texts of one to fourteen words, without an end mark."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(1, 14))) for _ in range(count)]


def is_header(first: list[str], columns: list[list[str]]) -> bool:
    rest = [list(row) for row in zip(*columns, strict=True)]
    return names_columns([first, *rest], usual=lambda name: name == "text")


def classes(count: int, *names: str) -> list[str]:
    return [names[n % len(names)] for n in range(count)]


TEXTS = reviews(300)
NUMBERS = [str(n) for n in range(300)]
MOODS = classes(300, "joy", "anger", "fear", "love")
EMPTY = [""] * 300
SENTENCES = [f"{text.capitalize()}." for text in TEXTS]
DATES = [f"2024-01-{1 + n % 28:02d} 10:{n % 60:02d}" for n in range(300)]
WRITERS = [f"user_{n * 7}" for n in range(300)]


@pytest.mark.parametrize(
    ("first", "columns"),
    [
        (["", "reviewtext", "emotion"], [NUMBERS, TEXTS, MOODS]),
        (["Unnamed: 0", "reviewtext", "emotion"], [NUMBERS, TEXTS, MOODS]),
        (["v1", "v2", "", "", ""], [MOODS, TEXTS, EMPTY, EMPTY, EMPTY]),
        (["#", "what was said?", "mood (1-4)"], [NUMBERS, SENTENCES, MOODS]),
        (["is spam?", "body/content"], [classes(300, "0", "1"), TEXTS]),
        (["%", "score"], [TEXTS, classes(300, "1.5", "2.5", "-3")]),
        (["stamp", "who", "said", "mood"], [DATES, WRITERS, TEXTS, MOODS]),
        (["0", "1"], [TEXTS, MOODS]),  # what pandas writes without names
        (["原文", "心情"], [["我很喜欢这部电影"] * 2 + ["今天的天气非常好"] * 298, MOODS]),
        (["Satz", "Übersetzung"], [SENTENCES, SENTENCES[::-1]]),  # two texts
        (["one", "other"], [[f"{t} and so on" for t in TEXTS], TEXTS]),
        (["mood", "saying"], [classes(12, "a", "b"), SENTENCES[:12]]),  # few rows
        (["text", "joy"], [TEXTS, MOODS]),  # a usual name decides
        (["id", "text"], [NUMBERS[:1], TEXTS[:1]]),
    ],
)
def test_names_are_told(first: list[str], columns: list[list[str]]) -> None:
    assert is_header(first, columns)


@pytest.mark.parametrize(
    ("first", "columns"),
    [
        ([TEXTS[0], "joy"], [TEXTS, MOODS]),
        (["so good", "joy"], [TEXTS, MOODS]),
        (["so good", "rare"], [TEXTS[:5], MOODS[:5]]),  # too few rows to tell
        (["300", "so good", "joy"], [NUMBERS, TEXTS, MOODS]),
        (["", "so good", "joy"], [TEXTS, TEXTS, MOODS]),  # a missing text
        (["", "so good"], [["", *NUMBERS[1:]], TEXTS]),  # numbers with gaps
        (["3.5", "so good"], [classes(300, "1.5", "2"), TEXTS]),
        (["Go.", "Geh."], [SENTENCES, SENTENCES[::-1]]),
        (["go", "geh"], [sorted(TEXTS, key=len), TEXTS]),  # sorted by length
        (["a sentence of more than four words", "new"], [TEXTS[:30], MOODS[:30]]),
        (["so good!", "new"], [TEXTS[:30], MOODS[:30]]),
        (["text", "joy"], [["text", *TEXTS[1:]], MOODS]),  # a usual name that is a value
        (["label 7", "so good"], [[f"label {n}" for n in range(300)], TEXTS]),
        (["two\nlines", "new"], [TEXTS[:30], MOODS[:30]]),
        (["a" * 61, "new"], [TEXTS[:30], MOODS[:30]]),
        (["no", "rows"], [[], []]),
        (["x", "y"], [EMPTY, EMPTY]),
    ],
)
def test_data_is_told(first: list[str], columns: list[list[str]]) -> None:
    assert not is_header(first, columns)


def test_rows_of_another_width_do_not_count() -> None:
    rest = [[text, mood] for text, mood in zip(TEXTS, MOODS, strict=True)]
    names = ["saying", "mood"]
    assert names_columns([names, *rest, ["mood"], ["saying", "mood", "x"]], usual=lambda _: False)


def test_columns_without_a_name_are_named_by_their_place() -> None:
    assert name_columns(["v1", " ", "", " b "]) == ("v1", "column 2", "column 3", "b")


@pytest.mark.parametrize(
    ("header", "row", "guess"),
    [
        (
            ["", "reviewtext", "emotion"],
            lambda n, text, label: [str(n), text, label],
            "text in 'reviewtext', label in 'emotion'",
        ),
        (
            ["Unnamed: 0", "what (en)", "how?"],
            lambda n, text, label: [str(n), text, label],
            "text in 'what (en)', label in 'how?'",
        ),
        (
            ["v1", "v2", "", "", ""],
            lambda n, text, label: [label, text, "", "", ""],
            "text in 'v2', label in 'v1'",
        ),
    ],
)
def test_tables_with_odd_headers(
    tmp_path: Path, work: Path, header: list[str], row: Any, guess: str
) -> None:
    table = rows(200)
    path = write_csv(
        tmp_path / "a.csv", [row(n, *each) for n, each in enumerate(table)], header=header
    )
    splits = load(path, work)
    assert content(splits) == {text: label for text, label in table}
    assert splits.audit.guesses == (
        f"a.csv: the first row has the names of columns; {guess}; name them with --text-column and "
        "--label-column if that is wrong",
    )
    named = {"text_column": guess.split("'")[1], "label_column": guess.split("'")[3]}
    assert audit(path, work, **named).guesses == ()
    assert load(path, work, **named).fingerprint == splits.fingerprint


def test_a_mostly_empty_column_is_no_label(tmp_path: Path, work: Path) -> None:
    table = [[sentence(n), "", ("a", "b", "c")[n % 3]] for n in range(60)]
    path = write_csv(tmp_path / "a.csv", table, header=("what", "", "which"))
    assert content(load(path, work)) == {text: label for text, _, label in table}
    for row in table[:25]:
        row[1] = "x"
    write_csv(path, table, header=("what", "note", "which"))
    assert content(load(path, work)) == {text: label for text, _, label in table}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_declared_separator(tmp_path: Path, work: Path, separator: str, mark: str) -> None:
    table = [[f"{text}; and, so", label] for text, label in rows(40)]
    lines = [separator.join([f'"{text}"', label]) for text, label in table]
    lines[1:1] = [""]
    path = tmp_path / "a.csv"
    for first in (f"sep={separator}", f'"SEP={separator}"'):
        path.write_text(
            "\n".join([mark + first, separator.join(["text", "label"]), *lines]), encoding="utf-8"
        )
        splits = load(path, work)
        assert content(splits) == {text: label for text, label in table}
        assert f"a.csv names its separator in the first line ({first!r})" in splits.audit.notes[0]
        number = [text for text, _ in table].index(splits.test.texts[0])
        assert splits.test.origin(0) == f"a.csv, row {number + 3 + (number > 0)}"
    path.write_text("sep=;\n")
    assert "a.csv is empty" in reason(path, work)


def test_pairs_below_names_of_no_language(tmp_path: Path, work: Path) -> None:
    path = write_csv(tmp_path / "a.tsv", pairs(40), header=("Satz", "Übersetzt"))
    assert content_of(load_pair_data(path, work)) == dict(pairs(40))
    assert audit_pair_data(path, work).guesses == (
        "a.tsv: the first row has the names of columns; source in 'Satz', target in 'Übersetzt'; "
        "name them with --source-column and --target-column if that is wrong",
    )
    write_csv(path, pairs(40), header=None)
    assert content_of(load_pair_data(path, work)) == dict(pairs(40))
    (guess,) = audit_pair_data(path, work).guesses
    assert guess.startswith("a.tsv: no header; source in 'column 1', target in 'column 2'; name")


def content_of(splits: Any) -> dict[str, str]:
    parts = (splits.train, splits.validation, splits.test)
    return {s: t for part in parts for s, t in zip(part.sources, part.targets, strict=True)}


class TestVotes:
    """What each column counts, where columns speak against each other."""

    few = SENTENCES[:30], MOODS[:30]
    plain = [text for text in TEXTS if len(text.split()) > 2][:30]

    @pytest.mark.parametrize(
        ("first", "columns", "named"),
        [
            (["new"], [classes(10, "a", "b")], True),  # the chance of a new class is below 0.1
            (["new"], [classes(9, "a", "b")], False),  # 0.1
            # below 0.01 it outweighs texts, at 0.01 it does not
            (["new", "so good", "so there"], [MOODS[:100], TEXTS[:100], TEXTS[100:200]], True),
            (["new", "so good", "so there"], [MOODS[:99], TEXTS[:99], TEXTS[100:199]], False),
            (["new", "7"], [MOODS, NUMBERS], False),  # as much for as against
            (["new", "no"], [MOODS, NUMBERS], True),
            (["joy", "no", "kind"], [MOODS[:30], NUMBERS[:30], classes(30, "a", "b")], True),
            (["joy", "no", "so good"], [MOODS[:30], NUMBERS[:30], TEXTS[:30]], False),
            (["n1"], [[*NUMBERS[:19], "unknown"]], True),  # 95 % are numbers
            (["n1"], [[*NUMBERS[:18], "unknown", "none"]], False),
            (["Hi.", "new"], [*few], False),  # a sentence among sentences
            (["Hi", "new"], [*few], True),
            (["Hi.", "new"], [TEXTS[:30], MOODS[:30]], True),  # none among other texts
            (["Hi.", "new"], [[*SENTENCES[:15], *TEXTS[:15]], MOODS[:30]], False),
            (["go", "7", "no"], [plain, NUMBERS[:30], plain], False),  # texts count one each
            (["go"], [[*plain[:27], "a", "b", "c"]], False),  # one in ten is as short
            (["go"], [[*plain[:29], "a"]], True),
            (["go"], [["a", *plain[:29]]], False),  # the next one is as short
            (["go"], [plain[:5]], False),  # too few
            (["go"], [plain[:6]], True),
            (["of four words here"], [[f"{text} and so on" for text in plain]], True),
            (["of just five words here"], [[f"{text} and so on so" for text in plain]], False),
            (["x" * 60, "no"], [plain, NUMBERS[:30]], True),
            (["x" * 61, "no"], [plain, NUMBERS[:30]], False),
        ],
    )
    def test_votes(self, first: list[str], columns: list[list[str]], named: bool) -> None:
        assert is_header(first, columns) == named


def test_numbered_columns_are_no_header() -> None:
    assert not has_header(["column 1", "column 2"])
    assert has_header(["column 1", "column 3"]) and has_header(["column A", "column B"])
