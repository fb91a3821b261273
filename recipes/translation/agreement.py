"""Whether a file translates as the Keras model does, not only as well.

By a network that has learnt nothing yet, any nonsense is as good as another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kerasapps.export.gate import Agreement

LEAST_LIKENESS = 0.3  # of a file's translations to Keras'; good int8 files keep far more


def same_translations(
    translations: Sequence[str],
    reference: Sequence[str],
    *,
    tolerance: float,
    score: Callable[[Sequence[str], Sequence[str]], float],
) -> Agreement:
    """How many translations are Keras' to the letter, and whether all are like enough.

    Args:
        translations: the file's.
        reference: Keras'.
        tolerance: points of BLEU that the file may lose.
        score: translations and as many references → BLEU over 100, from 0 to 1.
    """
    same = sum(map(str.__eq__, translations, reference)) / len(translations)
    # BLEU is 0 of what is empty, and also if it is the same.
    likeness = max(same, score(translations, reference))
    return Agreement(same, _unlike(likeness, tolerance))


def _unlike(likeness: float, tolerance: float) -> str:
    least = LEAST_LIKENESS - tolerance / 100
    if likeness >= least:
        return ""
    return (
        f"translates otherwise than Keras: its translations have {100 * likeness:.1f} BLEU against "
        f"Keras' own, and need {100 * least:.1f}, however good either is"
    )
