from __future__ import annotations

from kerasapps.wording.shortened import MOST_CLASSES, shortened


def test_long_lists_are_shortened() -> None:
    names = [f"c{number}" for number in range(1000 + MOST_CLASSES)]
    assert shortened(names[:MOST_CLASSES]).endswith("c28, c29")
    assert shortened(names).endswith("c28, c29 and 1,000 more")
    assert shortened([]) == ""


def test_how_many_and_what_stands_for_the_others() -> None:
    names = [*"abcdef"]
    assert shortened(names, 5, more=", …") == "a, b, c, d, e, …"
    assert shortened(names, 6, more=", …") == "a, b, c, d, e, f"
    assert shortened(names, 4, more=", {} more") == "a, b, c, d, 2 more"
