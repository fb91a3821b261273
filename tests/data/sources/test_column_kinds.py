from __future__ import annotations

import pytest

from kerasapps.data.sources.column_kinds import side_column, varied

_ANKI = "CC-BY 2.0 (France) Attribution: tatoeba.org #2877272 (CM) & #8597805 (Roujin)"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([_ANKI, _ANKI], "attribution"),
        (["CC0", "CC BY 4.0", "cc-by-sa"], "attribution"),
        (["© a", "Licence: MIT", "public domain", "Creative Commons"], "attribution"),
        (["1", " 77 ", "#5"], "numbers"),
        ([1, 2, None], "numbers"),
        (["1", "1.5"], None),
        ([_ANKI] * 19 + ["a"], "attribution"),
        ([_ANKI] * 18 + ["a"], None),
        (["A text about an account.", "He buys a licensed car."], None),
        (["", None], None),
        ([], None),
    ],
)
def test_what_a_column_holds(values: list[object], kind: str | None) -> None:
    assert side_column([["x", value] for value in values] + [["too short"]], 1) == kind


def test_texts_differ_and_labels_do_not() -> None:
    assert varied([["a"], ["b"], ["a"]], 0) and not varied([["a"], ["b"], ["a"], ["a"]], 0)
    assert not varied([], 0)
    assert varied([["a", "b"], ["too short"], ["a", "c"]], 1)
