"""A few examples stand for all."""

from __future__ import annotations

from kerasapps.data.near.effort import spread


def test_examples_are_from_all_parts_and_each_once() -> None:
    parts = ["abcdef", "", "gh", "ijkl"]
    assert "".join(part[row] for part, row in spread(parts, 100)) == "abcdefghijkl"
    some = [part[row] for part, row in spread(parts, 4)]
    assert (some[0], some[-1], len(some)) == ("a", "l", 4)
