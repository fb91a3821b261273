"""How the tokens of a vocabulary are written, for models that look at their characters."""

from __future__ import annotations

from kerasapps.preprocess.tokenizers.spec import Tokenizer
from kerasapps.preprocess.tokenizers.wordpiece import SUFFIX, WordPieceTokenizer

BEGIN, END = "<", ">"


def spellings(tokenizer: Tokenizer) -> tuple[str, ...]:
    """The spelling of each id, `<` before the beginning of a word and `>` behind its end.

    Of words with several forms the first one listed counts, which is in lower case where case does
    not matter. A piece of a word has no `>`, as another one may follow. What stands for no word has
    an empty spelling.
    """
    special = {tokenizer.pad_id, tokenizer.unknown_id, *tokenizer.special_ids}
    written = [""] * tokenizer.vocabulary_size
    in_pieces = isinstance(tokenizer, WordPieceTokenizer)
    for token, number in tokenizer.vocabulary.items():
        if written[number] or number in special:
            continue
        if in_pieces:
            written[number] = token.removeprefix(SUFFIX) if _inner(token) else BEGIN + token
        else:
            written[number] = BEGIN + token + END
    return tuple(written)


def _inner(token: str) -> bool:
    return token.startswith(SUFFIX) and len(token) > len(SUFFIX)
