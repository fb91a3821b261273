"""Words as MediaPipe finds them, and the vocabulary of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers.regex import (
    RegexTokenizer,
    case_forms,
    foreign_share,
    split_words,
    unseen_share,
)
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec

VOCABULARY = {"<PAD>": 0, "<START>": 1, "<UNKNOWN>": 2, "good": 3, "Good": 3, "bad": 4}
SPEC = TokenizerSpec("regex", 4, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("it's a_1 -b- 'c'", ["it's", "a_1", "b", "'c'"]),
        ("naïve\u00a0Übel", ["na", "ve", "bel"]),
        ("one\0two", ["one"]),
        ("\0two", []),
        ("a9Z", ["a9Z"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("word", "forms"),
    [("gReat", ("great", "Great", "GREAT")), ("a", ("a", "A")), ("42", ("42",))],
)
def test_case_forms(word: str, forms: tuple[str, ...]) -> None:
    assert case_forms(word) == forms


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (["abc", "de"], 0.0),
        (["été"], 2 / 3),
        (["été", "a1 b2 c"], 2 / 6),
        (["東京", ""], 1.0),
        (["12 !? ", "…"], 0.0),
        ([], 0.0),
    ],
)
def test_the_share_of_letters_that_split_words(texts: list[str], share: float) -> None:
    assert foreign_share(texts) == pytest.approx(share)


@pytest.mark.parametrize(
    ("texts", "share"),
    [(["a b", "A c"], 0.5), (["a a", "b b"], 0.0), (["a", "b"], 1.0), (["!", "?"], 1.0), ([], 1.0)],
)
def test_words_seen_once_tell_how_many_will_be_new(texts: list[str], share: float) -> None:
    assert unseen_share(texts) == pytest.approx(share)


def test_ids() -> None:
    tokenizer = RegexTokenizer(VOCABULARY, SPEC)
    assert tokenizer.vocabulary_size == 5 and dict(tokenizer.vocabulary) == VOCABULARY
    assert (tokenizer.pad_id, tokenizer.start_id, tokenizer.unknown_id) == (0, 1, 2)
    assert tokenizer.special_ids == (1,)
    assert tokenizer.encode("Good bad ugly good").tolist() == [1, 3, 4, 2]
    assert tokenizer.encode("bad").tolist() == [1, 4, 0, 0]
    assert tokenizer.encode_ids("Good bad ugly good") == [1, 3, 4, 2, 3]
    assert tokenizer.tokens("Good ugly") == ["<START>", "Good", "ugly"]
    longer = tokenizer.with_length(6)
    assert longer.spec.max_length == 6 and longer.encode("bad").shape == (6,)


def test_the_file_that_mediapipe_reads(tmp_path: Path) -> None:
    file = RegexTokenizer(VOCABULARY, SPEC).save(tmp_path)
    assert file.read_bytes() == b"<PAD> 0\n<START> 1\n<UNKNOWN> 2\ngood 3\nGood 3\nbad 4\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"<PAD>": 1}, "must list <PAD> with the id 0, not 1"),
        ({"<START>": None}, "must list <START> with the id 1, not None"),
        ({"bad": 5}, "without gaps: 4 lacks"),
        ({"Good": 5, "bad": 6}, "without gaps: 4 lacks"),
        ({"two words": 4}, "'two words', which the regex tokenizer never finds"),
        ({"übel": 4}, "never finds"),
    ],
)
def test_vocabularies_that_are_refused(changes: dict[str, int | None], message: str) -> None:
    given = {key: value for key, value in (VOCABULARY | changes).items() if value is not None}
    with pytest.raises(ConfigError, match=message):
        RegexTokenizer(given, SPEC)
    with pytest.raises(ConfigError, match="a specification of 'wordpiece'"):
        RegexTokenizer(VOCABULARY, TokenizerSpec("wordpiece", 4, True))
