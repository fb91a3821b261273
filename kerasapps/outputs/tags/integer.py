"""Whether the int8 file of a network that tags words does so as its float network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.export.integer import Alike, integer_rows
from kerasapps.model_inputs import ModelInputs, load_inputs

EMISSIONS = f"{__name__}:integer_emissions"
LEAST_AGREEMENT = 0.99
"""Of the words whose best tag is not the commonest: most words are no entity's."""
LARGEST_CHANGE = 0.05  # of the deviation of the float network's scores, as a root mean square


def integer_emissions(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network with a score a word and tag (see `integer_rows`)."""
    return integer_rows(converter, job, alike=alike_on(load_inputs(Path(job["calibration"]))))


def alike_on(inputs: ModelInputs) -> Alike:
    """Whether a file tags the words of some rows of ids as another does; padding does not count."""

    def alike(scores: np.ndarray, expected: np.ndarray) -> bool:
        words = places_of_words(inputs, expected.shape[1])
        return keeps_emissions(scores[words], expected[words])

    return alike


def places_of_words(inputs: ModelInputs, length: int) -> NDArray[np.bool_]:
    """Where rows of ids have words: `(n, length)`.

    Args:
        inputs: of a tagger, by name, 0 where nothing is. One of another length, as that of pieces,
            says nothing of the places of words.
        length: words that the network reads.
    """
    assert isinstance(inputs, Mapping), "a tagger's inputs have names"
    of_words = [values for values in inputs.values() if values.shape[1] == length]
    found = [values.reshape(*values.shape[:2], -1).any(axis=-1) for values in of_words]
    return np.logical_or.reduce(found)


def keeps_emissions(scores: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike: the best tag stays, and scores move little.

    Args:
        scores: float, `(words, tags)`.
        expected: those of the float network, of the same shape.
    """
    best, other = expected.argmax(-1), scores.argmax(-1)
    commonest = np.bincount(best).argmax()
    rare = best != commonest
    agreement = np.mean(best[rare] == other[rare]) if rare.any() else 1.0
    change = np.sqrt(np.mean(np.square(scores - expected)))
    return bool(agreement >= LEAST_AGREEMENT and change <= LARGEST_CHANGE * np.std(expected))
