"""Tables whose rows are texts with labels."""

from __future__ import annotations

from kerasapps.config import TextConfig
from kerasapps.data.sources.tables import TableKind
from kerasapps.data.texts.columns import choose_columns, guess_names


def text_tables(config: TextConfig) -> TableKind:
    """How texts and labels are read from tables.

    Args:
        config: the columns that the user named.
    """
    return TableKind(
        names=lambda rows: guess_names(rows, config=config),
        choose=lambda names, sample, where: choose_columns(
            names, sample, config=config, where=where
        ),
        example='{"text": "…", "label": "…"}',
        encoding=config.encoding,
    )
