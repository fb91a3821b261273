"""The votes of n-grams: linear models on weighed counts, solved at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# What mistakes on training texts cost. The one that does best on texts that were held out is taken.
COSTS = (0.1, 0.3, 1.0, 3.0)
SHARPNESS = np.geomspace(0.5, 32, 25)
# Votes of characters against those of words: what did best on validation texts of several sets.
CHARACTERS = 0.7
# Runs of characters in all texts together. Where there are more, the words are many enough.
MOST_RUNS = 2**24
_HELD_OUT = 5  # each fifth text
_TRIED = 10_000  # texts that choose the cost at most
_PASSES = 100  # over the texts; more change no figure, and noisy labels would take thousands


@dataclass(frozen=True, eq=False)
class Votes:
    """What a linear model of n-grams knows.

    Attributes:
        votes: float32, `(ngrams, classes)`.
        bias: float32, `(classes,)`.
    """

    votes: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True, eq=False)
class _Machines:
    """One support vector machine a class: float64 `(features, classes)` and `(classes,)`."""

    weights: np.ndarray
    bias: np.ndarray


def solve_votes(
    ids: np.ndarray,
    labels: np.ndarray,
    *,
    classes: int,
    ngrams: int,
    tokens: int,
    characters: csr_array | None = None,
    class_weights: Sequence[float] | None = None,
    example_weights: np.ndarray | None = None,
) -> Votes:
    """The votes under which texts get their labels by a margin, and votes stay small.

    Features are n-grams, weighed by how rare they are, each text's tokens and its longer n-grams
    scaled as `SolvedVotes` does; and the runs of characters of its tokens, whose votes then go to
    the tokens that hold them. Sums of votes are scaled such that they are logits: by the texts that
    were held out when the cost was chosen.

    Args:
        ids: int32, `(n, m)`, the distinct n-grams of each text, 0 for none.
        labels: int64, `(n,)`, class numbers; int64, `(n, k)`, whether a text has each of k labels;
            or float, `(n, 1)`, numbers, whose votes are a ridge regression.
        classes: number of classes or labels; 1 for a number.
        ngrams: ids are below this.
        tokens: ids below this are single tokens.
        characters: float32 `(tokens, k)`, which runs of characters each token holds, or None. They
            are left out where the texts hold more than `MOST_RUNS`.
        class_weights: how much a mistake on a text of each class counts; None: all the same.
        example_weights: how much one on each text counts on top of that, float `(n,)`, more than 0;
            None: 1. Not for numbers.

    Reference: Joachims 1998; Fan et al. 2008 (the solver); Platt 1999 (the scale); Hoerl and
    Kennard 1970 (ridge regression).
    """
    present = _present(ids, ngrams=ngrams, tokens=tokens)
    basis = _basis(present, tokens=tokens, characters=characters)
    features = present @ basis
    weights = np.ones(classes) if class_weights is None else np.asarray(class_weights, np.float64)
    each = np.ones(len(labels)) if example_weights is None else example_weights
    cost, sharpness = _choose(features, labels, weights, each)
    machines = _solve_any(features, labels, weights, each, cost)
    return Votes(
        np.asarray(basis @ machines.weights * sharpness, np.float32),
        np.asarray(machines.bias * sharpness, np.float32),
    )


def _present(ids: np.ndarray, *, ngrams: int, tokens: int) -> csr_array:
    """What `SolvedVotes` counts of each text, float32 `(n, ngrams)`."""
    from scipy.sparse import csr_array

    rows, places = np.nonzero(ids)
    numbers = ids[rows, places]
    longer = (numbers >= tokens).astype(np.int64)
    kinds = rows * 2 + longer
    share = 1 / np.sqrt(np.bincount(kinds, minlength=2 * len(ids)))[kinds]
    shape = (len(ids), ngrams)
    return csr_array((share.astype(np.float32), (rows, numbers)), shape=shape)


def _basis(present: csr_array, *, tokens: int, characters: csr_array | None) -> csr_array:
    """From n-grams to what is solved for, float32 `(ngrams, features)`.

    The first features are the n-grams that were seen, each by its weight; then the characters.
    """
    from scipy.sparse import csr_array, diags_array, hstack

    texts = _texts(present)
    seen = np.flatnonzero(texts)
    weights = np.zeros(len(seen), np.float32)
    for kind in (seen < tokens, seen >= tokens):
        weights[kind] = _rarity(texts[seen[kind]], present.shape[0])
    columns = np.arange(len(seen))
    weighed = csr_array((weights, (seen, columns)), shape=(present.shape[1], len(seen)))
    if characters is None or _runs(texts[:tokens], characters) > MOST_RUNS:
        return weighed
    held = present[:, :tokens] @ characters
    # A token holds this many on average, so that all of them count as the token itself does.
    each = characters[seen[seen < tokens]].sum() / max(1, np.count_nonzero(seen < tokens))
    scale = CHARACTERS / np.sqrt(max(each, 1.0)) * _rarity(_texts(held), present.shape[0])
    characters = characters @ diags_array(scale.astype(np.float32))
    characters.resize((present.shape[1], characters.shape[1]))
    return csr_array(hstack([weighed, characters], format="csr"))


def _runs(texts: np.ndarray, characters: csr_array) -> int:
    """How many runs of characters the tokens of all texts hold, at most."""
    return int(texts @ np.diff(characters.indptr))


def _texts(features: csr_array) -> np.ndarray:
    """In how many texts each feature occurs."""
    return np.bincount(features.indices, minlength=features.shape[1])


def _rarity(texts: np.ndarray, total: int) -> np.ndarray:
    """Inverse document frequencies, scaled such that their squares are 1 on average."""
    rarity = np.log((1 + total) / (1 + texts)) + 1
    return rarity / np.sqrt(max(texts @ rarity**2 / max(texts.sum(), 1), 1e-9))


def _choose(
    features: csr_array, labels: np.ndarray, weights: np.ndarray, each: np.ndarray
) -> tuple[float, float]:
    """The cost and the scale of scores that make the likeliest guesses of held-out labels."""
    order = np.arange(0, len(labels), -(-len(labels) // _TRIED))
    if labels.ndim == 1:
        order = order[np.argsort(labels[order], kind="stable")]
    held = np.arange(len(order)) % _HELD_OUT == _HELD_OUT // 2
    if not held.any():
        return 1.0, 1.0
    shown, asked = order[~held], order[held]
    best = (np.inf, 1.0, 1.0)
    for cost in COSTS:
        machines = _solve_any(features[shown], labels[shown], weights, each[shown], cost)
        scores = features[asked] @ machines.weights + machines.bias
        for sharpness in SHARPNESS if labels.dtype.kind != "f" else (1.0,):
            loss = _loss(scores * sharpness, labels[asked], weights, each[asked])
            best = min(best, (loss, cost, float(sharpness)))
    return best[1:]


def _loss(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, each: np.ndarray) -> float:
    """How far scores are from what is true: classes, sets of labels, or numbers."""
    if labels.dtype.kind == "f":
        return float(((scores - labels) ** 2).mean())
    if labels.ndim == 2:
        losses = np.logaddexp(0, np.where(labels, -scores, scores))
        return float((losses * each[:, None]).mean())
    return _log_loss(scores, labels, weights[labels] * each)


def _log_loss(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    logits = logits - logits.max(axis=1, keepdims=True)
    chances = logits[np.arange(len(labels)), labels] - np.log(np.exp(logits).sum(axis=1))
    return float(-(weights * chances).mean())


def _solve_any(
    features: csr_array,
    labels: np.ndarray,
    class_weights: np.ndarray,
    each: np.ndarray,
    cost: float,
) -> _Machines:
    """A machine for each class, or for each label alone; of numbers a line."""
    if labels.dtype.kind == "f":
        return _solve_numbers(features, labels, cost)
    if labels.ndim == 1:
        return _solve(features, labels, class_weights, each, cost)
    every = [_solve(features, column, np.ones(2), each, cost) for column in labels.T]
    weights = np.stack([machines.weights[:, 1] for machines in every], axis=1)
    return _Machines(weights, np.array([machines.bias[1] for machines in every]))


def _solve_numbers(features: csr_array, numbers: np.ndarray, cost: float) -> _Machines:
    """A ridge regression; of texts without features the mean."""
    from sklearn.linear_model import Ridge

    if not features.shape[1]:
        return _Machines(np.zeros((0, numbers.shape[1])), numbers.mean(axis=0))
    line = Ridge(alpha=1 / cost, solver="sparse_cg", random_state=0)
    line.fit(_plain(features), numbers)
    return _Machines(
        np.reshape(line.coef_, (numbers.shape[1], -1)).T, np.atleast_1d(line.intercept_)
    )


def _solve(
    features: csr_array,
    labels: np.ndarray,
    class_weights: np.ndarray,
    each: np.ndarray,
    cost: float,
) -> _Machines:
    """A machine for each class against all others; one without texts that count never wins."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    classes = len(class_weights)
    weights = np.zeros((features.shape[1], classes))
    bias = np.full(classes, -1.0)
    counted = class_weights[labels] > 0  # the solver would take the others' signs the wrong way
    features, labels, each = features[counted], labels[counted], each[counted]
    known = np.unique(labels)
    if len(known) < 2 or not features.shape[1]:
        bias[known] = 1.0
        return _Machines(weights, bias)
    machine = LinearSVC(C=cost, max_iter=_PASSES, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(_plain(features), labels, sample_weight=class_weights[labels] * each)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(known) == 2:  # one machine, that speaks for the second class
        coefficients = np.concatenate([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    weights[:, known], bias[known] = coefficients.T, intercepts
    return _Machines(weights, bias)


def _plain(features: csr_array) -> Any:
    """As the solver wants it: float64, with 32-bit indices."""
    from scipy.sparse import csr_matrix

    places = features.indices.astype(np.int32), features.indptr.astype(np.int32)
    return csr_matrix((features.data.astype(np.float64), *places), shape=features.shape)
