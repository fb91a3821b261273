"""What a column holds that is neither text nor label: told by its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kerasapps.data.sources.rows import is_missing

_MOST = 0.95  # of the values
_NUMBER = re.compile(r"#?\d+")
_CREDIT = re.compile(
    r"\bCC[- ]?(BY|0)\b|\bcreative ?commons\b|\battribution\b|\bpublic domain\b|©|\blicen[cs]e\b",
    re.IGNORECASE,
)


def side_column(sample: Sequence[Sequence[object]], place: int) -> str | None:
    """ "numbers" or "attribution" where a column holds nothing else; None for anything.

    Args:
        sample: some rows.
        place: of the column.
    """
    values = [row[place] for row in sample if len(row) > place]
    written = ["" if is_missing(value) else str(value).strip() for value in values]
    filled = [value for value in written if value]
    for kind, pattern in (("numbers", _NUMBER.fullmatch), ("attribution", _CREDIT.search)):
        if filled and sum(bool(pattern(value)) for value in filled) >= _MOST * len(filled):
            return kind
    return None


def varied(sample: Sequence[Sequence[object]], place: int) -> bool:
    """Whether most values of a column stand there once, as texts do and labels do not."""
    values = [str(row[place]) for row in sample if len(row) > place]
    return 2 * len(set(values)) > len(values)
