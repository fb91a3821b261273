from __future__ import annotations

from kerasapps.recipes.tagging.encoding import begun


def test_an_entity_that_was_cut_in_two_begins_anew() -> None:
    assert begun(["I-PER", "I-PER", "O", "B-LOC"]) == ["B-PER", "I-PER", "O", "B-LOC"]
    assert begun(("O", "B-PER", "I-PER")) == ["O", "B-PER", "I-PER"]
    assert begun(()) == []
