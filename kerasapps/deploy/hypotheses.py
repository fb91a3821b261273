"""What a search finds, and the rules that all searches for a translation keep.

The ids are those of the tokenizers of translation: 0 padding, 1 unknown, 2 start, 3 end.
`translation_search.py` keeps these rules in numpy, `kerasapps.decoding.graph` in TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.checks import INFINITY, check_options, option, require_whole
from kerasapps.errors import ConfigError

PADDING = 0
START = 2
END = 3
MOST_HYPOTHESES = 100  # a beam of more takes minutes for a sentence, and finds nothing better

# No piece costs more than this log-probability, not even one that a broken network gives none, so
# that the end mark, which is always allowed, can end any hypothesis with a finite score.
FLOOR = -1e4


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One translation, in pieces.

    Attributes:
        ids: of the target's pieces, without the start mark, the end mark last.
        score: natural logarithm of its probability, over `len(ids) ** length_penalty`.
        attention: float32, `(len(ids), source length)`: where the network looked for each piece;
            None if the search was not asked for it.

    Examples:
        >>> best = kerasapps.decoding.Hypothesis(ids=(17, 4, 3), score=-0.2)
        >>> best.ids[-1]
        3
    """

    ids: tuple[int, ...]
    score: float
    attention: NDArray[np.float32] | None = None


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How pieces are drawn at random instead of searched for.

    Examples:
        >>> kerasapps.decoding.Sampling(temperature=0.7, top_k=20).seed
        0
    """

    temperature: float = option(
        1.0, "divides the logits: less is safer, more is wilder", low=0.01, high=100
    )
    top_k: int | None = option(
        None, "draw from this many likeliest pieces (default: all)", low=1, whole=True
    )
    top_p: float | None = option(
        None,
        "draw from the likeliest pieces that make up this probability (default: all)",
        low=0.0001,
        high=1,
    )
    seed: int = option(0, "of the draws", low=0, high=2**31 - 1, whole=True)

    def __post_init__(self) -> None:
        check_options(self)


def length_divisors(max_length: int, length_penalty: float) -> NDArray[np.float32]:
    """By what the log-probability of a hypothesis of each length is divided.

    Args:
        max_length: pieces of the longest hypothesis, its end mark included.
        length_penalty: exponent of the length.

    Returns:
        float32, `(max_length + 1,)`; the first is never used.
    """
    lengths = np.maximum(np.arange(max_length + 1, dtype=np.float64), 1)
    return (lengths**length_penalty).astype(np.float32)


def check_search(
    *, max_length: int, length_penalty: float = 1.0, beam: int = 1, n_best: int = 1
) -> None:
    """Refuses what no search can do.

    Raises:
        ConfigError: if a length, a beam or a number of answers is no positive whole number, the
            beam holds more than any search needs, more answers are wanted than it holds, or the
            penalty is negative, which would make an unfinished hypothesis better by going on.
    """
    for name, value in (("max_length", max_length), ("beam", beam), ("n_best", n_best)):
        require_whole(value, 1, what=name)
        if name != "max_length" and value > MOST_HYPOTHESES:
            raise ConfigError(
                f"{name} must be at most {MOST_HYPOTHESES}, got {value!r}: each hypothesis takes "
                "as long as a translation."
            )
    if n_best > beam:
        raise ConfigError(f"n_best {n_best} is more than the beam keeps: raise beam (now {beam}).")
    if not 0 <= length_penalty < INFINITY:
        raise ConfigError(f"length_penalty must be a number of at least 0, got {length_penalty!r}.")
