"""Where a translator looked: which pieces of the source each piece of the translation is from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import TRUNCATED, Shown

SHADES = 4
ALIGNED_TO = 3  # source pieces that are named for a target piece
_WORD_START = "\u2581"  # SentencePiece's mark of a space


@dataclass(frozen=True)
class Alignment:
    """The attention of one translation.

    Attributes:
        text: the source.
        translation: its translation.
        source: pieces of the source as people read them, the end mark last where it is looked at.
        target: pieces of the translation likewise.
        weights: one row a target piece, one column a source piece; a row sums to about 1.
        truncated: whether the source was longer than the network reads; its end was ignored.
    """

    text: str
    translation: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    truncated: bool = False

    def strongest(self) -> list[tuple[str, str, float]]:
        """For each target piece the source piece that it looked at most, and how much."""
        return [
            (piece, self.source[int(np.argmax(row))], max(row))
            for piece, row in zip(self.target, self.weights, strict=True)
        ]

    def shades(self) -> list[tuple[str, list[tuple[int, float]]]]:
        """Target piece → (strength from 0 to `SHADES`, weight) of each source piece."""
        return [
            (piece, [(round(SHADES * min(weight, 1.0)), weight) for weight in row])
            for piece, row in zip(self.target, self.weights, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        return dataclasses.asdict(self)

    def shown(self) -> Shown:
        """For each piece of the translation the source pieces that were looked at most."""
        return Shown(
            title="Attention of the last layer",
            columns=("translation", "looked at most", *[""] * (ALIGNED_TO - 1)),
            rows=[
                [piece, *self._most_looked_at(weights)]
                for piece, weights in zip(self.target, self.weights, strict=True)
            ],
            lead=[self.translation, *[TRUNCATED] * self.truncated],
        )

    def _most_looked_at(self, weights: Sequence[float]) -> list[str]:
        order = sorted(range(len(weights)), key=lambda column: -weights[column])[:ALIGNED_TO]
        cells = [f"{self.source[column]} {weights[column]:.0%}" for column in order]
        return cells + [""] * (ALIGNED_TO - len(cells))


def align(
    text: str,
    translation: str,
    *,
    source: Sequence[str],
    target: Sequence[str],
    attention: NDArray[np.floating],
    truncated: bool = False,
) -> Alignment:
    """An alignment from a decoder's attention.

    Args:
        text: the source.
        translation: its translation.
        source: its pieces, in the order of the attention's columns; what lies behind them in the
            attention is padding.
        target: pieces of the translation, one a row of the attention.
        attention: float `(at least len(target), at least len(source))`.
        truncated: whether the source was longer than the network reads.

    Raises:
        DataError: if the attention has too few rows or columns for the pieces.
    """
    rows, columns = attention.shape
    if rows < len(target) or columns < len(source):
        raise DataError(
            f"attention of shape {attention.shape} cannot be of {len(target)} target and "
            f"{len(source)} source pieces."
        )
    weights = np.asarray(attention[: len(target), : len(source)], np.float64)
    return Alignment(
        text,
        translation,
        tuple(map(readable, source)),
        tuple(map(readable, target)),
        tuple(tuple(round(float(each), 4) for each in row) for row in weights),
        truncated,
    )


def readable(piece: str) -> str:
    """A piece with SentencePiece's mark of a space as a plain one; a lone mark stays visible."""
    return piece if piece == _WORD_START else piece.replace(_WORD_START, " ").strip()
