from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import TextConfig
from kerasapps.data.sources.columns import Columns
from kerasapps.data.texts.columns import text_choice
from kerasapps.errors import DataError

LONG = [f"a rather long text number {n} of many" for n in range(40)]
FEW = [("a", "b", "c")[n % 3] for n in range(40)]
SPLITS = [("train", "test")[n % 2] for n in range(40)]
NUMBERS = [str(n) for n in range(40)]
ONE = ["same"] * 40
GAPS = ["", "", "x"] * 13 + [""]


def choose(names: str, *columns: list[Any], **options: Any) -> Columns:
    sample = [list(row) for row in zip(*columns, strict=True)]
    return text_choice(TextConfig(**options)).choose(names.split(), sample, "x")


def places(names: str, *columns: list[Any], **options: Any) -> tuple[int, ...]:
    return choose(names, *columns, **options).places


@pytest.mark.parametrize(
    ("names", "columns", "found"),
    [
        ("what which", (LONG, FEW), (0, 1)),
        ("which what", (FEW, LONG), (1, 0)),
        ("split what which", (SPLITS, LONG, FEW), (1, 2)),  # the split is no label
        ("subset what which", (SPLITS, LONG, FEW), (1, 2)),  # whatever it is called
        ("gaps what which", (GAPS, LONG, FEW), (1, 2)),
        ("one what which", (ONE, LONG, FEW), (1, 2)),  # all the same: no label …
        ("id one what", (NUMBERS, ONE, LONG), (2, 1)),  # … unless the rest says even less
        ("text what which", (FEW, LONG, ONE), (0, 2)),  # a usual name decides
        ("label what which", (NUMBERS, LONG, FEW), (1, 0)),
        ("review text label", (LONG, LONG, FEW), (1, 2)),  # the more usual one
        ("stars label text", (NUMBERS, FEW, LONG), (2, 1)),
        ("Text LABEL", (LONG, FEW), (0, 1)),
    ],
)
def test_columns_are_found(names: str, columns: Any, found: tuple[int, int]) -> None:
    assert places(names, *columns) == found


def test_named_columns_are_not_taken_twice() -> None:
    assert places("text other", LONG, FEW, label_column="text") == (1, 0)
    assert places("a label", LONG, LONG, text_column="label") == (1, 0)
    assert places("a b c", LONG, FEW, NUMBERS, text_column="b") == (1, 0)
    with pytest.raises(DataError, match="x: text_column and label_column are both 'a'"):
        places("a b", LONG, FEW, text_column="a", label_column="a")
    told = "cannot tell the text from the label in x: name them with text_column and label_column"
    with pytest.raises(DataError, match=f"{told}; its columns: text"):
        places("text", LONG)


def test_short_rows_do_not_count() -> None:
    sample: list[list[object]] = [
        ["a", LONG[0]],
        ["b", LONG[1]],
        ["c"],
        ["a"],
        ["b", LONG[3]],
    ]
    found = text_choice(TextConfig()).choose(["p", "q"], sample, "x")
    assert found.places == (1, 0)


@pytest.mark.parametrize(
    ("names", "options", "usual"),
    [
        ("text label", {}, True),
        ("text mood", {}, False),
        ("said label", {}, False),
        ("text mood", {"label_column": "mood"}, True),
        ("said mood", {"label_column": "mood"}, False),
        ("said mood", {"text_column": "said", "label_column": "mood"}, True),
    ],
)
def test_unusual_guesses_are_marked(names: str, options: Any, usual: bool) -> None:
    found = choose(names, LONG, FEW, **options)
    assert found.usual == usual and found.guessed == (len(options) < 2)


def test_names_that_the_user_gave_decide() -> None:
    rows = [[text, label] for text, label in zip(LONG, FEW, strict=True)]
    data, headed = rows[1:], [["said", "mood"], *rows]
    assert text_choice(TextConfig()).names(data) == (("column 1", "column 2"), False)
    assert text_choice(TextConfig()).names(headed) == (("said", "mood"), True)
    given = TextConfig(text_column="column 1")
    assert text_choice(given).names(headed) == (("column 1", "column 2"), False)
    given = TextConfig(label_column=rows[1][1])
    assert text_choice(given).names(data) == (tuple(rows[1]), True)
    blank = [["", "mood"], *rows]  # a running number, or a text that is missing
    assert text_choice(TextConfig(label_column="mood", text_column="column 1")).names(blank)[1]
    assert not text_choice(given).names([["", rows[0][1]], *rows])[1]
    named = [["column 1", "mood"], *rows]
    given = TextConfig(text_column="column 1")
    assert text_choice(given).names(named) == (("column 1", "mood"), True)


def test_names_of_pictures_are_no_texts() -> None:
    files = [f"folder/{n}.jpg" for n in range(40)]
    with pytest.raises(DataError, match="'what' of x holds names of picture files, not texts"):
        places("what which", files, FEW)
    assert places("what which", files, FEW, text_column="what") == (0, 1)
    assert places("what which", [*files[:10], *LONG[:30]], FEW) == (0, 1)


def test_rows_may_end_before_any_column() -> None:
    sample: list[list[object]] = [[LONG[n], FEW[n], NUMBERS[n]] for n in range(9)]
    sample[4:7] = [[LONG[4]], [], [LONG[6], FEW[6]]]
    found = text_choice(TextConfig()).choose(["p", "q", "r"], sample, "x")
    assert found.places == (0, 1)
