"""A saved vocabulary becomes a tokenizer again."""

from __future__ import annotations

import os
from pathlib import Path

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.preprocess.tokenizers.keep import read_spec
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import VOCABULARY_FILE, Tokenizer, TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer


def load_tokenizer(
    folder: str | os.PathLike[str], *, spec: TokenizerSpec | None = None
) -> Tokenizer:
    """The tokenizer that `save_tokenizer`, or a tokenizer's own `save`, wrote into a folder.

    Args:
        folder: holds `vocab.txt`, UTF-8, and `tokenizer.json` where `spec` is left out.
        spec: its kind, length and case, where they are known.

    Raises:
        ConfigError: if a file is missing, or is not a vocabulary of this kind; it names the row.

    Examples:
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(["a cat", "a dog"], min_count=1)
        >>> folder = kerasapps.preprocess.save_tokenizer(tokenizer, "tokens")
        >>> again = kerasapps.preprocess.load_tokenizer(folder)
        >>> again.encode_ids("a dog") == tokenizer.encode_ids("a dog")
        True
    """
    path = user_path(folder, what="folder")
    spec = TokenizerSpec.from_dict(read_spec(path)) if spec is None else spec
    file = path / VOCABULARY_FILE
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as a vocabulary: {error}") from error
    # `splitlines` would also break at rare characters that tokens may contain.
    lines = content.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if spec.kind == "wordpiece":
        return WordPieceTokenizer(lines, spec)
    return RegexTokenizer(_word_ids(lines, file), spec)


def _word_ids(lines: list[str], file: Path) -> dict[str, int]:
    ids: dict[str, int] = {}
    for row, line in enumerate(lines, start=1):
        word, _, number = line.partition(" ")
        if not (number.isascii() and number.isdigit()) or word in ids:
            raise ConfigError(f"{file}, row {row}: {line!r} is not a new word, a space and its id.")
        ids[word] = int(number)
    return ids
