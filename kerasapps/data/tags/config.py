"""How sentences with tags are found in the data and become ids of words and characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import (
    check_encoding,
    check_file,
    check_options,
    encoding_of_files,
    option,
    place,
    require,
)
from kerasapps.errors import ConfigError

TagScheme = Literal["iob1", "iob2", "iobes", "plain"]


@dataclass(frozen=True, kw_only=True)
class TaggingConfig:
    """How sentences with tags are found in the data and become ids of words and characters."""

    token_column: str | None = place(
        "column with the tokens, or the texts, by name or number from 1 (default: guessed, printed)"
    )
    tag_column: str | None = place(
        "column with the tags, or the entities, by name or number from 1 (default: guessed, "
        "printed)"
    )
    scheme: TagScheme | None = option(
        None,
        "how tags mark entities: iob1, iob2, iobes or plain (default: by the tags, printed)",
        choices=get_args(TagScheme),
        searched=False,
        asks=("check", "evaluate"),
    )
    tag_names: tuple[str, ...] = option(
        (),
        "name of a tag that the data gives as a number, in their order (repeatable)",
        searched=False,
        asks=("check", "evaluate"),
    )
    encoding: str | None = encoding_of_files()
    lowercase: bool = option(
        True, "look words up in lower case; their characters are read as they are"
    )
    digits: bool = option(
        True, "look words up with 0 for each digit; their characters are read as they are"
    )
    vocab_size: int = option(
        30_000, "different words that the model knows, at most", low=10, high=1_000_000, whole=True
    )
    min_count: int = option(
        1, "a word seen less often in training is unknown", low=1, high=1000, whole=True
    )
    max_tokens: int | None = option(
        None,
        "words of a sentence that are read at once; of more, one part after another (default: "
        "suits the data)",
        low=4,
        high=4096,
        whole=True,
    )
    max_characters: int | None = option(
        None,
        "characters of a word that are read (default: suits the data)",
        low=2,
        high=128,
        whole=True,
    )
    word_dropout: float | None = option(
        None, "share of the words hidden in training (default: the model's)", low=0, high=0.95
    )
    entity_swap: float | None = option(
        None,
        "share of the entities that become others of their type in training (default: 0.3, but 0 "
        "with a pretrained model)",
        low=0,
        high=1,
    )
    word_vectors: str | None = option(
        None, "GloVe or word2vec text file with the first values of the embedding of words"
    )

    def __post_init__(self) -> None:
        check_options(self)
        for field in ("token_column", "tag_column"):
            value = getattr(self, field)
            fits = value is None or (isinstance(value, str) and bool(value.strip()))
            require(fits, self, field, "a column's name or number, as a text")
        named = all(isinstance(name, str) and name.strip() for name in self.tag_names)
        require(named, self, "tag_names", "names of tags")
        check_file(self, "word_vectors")
        check_encoding(self)
        if self.token_column is not None and self.token_column == self.tag_column:
            raise ConfigError(
                f"the column {self.token_column!r} is named by token_column and by tag_column: "
                "keep one of them."
            )
