"""Long sentences and texts in parts that a network reads whole; without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

_ENDS = frozenset(".!?;\u2026\u3002\uff01\uff1f")
"""Words behind which a sentence mostly ends."""


def windows_in(words: Sequence[str], length: int) -> list[tuple[int, int]]:
    """Places of the first word and behind the last one of each part, which lie side by side.

    All of it is one part where it is no longer than `length`. Else a part ends behind the last
    sentence that ends in its second half, or where there is none, where it is full.

    Args:
        words: of a sentence or a text.
        length: words that a network reads at most.
    """
    windows, first = [], 0
    while len(words) - first > length:
        full, half = first + length, first + length // 2
        ends = (place for place in range(full, half, -1) if words[place - 1] in _ENDS)
        end = next(ends, full)
        windows.append((first, end))
        first = end
    return [*windows, (first, len(words))] if len(words) else []
