"""Tables whose rows are texts with labels."""

from __future__ import annotations

from kerasapps.config import TextConfig
from kerasapps.data.sources.tables import TableKind
from kerasapps.data.texts.columns import text_choice


def text_tables(config: TextConfig) -> TableKind:
    """How texts and labels are read from tables.

    Args:
        config: the columns that the user named.
    """
    choice = text_choice(config)
    return TableKind(
        names=choice.names,
        choose=choice.choose,
        example='{"text": "…", "label": "…"}',
        encoding=config.encoding,
    )
