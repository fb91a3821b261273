"""Sentence pairs of few words, and a tokenizer learned from them."""

from __future__ import annotations

from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer

NOUNS = ("dog", "house", "friend", "window", "winter", "brother", "garden", "school")
VERBS = ("sees", "paints", "forgets", "visits", "finds", "likes")
SOURCES = [f"The {a} {v} the {b}, {n}." for n, v in enumerate(VERBS) for a in NOUNS for b in NOUNS]
TARGETS = [text.replace("The", "Größe").replace("the", "für").upper() for text in SOURCES]


def learned(
    sources: list[str] = SOURCES,
    targets: list[str] = TARGETS,
    *,
    lengths: tuple[int, int] = (40, 36),
    **options: Any,
) -> PairTokenizer:
    """Learned with these options."""
    return learn_pair_tokenizer(
        sources,
        targets,
        translation=TranslationConfig(**options),
        max_source=lengths[0],
        max_target=lengths[1],
        languages=("en", "de"),
    )
