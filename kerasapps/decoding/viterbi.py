"""The likeliest tags of a sentence, and how sure they are, from scores of words and of moves.

What a finished tagger does in Python, without TensorFlow; `viterbi_graph` does the search in a
SavedModel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.iob2 import impossible_moves, impossible_starts

IMPOSSIBLE: Final = -1e4
"""Score of a move that cannot be."""


@dataclass(frozen=True)
class Transitions:
    """Scores of tags beside each other, the larger the likelier.

    Attributes:
        start: float32 `(tags,)`, of a sentence's first tag.
        between: float32 `(tags, tags)`, of the move from the first index to the second.
        end: float32 `(tags,)`, of the last tag.

    Examples:
        >>> none = np.zeros(3, np.float32)
        >>> transitions = Transitions(none, np.zeros((3, 3), np.float32), none)
        >>> viterbi(np.eye(3), transitions).tolist()
        [0, 1, 2]
    """

    start: NDArray[np.float32]
    between: NDArray[np.float32]
    end: NDArray[np.float32]


def legal_transitions(tags: Sequence[str]) -> Transitions:
    """0 for what IOB2 allows, and -10,000 for an `I-X` that follows neither `B-X` nor `I-X`.

    Args:
        tags: names, in the order of their numbers.

    Examples:
        >>> legal_transitions(("O", "B-PER", "I-PER")).start.tolist()
        [0.0, 0.0, -10000.0]
    """
    start = np.zeros(len(tags), np.float32)
    start[impossible_starts(tags)] = IMPOSSIBLE
    between = np.zeros((len(tags), len(tags)), np.float32)
    for before, after in impossible_moves(tags):
        between[before, after] = IMPOSSIBLE
    return Transitions(start, between, np.zeros(len(tags), np.float32))


def viterbi(emissions: NDArray[Any], transitions: Transitions) -> NDArray[np.int64]:
    """The tags of the largest score.

    Of equal ones, from the last tag to the first, the one with the smallest number.

    Args:
        emissions: float `(words, tags)`, the scores of each word's tags.
        transitions: the scores of tags beside each other.

    Returns:
        int64 `(words,)`, numbers of tags; empty for no words.

    Reference: Viterbi 1967; Rabiner 1989, section III.B.

    Examples:
        >>> transitions = legal_transitions(("O", "B-PER", "I-PER"))
        >>> emissions = np.array([[1.0, 0.9, 0.0], [0.0, 0.0, 0.5]])
        >>> viterbi(emissions, transitions).tolist()
        [1, 2]
    """
    words = len(emissions)
    best = np.zeros(words, np.int64)
    if not words:
        return best
    scores = transitions.start + np.asarray(emissions[0], np.float64)
    came = np.zeros((words, len(scores)), np.int64)
    for word in range(1, words):
        moves = scores[:, None] + transitions.between
        came[word] = moves.argmax(axis=0)
        scores = moves.max(axis=0) + emissions[word]
    best[-1] = (scores + transitions.end).argmax()
    for word in range(words - 1, 0, -1):
        best[word - 1] = came[word, best[word]]
    return best


@dataclass(frozen=True)
class Lattice:
    """All tags that a sentence could have, summed up from both ends.

    Attributes:
        emissions: float64 `(words, tags)`, at least one word.
        transitions: the scores of tags beside each other.
        before: float64 `(words, tags)`: logarithm of the summed `exp(score)` of all that may stand
            before a word with this tag, the move to it included.
        behind: likewise of what stands behind.
        total: the logarithm of the sum over all tags of the sentence.
    """

    emissions: NDArray[np.float64]
    transitions: Transitions
    before: NDArray[np.float64]
    behind: NDArray[np.float64]
    total: float

    def marginals(self) -> NDArray[np.float64]:
        """The chance of each word's tags, `(words, tags)`, each row of the sum 1."""
        return np.exp(self.before + self.emissions + self.behind - self.total)

    def entity_chance(self, first: int, last: int, begins: int, goes_on: int | None) -> float:
        """The chance that exactly these words are an entity, neither more of them nor fewer.

        Args:
            first: number of its first word.
            last: of its last word.
            begins: number of the tag of the first word.
            goes_on: of the tag of the others; None if no entity of this type has further words.
        """
        between = self.transitions.between.astype(np.float64)
        score, tag = self.before[first, begins] + self.emissions[first, begins], begins
        for word in range(first + 1, last + 1):
            if goes_on is None:
                return 0.0
            score += between[tag, goes_on] + self.emissions[word, goes_on]
            tag = goes_on
        behind = self.behind[last, tag]
        if goes_on is not None and last + 1 < len(self.emissions):
            following = between[tag] + self.emissions[last + 1] + self.behind[last + 1]
            behind = _log_sum(np.delete(following, goes_on))
        return float(np.exp(score + behind - self.total))


def lattice(emissions: NDArray[Any], transitions: Transitions) -> Lattice:
    """What `marginals` and the chances of entities are read from; in float64.

    Args:
        emissions: float `(words, tags)`, at least one word.
        transitions: the scores of tags beside each other.

    Reference: Rabiner 1989, section III.A (forward-backward), in logarithms.
    """
    scores = np.asarray(emissions, np.float64)
    between = transitions.between.astype(np.float64)
    before, behind = np.empty_like(scores), np.empty_like(scores)
    before[0], behind[-1] = transitions.start, transitions.end
    for word in range(1, len(scores)):
        before[word] = _log_sum((before[word - 1] + scores[word - 1])[:, None] + between)
    for word in range(len(scores) - 1, 0, -1):
        behind[word - 1] = _log_sum((behind[word] + scores[word])[:, None] + between.T)
    total = float(_log_sum(before[0] + scores[0] + behind[0]))
    return Lattice(scores, transitions, before, behind, total)


def marginals(emissions: NDArray[Any], transitions: Transitions) -> NDArray[np.float64]:
    """The chance of each word's tags among all tags of the sentence.

    Args:
        emissions: float `(words, tags)`.
        transitions: the scores of tags beside each other.

    Returns:
        float64 `(words, tags)`, each row of the sum 1.

    Examples:
        >>> transitions = legal_transitions(("O", "B-PER", "I-PER"))
        >>> marginals(np.zeros((2, 3)), transitions).round(2).tolist()
        [[0.4, 0.6, 0.0], [0.4, 0.4, 0.2]]
    """
    if not len(emissions):
        return np.zeros(np.shape(emissions), np.float64)
    return lattice(emissions, transitions).marginals()


def _log_sum(logs: NDArray[np.float64]) -> Any:
    """Logarithm of the sum of `exp(logs)` over the first axis."""
    largest = logs.max(axis=0)
    return largest + np.log(np.exp(logs - largest).sum(axis=0))
