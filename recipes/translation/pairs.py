"""Sentence pairs as the task holds them, and a network's translations of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.data.pairs.examples import PairSplits
from kerasapps.decoding.compiled import Decoder
from kerasapps.models import Translator
from kerasapps.preprocess.pairs import EncodedPairs
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.recipes.translation.metrics import bleu
from kerasapps.workflow.experiment import SplitInputs


@dataclass(frozen=True)
class Pairs:
    """Sentence pairs, and how they become ids and ids become sentences.

    Attributes:
        splits: the audited examples.
        inputs: the same as ids, with their end marks.
        tokenizer: between the two.
        beam: hypotheses that beam search keeps.
        length_penalty: exponent of the length that divides a score.
    """

    splits: PairSplits
    inputs: SplitInputs[EncodedPairs]
    tokenizer: PairTokenizer
    beam: int
    length_penalty: float

    def bleu(self, translations: Sequence[str], references: Sequence[str]) -> float:
        """Corpus BLEU, 0 to 100, cut into words as the target language wants it."""
        return bleu(translations, references, language=self.tokenizer.spec.target_language)


@dataclass(frozen=True)
class Translations:
    """What a network makes of the test split.

    Attributes:
        greedy: its greedy translations, by which exported files are judged.
        beam: those of beam search.
    """

    greedy: tuple[str, ...]
    beam: tuple[str, ...]


def translate(
    pairs: Pairs, network: Translator, sources: Sequence[np.ndarray], *, beam: int = 1
) -> tuple[str, ...]:
    """A network's best translation of each source; that of an empty source is empty.

    Args:
        pairs: tokenizer and length penalty.
        network: the network.
        sources: ids, int32 `(n,)`, each with its end mark.
        beam: hypotheses to keep; 1 is greedy.
    """
    decoder = Decoder(network, beam=beam, length_penalty=pairs.length_penalty)
    return translations_of(decoder, pairs.tokenizer, sources)


def translations_of(
    decoder: Decoder, tokenizer: PairTokenizer, sources: Sequence[np.ndarray]
) -> tuple[str, ...]:
    """As `translate`, with a decoder that is used again."""
    results = decoder.decode_rows(sources)
    return tuple(
        tokenizer.decode_target(hypotheses[0].ids) if len(source) > 1 else ""
        for source, hypotheses in zip(sources, results, strict=True)
    )
