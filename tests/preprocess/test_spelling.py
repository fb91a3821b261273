from __future__ import annotations

from kerasapps.preprocess.tokenizers import (
    RegexTokenizer,
    TokenizerSpec,
    WordPieceTokenizer,
)
from kerasapps.preprocess.tokenizers.spelling import spellings


def test_words_have_marks_and_their_first_form() -> None:
    words = {"<PAD>": 0, "<START>": 1, "<UNKNOWN>": 2, "good": 3, "Good": 3, "it's": 4}
    tokenizer = RegexTokenizer(words, TokenizerSpec("regex", 8, lowercase=True))
    assert spellings(tokenizer) == ("", "", "", "<good>", "<it's>")


def test_pieces_are_marked_where_a_word_begins() -> None:
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "schön", "##er", "#", "##"]
    tokenizer = WordPieceTokenizer(tokens, TokenizerSpec("wordpiece", 8, lowercase=True))
    assert spellings(tokenizer) == ("", "", "", "", "<schön", "er", "<#", "<##")
