"""Tables whose rows are texts with labels."""

from __future__ import annotations

from kerasapps.config import TextConfig
from kerasapps.data.tables import TableKind
from kerasapps.data.text_columns import choose_columns, guess_names
from kerasapps.data.text_rows import TextRow


def text_tables(config: TextConfig) -> TableKind[TextRow]:
    """How texts and labels are read from tables.

    Args:
        config: the columns that the user named.
    """
    return TableKind(
        names=lambda rows: guess_names(rows, config=config),
        choose=lambda names, sample, where: choose_columns(
            names, sample, config=config, where=where
        ),
        row=TextRow,
        example='{"text": "…", "label": "…"}',
        encoding=config.encoding,
    )
