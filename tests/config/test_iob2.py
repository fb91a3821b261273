from __future__ import annotations

from kerasapps.config.iob2 import goes_on, impossible_moves, impossible_starts, type_of

TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")


def test_an_entity_goes_on_only_behind_a_tag_of_its_own_type() -> None:
    assert impossible_starts(TAGS) == [3, 4]
    assert impossible_moves(TAGS) == [(0, 3), (0, 4), (1, 4), (2, 3), (3, 4), (4, 3)]


def test_a_type_may_look_like_a_tag() -> None:
    assert [type_of(tag) for tag in ("O", "B-O", "I-I-X", "B-B-X")] == ["", "O", "I-X", "B-X"]
    assert [goes_on(tag) for tag in ("O", "B-I-X", "I-X")] == [False, False, True]
