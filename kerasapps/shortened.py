"""Long lists of classes, shortened for people; `--json` has all of them."""

from __future__ import annotations

from collections.abc import Sequence

MOST_CLASSES = 30  # that are printed, in a table or in a sentence


def shortened(names: Sequence[str]) -> str:
    """The names in one line; of many the first."""
    if len(names) <= MOST_CLASSES:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_CLASSES])} and {len(names) - MOST_CLASSES:,} more"
