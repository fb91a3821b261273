"""Words cut into pieces, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import wordpiece
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer

TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "ab", "##b", "##bc", "##c", "abcd", "!")


def tokenizer(length: int = 6, *, lowercase: bool = True) -> WordPieceTokenizer:
    return WordPieceTokenizer(TOKENS, TokenizerSpec("wordpiece", length, lowercase))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("a", [4]),
        ("ab", [5]),
        # The longest piece first, from the left, even where the rest then needs more.
        ("abc", [5, 8]),
        ("abbc", [5, 7]),
        ("abcd", [9]),
        ("abcda", [1]),  # no ##a
        ("abcb", [5, 8, 6]),
        ("b", [1]),  # only within a word
        ("AB!a", [5, 10, 4]),
    ],
)
def test_pieces(text: str, ids: list[int]) -> None:
    made = tokenizer()
    for _ in range(2):  # also when they are remembered
        assert made.encode_ids(text) == [2, *ids, 3]


def test_ends_and_padding() -> None:
    made = tokenizer()
    assert made.encode("a a a a").tolist() == [2, 4, 4, 4, 4, 3]
    assert made.encode("a a a a a").tolist() == [2, 4, 4, 4, 4, 3]
    assert made.encode("a a").tolist() == [2, 4, 4, 3, 0, 0]
    assert (made.pad_id, made.unknown_id, made.start_id, made.end_id) == (0, 1, 2, 3)
    assert made.special_ids == (2, 3) and made.vocabulary_size == 11
    assert made.with_length(3).encode("a a").tolist() == [2, 4, 3]
    assert tokenizer(lowercase=False).encode_ids("A a") == [2, 1, 4, 3]


def test_what_each_id_stands_for() -> None:
    assert tokenizer().tokens("abc xyz A") == ["[CLS]", "ab", "##c", "xyz", "a", "[SEP]"]


def test_long_words_are_unknown_and_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    made = tokenizer()
    assert made.encode_ids("a" + "b" * 99)[1:-1] == [5, *[6] * 98]
    assert made.encode_ids("a" + "b" * 100) == [2, 1, 3]
    assert list(made._cache) == ["a" + "b" * 99]
    monkeypatch.setattr(wordpiece, "_MOST_CACHED", 2)
    for text in ("a", "ab", "abc"):
        made.encode_ids(text)
    assert list(made._cache) == ["ab", "abc"]


def test_the_file(tmp_path: Path) -> None:
    assert tokenizer().save(tmp_path).read_text() == "".join(f"{token}\n" for token in TOKENS)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ((*TOKENS, "a"), "lists 'a' twice"),
        (TOKENS[:1] + TOKENS[2:], r"no \[UNK\]: it is not BERT's"),
        (("a", *TOKENS[:4]), r"\[PAD\] as id 1, but padding must be id 0"),
        ((*TOKENS, ""), "lists '': a token has no white space"),
        ((*TOKENS, "x y"), "lists 'x y'"),
    ],
)
def test_vocabularies_that_are_refused(tokens: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        WordPieceTokenizer(tokens, TokenizerSpec("wordpiece", 8, True))
    with pytest.raises(ConfigError, match="a specification of 'regex'"):
        WordPieceTokenizer(TOKENS, TokenizerSpec("regex", 8, True))
