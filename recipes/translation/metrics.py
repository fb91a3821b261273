"""Figures of a translator from its translations and the references: sacreBLEU, no TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import Shown, cell
from kerasapps.wording.counted import counted

# Scripts that write no spaces: sacreBLEU's 13a would take a sentence for one word.
_TOKENIZERS = {"zh": "zh", **dict.fromkeys(("ja", "km", "lo", "my", "th"), "char")}
_DEFAULT_TOKENIZER = "13a"
_LENGTH_EDGES = (10, 20, 30)  # words of the source


@dataclass(frozen=True)
class LengthScore:
    """How sentences of one length fared.

    Attributes:
        words: of the source, such as "11 to 20".
        examples: number of sentences.
        bleu: of these alone, 0 to 100; None where there are none.
        ratio: words of the translations over words of the references.
    """

    words: str
    examples: int
    bleu: float | None
    ratio: float | None


@dataclass(frozen=True)
class TranslationMetrics:
    """All figures of one translator on one split. Scores are from 0 to 100.

    Attributes:
        examples: number of sentences the figures are from.
        beam: hypotheses that beam search kept; 1 is greedy.
        bleu: cased, of detokenized text.
        bleu_greedy: the same of greedy translations; None where only the others were made.
        bleu_lowercase: as `bleu` but for upper and lower case, to compare with figures that are
            published for lower-cased text.
        chrf: character n-gram F-score, cased.
        signature: how sacreBLEU computed `bleu`; without it the number compares with nothing.
        chrf_signature: the same of `chrf`.
        length_ratio: words of all translations over words of all references.
        by_length: the figures by length of the source.

    Reference: Post 2018 ("A Call for Clarity in Reporting BLEU Scores"); Popović 2015 ("chrF").

    Examples:
        >>> metrics = kerasapps.evaluation.translation_metrics(
        ...     ["the cat sat here"], sources=["sie saß"], references=["the cat sat down here"]
        ... )
        >>> 0 < metrics.bleu < 100
        True
    """

    examples: int
    beam: int
    bleu: float
    bleu_greedy: float | None
    bleu_lowercase: float
    chrf: float
    signature: str
    chrf_signature: str
    length_ratio: float | None
    by_length: tuple[LengthScore, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for `json.dumps`."""
        values = dataclasses.asdict(self)
        return values | {"by_length": list(values["by_length"])}

    def shown(self) -> Shown:
        """The figures by length, those of all, and how they were computed."""
        return Shown(
            title=counted(self.examples, "sentence pair"),
            columns=("words of the source", "sentences", "BLEU", "length ratio"),
            rows=[
                [
                    each.words,
                    str(each.examples),
                    cell(each.bleu, "{:.2f}"),
                    cell(each.ratio, "{:.3f}"),
                ]
                for each in self.by_length
            ],
            lines=[
                f"BLEU {self.bleu:.2f} (beam {self.beam}), in lower case "
                f"{self.bleu_lowercase:.2f}, chrF {self.chrf:.2f}",
                f"BLEU: {self.signature}; chrF: {self.chrf_signature}",
            ],
        )


def translation_metrics(
    translations: Sequence[str],
    *,
    sources: Sequence[str],
    references: Sequence[str],
    greedy: Sequence[str] | None = None,
    beam: int = 1,
    language: str | None = None,
) -> TranslationMetrics:
    """Judges translations of a split, one reference a sentence.

    Args:
        translations: detokenized, in the order of the references.
        sources: what was translated.
        references: what a person translated it to.
        greedy: greedy translations of the same, where `translations` are of a beam search.
        beam: hypotheses that made `translations`.
        language: of the translations, such as `de`; decides how BLEU cuts words.

    Raises:
        DataError: if there are no sentences, or numbers of them differ.

    Examples:
        >>> metrics = kerasapps.evaluation.translation_metrics(
        ...     ["the cat sat down"], sources=["sie saß"], references=["the cat sat down"]
        ... )
        >>> round(metrics.chrf, 2)
        100.0
    """
    _check(translations, references)
    _check(sources, references)
    metric, chrf = _bleu(language), CHRF()
    score = _score(metric, translations, references)
    chrf_score = _score(chrf, translations, references)
    return TranslationMetrics(
        examples=len(references),
        beam=beam,
        bleu=score,
        bleu_greedy=None if greedy is None else bleu(greedy, references, language=language),
        bleu_lowercase=bleu(translations, references, language=language, lowercase=True),
        chrf=chrf_score,
        signature=str(metric.get_signature()),
        chrf_signature=str(chrf.get_signature()),
        length_ratio=_ratio(translations, references),
        by_length=_by_length(translations, sources, references, language),
    )


def bleu(
    translations: Sequence[str],
    references: Sequence[str],
    *,
    language: str | None = None,
    lowercase: bool = False,
) -> float:
    """Corpus BLEU, 0 to 100, of detokenized text with one reference a sentence.

    Args:
        translations: in the order of the references.
        references: at least one.
        language: of the translations, such as `de`; decides how words are cut.
        lowercase: whether upper and lower case are the same.

    Raises:
        DataError: if there are no sentences, or numbers of them differ.

    Examples:
        >>> round(kerasapps.evaluation.bleu(["the cat sat down"], ["the cat sat down"]), 2)
        100.0
    """
    _check(translations, references)
    metric = _bleu(language, lowercase=lowercase)
    return _score(metric, translations, references)


def _score(metric: BLEU | CHRF, translations: Sequence[str], references: Sequence[str]) -> float:
    """0 to 100; sacreBLEU itself gives a perfect corpus a last bit more."""
    return min(100.0, float(metric.corpus_score(list(translations), [list(references)]).score))


def _bleu(language: str | None, *, lowercase: bool = False) -> BLEU:
    base = (language or "").lower().replace("_", "-").partition("-")[0]
    return BLEU(lowercase=lowercase, tokenize=_TOKENIZERS.get(base, _DEFAULT_TOKENIZER))


def _check(translations: Sequence[str], references: Sequence[str]) -> None:
    if len(translations) != len(references):
        raise DataError(
            f"there are {len(translations)} sentences but {len(references)} references."
        )
    if not len(references):
        raise DataError("there are no sentences to judge.")


def _ratio(translations: Sequence[str], references: Sequence[str]) -> float | None:
    words = sum(len(each.split()) for each in references)
    return sum(len(each.split()) for each in translations) / words if words else None


def _by_length(
    translations: Sequence[str],
    sources: Sequence[str],
    references: Sequence[str],
    language: str | None,
) -> tuple[LengthScore, ...]:
    lengths = np.asarray([len(each.split()) for each in sources])
    lows = (0, *(edge + 1 for edge in _LENGTH_EDGES))
    names = [f"{low or 1} to {high}" for low, high in zip(lows, _LENGTH_EDGES, strict=False)]
    group = np.searchsorted(_LENGTH_EDGES, lengths, side="left")
    scores = []
    for number, name in enumerate([*names, f"more than {_LENGTH_EDGES[-1]}"]):
        rows = np.flatnonzero(group == number).tolist()
        ours, theirs = [translations[row] for row in rows], [references[row] for row in rows]
        score = bleu(ours, theirs, language=language) if rows else None
        scores.append(LengthScore(name, len(rows), score, _ratio(ours, theirs)))
    return tuple(scores)
