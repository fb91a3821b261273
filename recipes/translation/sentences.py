"""Single translations, by how near they are to their references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sacrebleu.metrics.chrf import CHRF


def sentence_chrf(translations: Sequence[str], references: Sequence[str]) -> np.ndarray:
    """chrF of each sentence alone, float64 `(n,)`, 0 to 100; BLEU is too coarse for that."""
    metric = CHRF()
    pairs = zip(translations, references, strict=True)
    scores = [metric.sentence_score(ours, [theirs]).score for ours, theirs in pairs]
    return np.asarray(scores)


@dataclass(frozen=True)
class ShownTranslation:
    """A translation as the report shows it.

    Attributes:
        source: what was translated.
        reference: what a person translated it to.
        translation: what the model made of it.
        chrf: how alike the two are, 0 to 100.
        origin: where the pair is from.
    """

    source: str
    reference: str
    translation: str
    chrf: float
    origin: str = ""


def best_and_worst(
    translations: Sequence[str],
    *,
    sources: Sequence[str],
    references: Sequence[str],
    origins: Sequence[str] = (),
    limit: int = 10,
) -> tuple[list[ShownTranslation], list[ShownTranslation]]:
    """The translations nearest to their references and those farthest from them, by chrF.

    Among equals longer sources come first: to be right there is worth more, to fail worse. The
    two lists have no sentence in common.

    Args:
        translations: in the order of the references.
        sources: what was translated.
        references: what a person translated it to.
        origins: where each pair is from; may be empty.
        limit: sentences a list, at most.
    """
    scores = sentence_chrf(translations, references)
    lengths = np.asarray([len(sources[row]) for row in range(len(scores))])
    best = np.lexsort((-lengths, -np.round(scores, 3)))[: min(limit, -(-len(scores) // 2))]
    rest = np.setdiff1d(np.arange(len(scores)), best)
    worst = rest[np.lexsort((-lengths[rest], np.round(scores[rest], 3)))][:limit]

    def shown(row: int) -> ShownTranslation:
        origin = origins[row] if len(origins) else ""
        score = float(scores[row])
        return ShownTranslation(sources[row], references[row], translations[row], score, origin)

    return [shown(int(row)) for row in best], [shown(int(row)) for row in worst]
