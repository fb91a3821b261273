"""Tables whose rows are texts with labels."""

from __future__ import annotations

from kerasapps.config import TextConfig
from kerasapps.data.sources.column_choice import TEXT_NAMES, usual_place
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.tables import TableKind
from kerasapps.data.targets.columns import fold_targets
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
        reshape=lambda table: _folded(table, config),
        several=None if config.target_kind is None else config.target_kind == "labels",
    )


def _folded(table: Table, config: TextConfig) -> Table:
    """The table with its target in one column; ones and zeros stay where an example has a class."""
    if config.target_kind == "class" and not config.target_columns:
        return table
    return fold_targets(
        table,
        kind=config.target_kind,
        columns=config.target_columns,
        label_column=config.label_column,
        others=(_text_column(table, config),),
        noun="text",
    )


def _text_column(table: Table, config: TextConfig) -> str | None:
    """The column of texts that the user named, or, among targets, that has the most usual name."""
    if config.text_column is not None or not config.target_columns:
        return config.text_column
    place = usual_place(table.names, TEXT_NAMES, range(len(table.names)))
    return None if place is None else table.names[place]
