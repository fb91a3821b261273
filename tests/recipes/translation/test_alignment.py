"""Where a translator looked, as people read it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.recipes.translation import alignment
from kerasapps.recipes.translation.alignment import Alignment, align, readable
from tests.values import kinds_of, left_open_in

ATTENTION = np.asarray(
    [[0.90001, 0.06, 0.03999, 0.0], [0.2, 0.15, 0.65, 0.0], [9.0, 9.0, 9.0, 9.0]], np.float32
)


def aligned(**changes):
    pieces = {"source": ["▁two", "▁men", "</s>"], "target": ["▁Zwei", "▁Männer"]}
    return align("two men", "Zwei Männer", **{"attention": ATTENTION, **pieces, **changes})


def test_an_alignment_has_the_pieces_and_no_padding():
    found = aligned()
    assert (found.text, found.translation, found.truncated) == ("two men", "Zwei Männer", False)
    assert found.source == ("two", "men", "</s>") and found.target == ("Zwei", "Männer")
    assert found.weights == ((0.9, 0.06, 0.04), (0.2, 0.15, 0.65))
    assert aligned(truncated=True).truncated


def test_the_strongest_is_what_a_piece_looked_at_most():
    assert aligned().strongest() == [("Zwei", "two", 0.9), ("Männer", "</s>", 0.65)]


def test_shades_are_quarters():
    assert aligned().shades() == [
        ("Zwei", [(4, 0.9), (0, 0.06), (0, 0.04)]),
        ("Männer", [(1, 0.2), (1, 0.15), (3, 0.65)]),
    ]
    over = aligned(source=["▁two"], target=["▁Zwei"], attention=np.asarray([[1.5]]))
    assert over.shades() == [("Zwei", [(4, 1.5)])]


@pytest.mark.parametrize("truncated", [False, True])
def test_the_three_pieces_that_were_looked_at_most_are_printed(truncated):
    weights = ((0.7, 0.1, 0.05, 0.15), (0.2, 0.3, 0.3, 0.2))
    source, target = ("two", "men", "go", "</s>"), ("Zwei", "Männer")
    shown = Alignment("two men go", "Zwei Männer", source, target, weights, truncated).shown()
    note = ["(the text is longer than the model reads: its end was ignored)"] * truncated
    assert shown.lead == ["Zwei Männer", *note] and shown.lines == ()
    assert shown.title == "Attention of the last layer"
    assert shown.columns == ("translation", "looked at most", "", "")
    assert shown.rows == [
        ["Zwei", "two 70%", "</s> 15%", "men 10%"],
        ["Männer", "men 30%", "go 30%", "two 20%"],
    ]


def test_of_short_sources_less_is_printed():
    assert Alignment("a", "b", ("a",), ("b",), ((1.0,),)).shown().rows == [["b", "a 100%", "", ""]]


def test_an_alignment_is_plain_values():
    values = aligned().to_dict()
    assert values["source"] == ("two", "men", "</s>") and values["weights"][0] == (0.9, 0.06, 0.04)
    assert json.loads(json.dumps(values))["truncated"] is False


def test_attention_that_is_too_small_is_refused():
    aligned(attention=ATTENTION[:2, :3])
    for small in (ATTENTION[:1], ATTENTION[:, :2]):
        with pytest.raises(DataError, match="cannot be of 2 target and 3 source pieces"):
            aligned(attention=small)


def test_pieces_are_readable():
    assert [readable(each) for each in ("▁two", "▁", "▁▁a▁b", "m")] == ["two", "▁", "a b", "m"]


def test_kinds_of_values():
    assert kinds_of(alignment) == {"Alignment": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(alignment) == {"Alignment": {"truncated": False}}
