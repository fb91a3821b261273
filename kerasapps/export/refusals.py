"""What a SavedModel refuses of the test split, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kerasapps.wording.counted import counted

MOST_SHOWN = 3


def refusals_in_words(errors: Sequence[str]) -> str:
    """How many inputs were refused, and why; empty if none was.

    Args:
        errors: for each input why it was refused, empty where it was not.
    """
    reasons = Counter(error for error in errors if error)
    if not reasons:
        return ""
    shown = [f"{count}× {reason}" for reason, count in reasons.most_common(MOST_SHOWN)]
    if len(reasons) > MOST_SHOWN:
        shown.append(counted(len(reasons) - MOST_SHOWN, "other reason"))
    return f"refuses {reasons.total()} of {counted(len(errors), 'example')}: {'; '.join(shown)}"
