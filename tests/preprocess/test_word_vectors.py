from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.preprocess import word_vectors
from kerasapps.preprocess.word_vectors import load_word_vectors
from tests.odd_files import make_irregular

VOCABULARY = {"<PAD>": 0, "<START>": 1, "great": 2, "Great": 2, "bad": 3, "é": 4}
GLOVE = "Great 9 9 9\nthe 1 2 3\ngreat 1 -2 0.5\n. . . 7 7 7\né 4e0 5 6 \n"


def load(tmp_path: Path, content: str, *, size: int = 6) -> tuple[np.ndarray, float]:
    (tmp_path / "v.txt").write_text(content, encoding="utf-8")
    return load_word_vectors(tmp_path / "v.txt", VOCABULARY, size=size)


@pytest.mark.parametrize("header", ["", "5 3\n"])
def test_glove_and_word2vec(header: str, tmp_path: Path) -> None:
    table, share = load(tmp_path, header + GLOVE)
    assert table.dtype == np.float32 and table.shape == (6, 3) and share == 2 / 5
    # The form listed first in the vocabulary, not in the file, gives the vector.
    assert table[2].tolist() == [1, -2, 0.5] and table[4].tolist() == [4, 5, 6]
    assert not table[0].any() and table[1].any() and table[3].any() and table[5].any()
    np.testing.assert_array_equal(table, load(tmp_path, header + GLOVE)[0])
    first_last = "".join(reversed(GLOVE.splitlines(keepends=True)))
    assert load(tmp_path, header + first_last)[0][2].tolist() == [1, -2, 0.5]


def test_an_unlisted_form_gives_way_only_where_the_first_is_missing(tmp_path: Path) -> None:
    table, _ = load(tmp_path, "Great 9 9 9\n")
    assert table[2].tolist() == [9, 9, 9]


def test_missing_rows_are_like_those_found(tmp_path: Path) -> None:
    draw = np.random.default_rng(0).normal(3, 0.5, 200)
    table, _ = load(tmp_path, "great " + " ".join(map(str, draw)) + "\n", size=500)
    assert abs(table[5:].mean() - 3) < 0.1 and abs(table[5:].std() - 0.5) < 0.1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("the 1 2 3\ngreat 1 2\n", "row 2: 2 numbers, expected 3"),
        ("2 3\nthe 1 2 3\nbad 1 2\n", "row 3"),
        ("great 1 two 3\n", "row 1: could not convert"),
        ("great 1 nan 3\n", "row 1: a number is not finite"),
        ("great\n", "row 1"),
        ("the 1 2\n", "holds none"),
        ("", "holds none"),
    ],
)
def test_errors_name_the_row(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        load(tmp_path, content)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"v\.txt"):
        load_word_vectors(tmp_path / "v.txt", VOCABULARY, size=5)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    odd = make_irregular(tmp_path / "v.txt", "pipe")
    with pytest.raises(DataError, match=r"v\.txt: cannot be read .*: it is a named pipe"):
        load_word_vectors(odd, VOCABULARY, size=5)


def test_a_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "_LONGEST", 12)
    load(tmp_path, "great 1 2 3\n")
    with pytest.raises(DataError, match="row 2: a row of more than 12 bytes"):
        load(tmp_path, "great 1 2 3\n" + "x" * 13)


def test_rows_without_a_vector_are_the_same_in_every_run(tmp_path: Path) -> None:
    table, share = load(tmp_path, "great 1 -2 0.5\n\u00e9 4 5 6\n")
    found = np.array([[1, -2, 0.5], [4, 5, 6]], np.float32)
    drawn = np.random.default_rng(0).normal(found.mean(), found.std(), (6, 3)).astype(np.float32)
    drawn[[0, 2, 4]] = [[0, 0, 0], *found]
    np.testing.assert_array_equal(table, drawn)
    assert share == 2 / 5


@pytest.mark.parametrize(
    ("content", "width"),
    [
        ("2 3\ngreat 1 2 3\n", 3),
        # Digits that are no header: a word of two numbers, and one of no numbers at all.
        ("2 0\n", None),
        ("2 3 4\ngreat 1 2\n", 2),
        ("great 5\n", 1),
    ],
)
def test_what_is_a_header(content: str, width: int | None, tmp_path: Path) -> None:
    if width is None:
        with pytest.raises(DataError, match="holds none"):
            load(tmp_path, content)
        return
    assert load(tmp_path, content)[0].shape == (6, width)


def test_a_word_may_hold_spaces(tmp_path: Path) -> None:
    content = "great 1 2\n. . great 3 4\nbad 5 6\n"
    table, _ = load(tmp_path, content)
    assert table[2].tolist() == [1, 2] and table[3].tolist() == [5, 6]


@pytest.mark.parametrize(
    ("error", "reason"), [(OSError("odd"), "odd"), (OSError(5, "no disk"), "no disk")]
)
def test_what_the_system_says(
    error: OSError, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise error

    monkeypatch.setattr(word_vectors, "open_regular", fail)
    with pytest.raises(DataError, match=rf"v\.txt: cannot be read as word vectors: {reason}\.$"):
        load(tmp_path, "")
