from __future__ import annotations

from kerasapps.shortened import MOST_CLASSES, shortened


def test_long_lists_are_shortened() -> None:
    names = [f"c{number}" for number in range(1000 + MOST_CLASSES)]
    assert shortened(names[:MOST_CLASSES]).endswith("c28, c29")
    assert shortened(names).endswith("c28, c29 and 1,000 more")
    assert shortened([]) == ""
