"""Where an attack changes texts; imports TensorFlow."""

from __future__ import annotations

from kerasapps.training.word_space import WordSpace


def space(radius: float) -> WordSpace:
    """The vectors of words, by a share of the length of all of a text."""
    return WordSpace(radius)
