"""What a source of sentence pairs holds."""

from __future__ import annotations

from dataclasses import dataclass

from kerasapps.data.sources.rows import RowListing


@dataclass
class PairListing(RowListing):
    """What a source of sentence pairs holds.

    Attributes:
        source_language: such as "en", where it is known.
        target_language: likewise.
    """

    source_language: str | None = None
    target_language: str | None = None
