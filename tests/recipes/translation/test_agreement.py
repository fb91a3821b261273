"""How like Keras' translations a file's must be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kerasapps.recipes.translation.agreement import same_translations

KERAS = [f"Satz {number}" for number in range(10)]


def half(translations: Sequence[str], references: Sequence[str]) -> float:
    assert len(translations) == len(references) == 10
    return 0.15


@pytest.mark.parametrize(
    ("same", "tolerance", "likeness"),
    [(3, 0.0, None), (2, 0.0, 20), (2, 10.0, None), (0, 14.9, 15), (0, 15.0, None)],
)
def test_the_likelier_of_the_letters_and_the_score_counts(
    same: int, tolerance: float, likeness: float | None
) -> None:
    translations = [*KERAS[:same], *["other"] * (10 - same)]
    agreement = same_translations(translations, KERAS, tolerance=tolerance, score=half)
    assert agreement.share == same / 10
    said = (
        f"translates otherwise than Keras: its translations have {likeness}.0 BLEU against Keras' "
        f"own, and need {30 - tolerance:.1f}, however good either is"
    )
    assert agreement.objection == ("" if likeness is None else said)
