"""Sentence pairs of many lengths, and their ids, for tests of what comes behind."""

from __future__ import annotations

import numpy as np

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.examples import PairExamples
from kerasapps.preprocess.pairs import EncodedPairs
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer


def some_pairs(count: int) -> PairExamples:
    """Sources of 0 to 9 words, targets of up to 3 more or fewer; every pair is another one."""
    sources = [
        f"{row} " + " ".join(["red", "house", "sees"][: row % 3 + 1] * (row % 4))
        for row in range(count)
    ]
    targets = [f"{text} {'ja ' * (row % 3)}".strip() for row, text in enumerate(sources)]
    return PairExamples(sources, targets, [f"pairs, row {row}" for row in range(1, count + 1)])


def pair_tokenizer(examples: PairExamples, **lengths: int) -> PairTokenizer:
    """Learned from the examples, with lengths that cut the longest ones off."""
    given = {"max_source": 16, "max_target": 12, **lengths}
    return learn_pair_tokenizer(
        examples.sources, examples.targets, translation=TranslationConfig(), **given
    )


def pairs_of_lengths(sources: np.ndarray, targets: np.ndarray) -> EncodedPairs:
    """Pairs of these lengths, the end mark included; the number of a pair begins its rows.

    It is written in base 1000, from 10 on, so that rows tell which pair they come from; a row of a
    single id has no room for it.
    """
    rows = []
    for number, lengths in enumerate(zip(sources.tolist(), targets.tolist(), strict=True)):
        digits = [10 + number // 1000, 10 + number % 1000]
        rows += [[*digits[: length - 1], *[9] * (length - 3), 3] for length in lengths]
    return EncodedPairs(np.array([piece for row in rows for piece in row], np.int32))
