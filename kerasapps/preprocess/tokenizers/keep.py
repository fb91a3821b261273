"""A tokenizer in a folder of its own: its vocabulary, and what describes it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from kerasapps.errors import ConfigError
from kerasapps.files.paths import folder_place

SPEC_FILE = "tokenizer.json"


class Spec(Protocol):
    """What describes a tokenizer beside its vocabulary, as plain values."""

    def to_dict(self) -> dict[str, Any]: ...


class Kept(Protocol):
    """A tokenizer of one language or of two."""

    @property
    def spec(self) -> Spec: ...
    def save(self, folder: Path) -> object: ...


def save_tokenizer(tokenizer: Kept, folder: str | os.PathLike[str]) -> Path:
    """Writes all that a tokenizer is made of; `load_tokenizer` makes it again.

    Args:
        tokenizer: of one language, or of two (then `load_pair_tokenizer` makes it again).
        folder: made if it is missing; files of the same names are replaced.

    Returns:
        The folder: a vocabulary or SentencePiece models, and `tokenizer.json`.

    Raises:
        ConfigError: if the folder cannot be written.

    Examples:
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(["a cat", "a dog"], min_count=1)
        >>> kerasapps.preprocess.save_tokenizer(tokenizer, "tokens").name
        'tokens'
    """
    path = folder_place(folder, what="folder")
    path.mkdir(exist_ok=True)
    tokenizer.save(path)
    text = json.dumps(tokenizer.spec.to_dict(), indent=1, ensure_ascii=False)
    (path / SPEC_FILE).write_text(text + "\n", encoding="utf-8")
    return path


def read_spec(folder: Path) -> Mapping[str, Any]:
    """What `save_tokenizer` wrote of a tokenizer beside its vocabulary.

    Raises:
        ConfigError: if the file is missing or damaged.
    """
    file = folder / SPEC_FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{file}: cannot be read ({error}). Name a folder that save_tokenizer wrote, or say "
            "what its tokenizer is: spec=…"
        ) from error
    if not isinstance(values, dict):
        raise ConfigError(f"{file}: holds no specification of a tokenizer.")
    return values
