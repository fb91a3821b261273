"""A saved vocabulary becomes a tokenizer again."""

from __future__ import annotations

from pathlib import Path

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import VOCABULARY_FILE, Tokenizer, TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer


def load_tokenizer(spec: TokenizerSpec, folder: Path) -> Tokenizer:
    """The tokenizer of `spec` with the vocabulary that `save` wrote into a folder.

    Args:
        spec: its kind, length and case.
        folder: holds `vocab.txt`, UTF-8.

    Raises:
        ConfigError: if the file is missing, or is not a vocabulary of this kind; it names the row.
    """
    file = Path(folder) / VOCABULARY_FILE
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
