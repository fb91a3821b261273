"""The tokenizers in Python: what they give, how they are learned, saved and refused."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.tokenizers import (
    RegexTokenizer,
    TokenizerSpec,
    WordPieceTokenizer,
    learn_tokenizer,
    load_tokenizer,
)

REVIEWS = [
    "A great film. Great acting, great fun!",
    "It's not great; it isn't even good.",
    "GREAT! gReat gReat",
    "good fun, good food",
]
UNTOUCHED = ("Cn", "Co", "Cs", "Cf")  # the library drops private use as well, BERT does not
PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "aff", ",", "東", "e", "a")


def learned(kind: str = "regex", texts: list[str] = REVIEWS, **options: Any) -> Any:
    given = {"vocab_size": 100, "min_count": 2, "lowercase": True, "max_length": 8}
    return learn_tokenizer(texts, kind=kind, **{**given, **options})  # type: ignore[arg-type]


def pieces(length: int = 10, *, lowercase: bool = True) -> WordPieceTokenizer:
    return WordPieceTokenizer(PIECES, TokenizerSpec("wordpiece", length, lowercase))


def test_spec_round_trip_and_errors() -> None:
    spec = TokenizerSpec("regex", 16, True)
    assert TokenizerSpec.from_dict(spec.to_dict()) == spec
    for values in (
        {**spec.to_dict(), "kind": "regexp"},
        {**spec.to_dict(), "max_length": 1},
        {**spec.to_dict(), "max_length": True},
        {**spec.to_dict(), "lowercase": "yes"},
        {**spec.to_dict(), "more": 1},
        {"kind": "regex"},
    ):
        with pytest.raises(ConfigError):
            TokenizerSpec.from_dict(values)


def test_regex_vocabulary_is_by_frequency_with_every_case_under_one_id() -> None:
    tokenizer = learned()
    ids = tokenizer.vocabulary
    assert (ids["<PAD>"], ids["<START>"], ids["<UNKNOWN>"]) == (0, 1, 2)
    assert ids["great"] == ids["Great"] == ids["GREAT"] == ids["gReat"] == 3
    assert ids["good"] == ids["GOOD"] == 4 and ids["fun"] == 5
    assert "greaT" not in ids and "film" not in ids and tokenizer.vocabulary_size == 6


def test_regex_encoding() -> None:
    tokenizer = learned()
    row = tokenizer.encode("great GREAT fun: isn't")
    assert row.dtype == np.int32 and row.tolist() == [1, 3, 3, 5, 2, 0, 0, 0]
    assert tokenizer.encode("good " * 20).tolist() == [1, *[4] * 7]
    assert tokenizer.encode_ids("good " * 20) == [1, *[4] * 20]
    assert tokenizer.encode("").tolist() == [1, *[0] * 7]
    # Anything but ASCII parts words, an apostrophe does not, and NUL ends the text.
    assert tokenizer.tokens("naïve it's ' a_1\0 more") == [
        "<START>",
        "na",
        "ve",
        "it's",
        "'",
        "a_1",
    ]
    assert tokenizer.with_length(3).encode("good good good").tolist() == [1, 4, 4]
    assert tokenizer.spec.max_length == 8


def test_cased_regex_gives_each_form_its_own_id() -> None:
    ids = learned(lowercase=False).vocabulary
    assert ids["great"] != ids["gReat"] and "GREAT" not in ids and "GOOD" not in ids


def test_regex_ties_are_alphabetical_and_size_is_kept() -> None:
    one = learned(texts=["b b a a c c c"], vocab_size=5)
    assert one.vocabulary["c"] == 3 and one.vocabulary["a"] == 4 and "b" not in one.vocabulary
    assert one.vocabulary_size == 5


def test_nothing_to_learn_is_an_error_that_names_the_way_out() -> None:
    with pytest.raises(DataError, match="tokenizer='wordpiece'"):
        learned(texts=["とても良い", "とても良い"])
    with pytest.raises(DataError, match="no word"):
        learned("wordpiece", texts=["", " "])


def test_wordpiece_encoding() -> None:
    tokenizer = pieces()
    assert tokenizer.encode("Unaffable, unaffx 東e").tolist() == [2, 4, 5, 6, 8, 1, 9, 10, 3, 0]
    assert tokenizer.encode("a " * 30).tolist() == [2, *[11] * 8, 3]
    assert tokenizer.encode("").tolist() == [2, 3, *[0] * 8]
    assert tokenizer.tokens("unaffable xyz") == ["[CLS]", "un", "##aff", "##able", "xyz", "[SEP]"]
    assert tokenizer.encode_ids("Éa") == [2, 1, 3] and tokenizer.encode_ids("É") == [2, 10, 3]
    assert pieces(lowercase=False).encode_ids("É e E") == [2, 1, 10, 1, 3]
    assert tokenizer.with_length(3).encode("a a").tolist() == [2, 11, 3]


def test_a_word_of_more_than_100_characters_is_unknown() -> None:
    spec = TokenizerSpec("wordpiece", 200, True)
    tokenizer = WordPieceTokenizer((*PIECES, "##a"), spec)
    assert len(tokenizer.encode_ids("a" * 100)) == 102
    assert tokenizer.encode_ids("a" * 101) == [2, 1, 3]


@pytest.mark.parametrize("lowercase", [True, False])
def test_wordpiece_normalizes_as_the_reference_does(lowercase: bool) -> None:
    """The `tokenizers` library's BERT normalizer and splitter, on every character of plane 0."""
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer

    from kerasapps.preprocess.tokenizers.normalization import split_normalized

    normalizer, splitter = BertNormalizer(lowercase=lowercase), BertPreTokenizer()
    differing = []
    for code in range(1, 0x10000):
        category = unicodedata.category(chr(code))
        # Later Unicode versions moved some characters, and the library knows an early one.
        if category != unicodedata.ucd_3_2_0.category(chr(code)) or category in UNTOUCHED:
            continue
        text = f"a{chr(code)}b"
        words = [w for w, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]
        if words != split_normalized(text, lowercase=lowercase):
            differing.append(code)
    assert not differing, [hex(code) for code in differing[:20]]


def test_wordpiece_is_learned_and_covers_its_texts() -> None:
    tokenizer = learned("wordpiece", vocab_size=60, max_length=32)
    tokens = list(tokenizer.vocabulary)
    assert tokens[:4] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] and len(tokens) <= 60
    assert "great" in tokens and "Great" not in tokens
    for text in REVIEWS:
        assert tokenizer.unknown_id not in tokenizer.encode_ids(text)
    assert learned("wordpiece", lowercase=False).vocabulary.keys() - tokenizer.vocabulary.keys()
    assert learned("wordpiece", vocab_size=10).vocabulary_size <= 10


def test_learned_pieces_do_not_depend_on_the_process() -> None:
    program = (
        "import sys, hashlib; from kerasapps.preprocess.tokenizers import learn_tokenizer\n"
        "words = [f'w{i % 97}{chr(97 + i % 26)}{i * i % 31}' for i in range(4000)]\n"
        "t = learn_tokenizer(words, kind='wordpiece', vocab_size=300, min_count=2,"
        " lowercase=True, max_length=8)\n"
        "print(hashlib.sha256(repr(t.vocabulary).encode()).hexdigest())\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert len({run.stdout for run in runs}) == 1


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_ids_spell_their_text_again(kind: str) -> None:
    tokenizer = learned(kind, min_count=1, max_length=12)
    assert tokenizer.decode(tokenizer.encode("Great ACTING fun")) == "great acting fun"
    assert tokenizer.decode(tokenizer.encode_ids("")) == tokenizer.decode([]) == ""
    unknown = {"regex": "<UNKNOWN>", "wordpiece": "[UNK]"}[kind]
    assert tokenizer.decode(tokenizer.encode("xyzzy")) == unknown
    with pytest.raises(DataError, match="99999 is no id"):
        tokenizer.decode([99999])
    with pytest.raises(DataError, match="the ids of one text"):
        tokenizer.decode(tokenizer.encode("Great")[None])


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_what_is_no_text_is_refused(kind: str) -> None:
    with pytest.raises(DataError, match=r"texts\[1\] is None, no text"):
        learned(kind, ["a b", None, float("nan")])  # type: ignore[list-item]
    with pytest.raises(DataError, match="texts is one text"):
        learned(kind, "ein Text")  # type: ignore[arg-type]
    tokenizer = learned(kind)
    for wrong in (None, b"abc", ["a", "b"], 3):
        for method in (tokenizer.encode, tokenizer.encode_ids, tokenizer.tokens):
            with pytest.raises(DataError, match="one text at a time"):
                method(wrong)


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_saved_and_loaded(kind: str, tmp_path: Path) -> None:
    tokenizer = learned(kind)
    assert tokenizer.save(tmp_path) == tmp_path / "vocab.txt"
    loaded = load_tokenizer(tmp_path, spec=tokenizer.spec)
    assert type(loaded) is type(tokenizer) and loaded.vocabulary == tokenizer.vocabulary
    assert loaded.encode("Great fun").tolist() == tokenizer.encode("Great fun").tolist()
    first = (tmp_path / "vocab.txt").read_bytes().split(b"\n")[0]
    assert first == (b"<PAD> 0" if kind == "regex" else b"[PAD]")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<PAD> 0\n<START> 1\n<UNKNOWN> 2\ngood\n", "row 4"),
        ("<PAD> 0\n<PAD> 1\n", "row 2"),
        ("<PAD> 1\n<START> 0\n<UNKNOWN> 2\n", "<PAD>"),
        ("<PAD> 0\n<START> 1\n<UNKNOWN> 2\ngood 4\n", "3 lacks"),
        ("<PAD> 0\n<START> 1\n<UNKNOWN> 2\ngutgemäß 3\n", "never finds"),
    ],
)
def test_a_bad_regex_vocabulary_is_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_tokenizer(tmp_path, spec=TokenizerSpec("regex", 8, True))


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (PIECES[1:], r"no \[PAD\]"),
        (("a", *PIECES[:-1]), r"\[PAD\] as id 1"),
        ((*PIECES, "un"), "'un' twice"),
        ((*PIECES, "a b"), "white space"),
    ],
)
def test_a_bad_wordpiece_vocabulary_is_refused(tokens: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        WordPieceTokenizer(tokens, TokenizerSpec("wordpiece", 8, True))


def test_a_missing_vocabulary_and_a_wrong_kind(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"vocab\.txt"):
        load_tokenizer(tmp_path, spec=TokenizerSpec("regex", 8, True))
    with pytest.raises(ConfigError, match="'wordpiece'"):
        RegexTokenizer({}, TokenizerSpec("wordpiece", 8, True))
