"""Which models suit texts, where nobody names one; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.workflow.steps import Options, Suitable

MOST_WORDS: Final[Mapping[str, int]] = MappingProxyType(
    {"text_cnn": 2_000_000, "lstm_attention": 500_000}
)
"""Words of the whole training split up to which a model is tried: as many as two cores train on in
a minute or two. With more, n-grams know most of what the order of the words tells."""
LONGEST: Final[Mapping[str, int]] = MappingProxyType({"lstm_attention": 60})
"""Words of a text, on average: a recurrent network takes a step for each, on the phone too."""

_SAMPLE = 2000  # texts whose length is looked at
_WORD = 6  # characters, with the space behind it


def suitable_models(
    splits: TextSplits, options: Options, able: tuple[str, ...], *, left_out: Mapping[str, str]
) -> Suitable:
    """N-grams always, networks that read words in their order where the texts are not too many.

    Args:
        splits: the texts.
        options: not looked at.
        able: models that can take the options.
        left_out: not looked at.
    """
    words, count = _mean_words(splits.train), len(splits.train)
    quick = tuple(
        name
        for name in able
        if words * count <= MOST_WORDS.get(name, words * count)
        and words <= LONGEST.get(name, words)
    )
    names = quick or able[:1]
    what = f"{count:,} texts of about {words:.0f} words"
    if len(names) > 1:
        return Suitable(names, f"best on the validation split, of those for {what}.")
    return Suitable(names, f"the one for {what}.")


def _mean_words(train: TextExamples) -> float:
    """Words of a text, on average, by its characters: not all scripts have spaces."""
    rows = range(0, len(train), -(-len(train) // _SAMPLE))
    return max(1.0, sum(len(train.texts[row]) for row in rows) / len(rows) / _WORD)
