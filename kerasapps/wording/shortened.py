"""Long lists of names, shortened for people; `--json` has all of them."""

from __future__ import annotations

from collections.abc import Sequence

MOST_CLASSES = 30  # that are printed, in a table or in a sentence


def shortened(
    names: Sequence[str], most: int = MOST_CLASSES, *, more: str = " and {:,} more"
) -> str:
    """The names in one line; of many the first.

    Args:
        names: such as those of classes, files or columns.
        most: how many of them are shown.
        more: stands for the others; `{}` in it is how many there are.
    """
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else shown + more.format(len(names) - most)
