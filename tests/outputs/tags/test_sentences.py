"""Long sentences in parts, rows of answers as sentences, and what lies beside the files."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from kerasapps.decoding.viterbi import Transitions, legal_transitions
from kerasapps.errors import BundleError
from kerasapps.outputs.tags.agreement import same_tags
from kerasapps.outputs.tags.answer import TRANSITIONS_FILE
from kerasapps.outputs.tags.integer import alike_on
from kerasapps.outputs.tags.sentences import likeliest_tags, rows_of_sentences
from kerasapps.outputs.tags.transitions_file import read_transitions, write_transitions
from kerasapps.outputs.tags.windows import windows_in

TAGS = ("O", "B-X", "I-X")


@pytest.mark.parametrize(
    ("words", "windows"),
    [
        ("", []),
        ("a b c d", [(0, 4)]),
        ("a b c d e f", [(0, 4), (4, 6)]),
        ("a b . d e f", [(0, 3), (3, 6)]),
        (". b c d e f", [(0, 4), (4, 6)]),
        ("a b . . e f", [(0, 4), (4, 6)]),
        ("a b . d . f g h i", [(0, 3), (3, 7), (7, 9)]),
    ],
)
def test_parts_end_where_sentences_end(words: str, windows: list[tuple[int, int]]) -> None:
    assert windows_in(words.split(), 4) == windows


def test_a_sentence_of_any_length_is_read_whole() -> None:
    windows = windows_in(["word"] * 100_000, 64)
    assert windows[0] == (0, 64) and windows[-1][1] == 100_000
    assert all(one[1] == other[0] for one, other in itertools.pairwise(windows))


def test_rows_are_sentences_again() -> None:
    sentences = ["abc", "abcdefgh", "x"]
    rows = rows_of_sentences([[*each] for each in sentences], 4)
    assert rows.lengths.tolist() == [3, 4, 4, 1]
    parts = list(rows.parts(sentences))
    assert parts == ["abc", "abcd", "efgh", "x"]
    assert ["".join(each) for each in rows.joined(parts, count=3)] == sentences


def test_the_likeliest_tags_are_legal_and_paths_are_taken_as_they_are() -> None:
    scores = np.zeros((1, 3, 3), np.float32)
    scores[0, :, 2] = 1  # an entity goes on, and never began
    legal = legal_transitions(TAGS)
    assert likeliest_tags(scores, [2], legal, tags=TAGS) == [["B-X", "I-X"]]
    assert likeliest_tags(np.array([[1.0, 2, 0]]), [2], legal, tags=TAGS) == [["B-X", "I-X"]]


def test_what_follows_what_is_written_and_read(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    made = Transitions(*(draw.normal(size=size).astype(np.float32) for size in (3, (3, 3), 3)))
    write_transitions(made, tmp_path)
    read = read_transitions(tmp_path / TRANSITIONS_FILE, tags=3)
    for name in ("start", "between", "end"):
        np.testing.assert_array_equal(getattr(read, name), getattr(made, name))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "no scores"),
        ("{", "no scores"),
        ('{"start": ["a"], "between": [], "end": []}', "no scores"),
        (f'{{"start": [1{"0" * 400}], "between": [], "end": []}}', "no scores"),
        ('{"start": [0], "between": [[0]], "end": [0]}', "other tags"),
        ('{"start": [0, NaN], "between": [[0, 0], [0, 0]], "end": [0, 0]}', "no number"),
    ],
)
def test_strange_scores_are_refused(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / TRANSITIONS_FILE
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BundleError, match=words):
        read_transitions(file, tags=2)


def test_a_file_that_marks_other_entities_does_not_pass() -> None:
    reference = [["B-X", "O"], ["B-X", "I-X"], ["O"]]
    assert same_tags(reference, reference, tolerance=0.5).share == 1.0
    other = same_tags([["O", "B-X"], ["B-X", "O"], ["O"]], reference, tolerance=0.5)
    assert other.share == pytest.approx(1 / 3) and "0.0 F1 against" in other.objection
    # The tolerance is in points.
    some = [["B-X", "O"]] * 3
    one_off = same_tags([["O", "B-X"], *some[1:]], some, tolerance=5)
    assert "66.7 F1 against Keras' own, and needs 75.0" in one_off.objection


def test_an_int8_file_must_keep_the_rare_tags_of_words_whatever_padding_has() -> None:
    scores = np.random.default_rng(0).normal(size=(4, 8, 3)).astype(np.float32)
    scores[..., 0] += 3
    scores[0, 0] = 0, 4, 0
    words = np.repeat([[2, 1, 5, 3, 0, 0, 0, 0]], 4, axis=0)
    alike = alike_on({"first": words, "ids": np.ones((4, 12), np.int32)})
    other = scores + 1e-3
    other[:, 4:] = [-9, 9, 0]
    assert alike(other, scores)
    other[0, 0, 1] = -4
    assert not alike(other, scores)
    # Far scores of padding must not make a change of those of words look small.
    far = scores.copy()
    far[:, 4:] *= 1000
    moved = far.copy()
    moved[:, :4] += 0.5
    assert not alike(moved, far)
