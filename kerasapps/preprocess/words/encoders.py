"""What makes ids of words, of whichever kind: of themselves and their characters, or of pieces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.preprocess.words.encoder import TagEncoder, load_encoder
from kerasapps.preprocess.words.pieces import PieceEncoder, PieceSpec, load_pieces
from kerasapps.preprocess.words.spec import TagSpec

WordEncoder = TagEncoder | PieceEncoder
WordSpec = TagSpec | PieceSpec


def word_spec(values: Mapping[str, Any]) -> WordSpec:
    """The spec that its `to_dict` described.

    Raises:
        ConfigError: if a field is missing, unknown or of a wrong value.
    """
    return PieceSpec.from_dict(values) if "pieces" in values else TagSpec.from_dict(values)


def load_word_encoder(folder: Path, *, spec: WordSpec) -> WordEncoder:
    """The encoder that was saved in a folder.

    Raises:
        ConfigError: if a file is missing, or holds no vocabulary.
    """
    if isinstance(spec, PieceSpec):
        return load_pieces(folder, spec=spec)
    return load_encoder(folder, spec=spec)
