"""From a network that reads a sentence and says the next piece to whole translations, in numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from kerasapps.deploy.hypotheses import (
    END,
    FLOOR,
    START,
    Hypothesis,
    Sampling,
    check_search,
    length_divisors,
)

State = TypeVar("State")
Floats = NDArray[np.float32]


class Stepper(Protocol[State]):
    """A translator that is called piece by piece.

    `step` never changes the state that it is given: beam search goes on from one state in several
    ways, so a state is forked by keeping it.
    """

    def start(self, source_ids: NDArray[np.int32]) -> State:
        """Reads a sentence.

        Args:
            source_ids: int32, `(length,)`, the end mark last.
        """
        ...

    def step(self, token: int, position: int, state: State) -> tuple[Floats, State, Floats]:
        """What may follow.

        Args:
            token: the piece before, 2 (start) at first.
            position: of `token` in the translation, from 0.
            state: after the pieces before `token`.

        Returns:
            Logits, float32, `(vocabulary,)`; the state after `token`; and where the network looked
            in the source, float32, `(source length,)`.
        """
        ...


def greedy(
    stepper: Stepper[State],
    source_ids: NDArray[np.int32],
    *,
    max_length: int,
    length_penalty: float = 1.0,
) -> Hypothesis:
    """The translation that always takes the likeliest next piece.

    Padding, unknown and start are never taken; of equally likely pieces the one with the lowest
    id is. A hypothesis that is still open at `max_length` is ended there.

    Args:
        stepper: the network.
        source_ids: int32, `(length,)`, the end mark last.
        max_length: pieces of a translation at most, the end mark included.
        length_penalty: exponent of the length that divides the score.

    Returns:
        The hypothesis with its attention.

    Raises:
        ConfigError: for options that cannot work.
    """
    check_search(max_length=max_length, length_penalty=length_penalty)
    return _follow(
        stepper,
        source_ids,
        choose=lambda chances: int(np.argmax(chances)),
        divisors=length_divisors(max_length, length_penalty),
    )


def sample(
    stepper: Stepper[State],
    source_ids: NDArray[np.int32],
    *,
    max_length: int,
    sampling: Sampling,
    length_penalty: float = 1.0,
) -> Hypothesis:
    """A translation drawn piece by piece; the same options draw the same one.

    Args:
        stepper: the network.
        source_ids: int32, `(length,)`, the end mark last.
        max_length: pieces of a translation at most, the end mark included.
        sampling: from what is drawn. The score is the network's own all the same.
        length_penalty: exponent of the length that divides the score.

    Returns:
        The hypothesis with its attention.

    Raises:
        ConfigError: for options that cannot work.

    Reference: Holtzman et al. 2020, section 3.1 (nucleus, `top_p`); Fan et al. 2018, section 5.4
    (`top_k`).
    """
    check_search(max_length=max_length, length_penalty=length_penalty)
    random = np.random.default_rng(sampling.seed)
    return _follow(
        stepper,
        source_ids,
        choose=lambda chances: draw(chances, float(random.random()), sampling),
        divisors=length_divisors(max_length, length_penalty),
    )


def draw(chances: Floats, point: float, sampling: Sampling) -> int:
    """The piece at one point of the cumulated distribution, likeliest pieces first.

    Args:
        chances: log-probabilities, float32, `(vocabulary,)`.
        point: from 0 (the likeliest piece) to 1, exclusive.
        sampling: which pieces take part, and how evenly.
    """
    order = np.argsort(-chances, kind="stable")[: sampling.top_k]
    with np.errstate(under="ignore"):
        weights = np.exp((chances[order] - chances[order[0]]) / np.float32(sampling.temperature))
    shares = weights / weights.sum()
    cumulated = np.cumsum(shares)
    takes_part = shares > 0
    if sampling.top_p is not None:
        takes_part &= cumulated - shares < np.float32(sampling.top_p)
    last = int(takes_part.sum()) - 1
    place = int((cumulated <= np.float32(point) * cumulated[last]).sum())
    return int(order[min(place, last)])


@dataclass(frozen=True)
class _Open(Generic[State]):
    """A hypothesis without its end mark."""

    ids: tuple[int, ...]
    total: np.float32
    state: State
    attention: tuple[Floats, ...]

    def ended(self, total: np.float32, divisors: Floats) -> Hypothesis:
        ids = (*self.ids, END)
        return Hypothesis(ids, float(total / divisors[len(ids)]), np.stack(self.attention))


def beam_search(
    stepper: Stepper[State],
    source_ids: NDArray[np.int32],
    *,
    beam: int,
    max_length: int,
    length_penalty: float = 1.0,
    n_best: int = 1,
) -> tuple[Hypothesis, ...]:
    """The best translations that can be found by keeping `beam` unfinished ones.

    A step looks at the `2 * beam` likeliest ways to go on from what is open. Those among the first
    `beam` that end are finished; the first `beam` that do not end stay open, so finished
    hypotheses take no place away. The search stops when even a free continuation of the best open
    hypothesis up to `max_length` could not beat the worst one that will be returned.

    Args:
        stepper: the network.
        source_ids: int32, `(length,)`, the end mark last.
        beam: open hypotheses that are kept.
        max_length: pieces of a translation at most, the end mark included.
        length_penalty: exponent of the length that divides the score.
        n_best: hypotheses to return, at most `beam`.

    Returns:
        Up to `n_best` hypotheses, best first, with their attention; fewer only where so many do
        not exist.

    Raises:
        ConfigError: for options that cannot work.

    Reference: Wu et al. 2016, section 7, with the length itself as its penalty's base.
    """
    check_search(max_length=max_length, length_penalty=length_penalty, beam=beam, n_best=n_best)
    divisors = length_divisors(max_length, length_penalty)
    opened = [_Open((), np.float32(0), stepper.start(source_ids), ())]
    kept: list[Hypothesis] = []
    for _ in range(max_length):
        ended, opened = _go_on(stepper, opened, beam, divisors)
        kept = sorted([*kept, *ended], key=lambda each: -each.score)[:n_best]
        if not opened or (
            len(kept) == n_best and kept[-1].score >= opened[0].total / divisors[max_length]
        ):
            break
    return tuple(kept)


def _go_on(
    stepper: Stepper[State], opened: list[_Open[State]], beam: int, divisors: Floats
) -> tuple[list[Hypothesis], list[_Open[State]]]:
    """One step of all open hypotheses: those that end now, and those that stay open."""
    position = len(opened[0].ids)
    grown, said = [], []
    for each in opened:
        token = each.ids[-1] if each.ids else START
        logits, state, attention = stepper.step(token, position, each.state)
        grown.append(_Open(each.ids, each.total, state, (*each.attention, attention)))
        said.append(logits)
    # All at once: between threads, each call of numpy is a chance to have to wait.
    chances = log_probabilities(np.stack(said), only_end=position + 2 == len(divisors))
    candidates = (np.array([[each.total] for each in opened]) + chances).ravel()
    ended: list[Hypothesis] = []
    still_open: list[_Open[State]] = []
    for rank, place in enumerate(_best(candidates, 2 * beam)):
        parent, piece = divmod(int(place), chances.shape[-1])
        before, total = grown[parent], candidates[place]
        if piece == END:
            if rank < beam:
                ended.append(before.ended(total, divisors))
        elif len(still_open) < beam:
            ids = (*before.ids, piece)
            still_open.append(_Open(ids, total, before.state, before.attention))
    return ended, still_open


def log_probabilities(logits: Floats, *, only_end: bool) -> Floats:
    """What each piece adds to a hypothesis' total; minus infinity for those that may not follow.

    Args:
        logits: `(…, vocabulary)`, each row by itself; anything that is no number counts as as good
            as impossible.
        only_end: whether nothing but the end mark may follow.

    Returns:
        float32, of the same shape.
    """
    with np.errstate(invalid="ignore", divide="ignore", under="ignore"):
        shifted = logits.astype(np.float32) - logits.max(-1, keepdims=True)
        chances = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
        chances = np.where(chances > FLOOR, chances, np.float32(FLOOR))
    chances[..., :END] = -np.inf
    if only_end:
        chances[..., END + 1 :] = -np.inf
    return chances


def _best(values: Floats, count: int) -> NDArray[np.intp]:
    """Places of the largest finite values, best first, of equal ones the first first."""
    count = min(count, len(values))
    threshold = np.partition(values, -count)[-count]
    places = np.flatnonzero(np.isfinite(values) & (values >= threshold))
    return places[np.argsort(-values[places], kind="stable")][:count]


def _follow(
    stepper: Stepper[State],
    source_ids: NDArray[np.int32],
    *,
    choose: Callable[[Floats], int],
    divisors: Floats,
) -> Hypothesis:
    """The one hypothesis that takes what `choose` says of each step's log-probabilities."""
    state, token, total = stepper.start(source_ids), START, np.float32(0)
    ids: list[int] = []
    attention = []
    max_length = len(divisors) - 1
    while token != END:
        position = len(ids)
        logits, state, looked = stepper.step(token, position, state)
        chances = log_probabilities(logits, only_end=position + 1 == max_length)
        token = choose(chances)
        total = total + chances[token]
        ids.append(token)
        attention.append(looked)
    return Hypothesis(tuple(ids), float(total / divisors[len(ids)]), np.stack(attention))
