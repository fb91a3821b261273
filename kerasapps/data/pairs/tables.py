"""Tables whose rows are sentence pairs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.columns import (
    column_language,
    left_out,
    pair_choice,
)
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.sources.columns import Columns
from kerasapps.data.sources.table_formats import unfold
from kerasapps.data.sources.tables import TableKind


def pair_tables(listing: PairListing, config: TranslationConfig) -> TableKind:
    """How sources and targets are read from tables.

    A column of mappings, such as Hugging Face's `{"translation": {"en": …, "de": …}}`, counts as
    columns of its keys.

    Args:
        listing: learns the languages from the names of the first table's columns.
        config: the columns and languages that the user named.
    """
    choice = pair_choice(config)

    def choose(names: Sequence[str], sample: Sequence[Sequence[object]], where: str) -> Columns:
        columns = choice.choose(names, sample, where)
        others = (
            left_out(names, sample, columns.places)
            if columns.guessed and not columns.usual
            else None
        )
        listing.guesses += [] if others is None else [f"{where}: {others}"]
        listing.source_language = column_language(columns, 0)
        listing.target_language = column_language(columns, 1)
        asked = (config.source_language, config.target_language)
        if columns.usual and columns.guessed and listing.target_language and not any(asked):
            # The names say nothing of the direction, and some formats sort them.
            turned = f"turn it round with --source-language {listing.target_language}"
            return dataclasses.replace(columns, otherwise=turned)
        return columns

    return TableKind(
        names=choice.names,
        choose=choose,
        example='{"en": "…", "de": "…"}',
        encoding=config.encoding,
        reshape=unfold,
    )
