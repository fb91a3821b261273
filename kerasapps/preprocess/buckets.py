"""Pairs of like length share a batch, in few shapes, so that compiled steps are reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kerasapps.preprocess.pairs import EncodedPairs

_TARGET_WIDTHS = 6
_SOURCE_WIDTHS = 2  # of each target width: 12 shapes at most
_MULTIPLE = 4  # widths


@dataclass(frozen=True, eq=False)
class Bucket:
    """Pairs whose batches have one shape.

    Attributes:
        source: width of the sources, pieces.
        target: width of the targets, pieces.
        rows: pairs a batch.
        members: int64 `(n,)`, which pairs.

    Examples:
        >>> bucket = kerasapps.preprocess.Bucket(source=8, target=8, rows=4, members=np.arange(10))
        >>> bucket.steps
        3
    """

    source: int
    target: int
    rows: int
    members: np.ndarray

    @property
    def steps(self) -> int:
        """Batches that show each member once."""
        return -(-len(self.members) // self.rows)


class PlannedBatch(NamedTuple):
    """Which pairs a batch holds, and its shape.

    Attributes:
        rows: int64 `(bucket.rows,)` which pairs; -1 is an empty row.
        bucket: gives the widths.
    """

    rows: np.ndarray
    bucket: Bucket


def plan_buckets(
    pairs: EncodedPairs, *, batch_tokens: int, max_pairs: int | None = None
) -> tuple[Bucket, ...]:
    """At most 12 buckets for the pairs, chosen such that there is little padding.

    A batch has at most `batch_tokens` target pieces and twice as many source pieces, padding
    included (but always one pair). The members of a bucket are dealt out evenly, so that a batch
    lacks one pair at most; and no bucket is made that would not fill half a batch, whose step
    would be noisy.

    Args:
        pairs: their lengths decide.
        batch_tokens: target pieces in a batch, padding included.
        max_pairs: pairs in a batch at most, or None.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> pairs = kerasapps.preprocess.encode_pairs(splits.train, tokenizer)
        >>> buckets = kerasapps.preprocess.plan_buckets(pairs, batch_tokens=256)
        >>> sum(len(bucket.members) for bucket in buckets) == len(pairs)
        True
    """
    if not len(pairs):
        return ()
    sources, targets = pairs.source_lengths, pairs.target_lengths

    def most_rows(width: np.ndarray | int) -> np.ndarray:
        rows = np.asarray(batch_tokens // width)
        return np.clip(rows, 1, batch_tokens if max_pairs is None else max_pairs)

    buckets, longest = [], int(sources.max())
    edges = _edges(targets, int(targets.max()))
    widths = _best_widths(targets, edges, most=_TARGET_WIDTHS, least=most_rows(edges) // 2)
    for target, in_target in _parts(np.arange(len(pairs)), targets, widths):
        inside, least = sources[in_target], most_rows(target) // 2
        inner = _best_widths(inside, _edges(inside, longest), most=_SOURCE_WIDTHS, least=least)
        for source, members in _parts(in_target, sources, inner):
            steps = -(-len(members) // int(most_rows(max(target, -(-source // 2)))))
            buckets.append(Bucket(source, target, -(-len(members) // steps), members))
    return tuple(buckets)


def plan_epoch(buckets: Sequence[Bucket], *, seed: int, epoch: int) -> list[PlannedBatch]:
    """Every member of every bucket once, in an order that only `seed` and `epoch` decide."""
    draw = np.random.default_rng((seed, epoch))
    batches = [batch for bucket in buckets for batch in _deal(bucket, draw.permutation)]
    return [batches[number] for number in draw.permutation(len(batches))]


def plan_once(buckets: Sequence[Bucket]) -> list[PlannedBatch]:
    """Every member of every bucket once, unshuffled."""
    return [batch for bucket in buckets for batch in _deal(bucket, np.asarray)]


def _deal(bucket: Bucket, shuffle: Callable[[np.ndarray], np.ndarray]) -> list[PlannedBatch]:
    """The members in `bucket.steps` batches whose sizes differ by one at most."""
    batches = []
    for members in np.array_split(shuffle(bucket.members), bucket.steps):
        rows = np.full(bucket.rows, -1)
        rows[: len(members)] = members
        batches.append(PlannedBatch(rows, bucket))
    return batches


def _parts(
    members: np.ndarray, lengths: np.ndarray, widths: np.ndarray
) -> list[tuple[int, np.ndarray]]:
    """Each width and the members whose length it is the first to hold; none is empty."""
    place = np.searchsorted(widths, lengths[members])
    parts = [(int(width), members[place == number]) for number, width in enumerate(widths)]
    return [(width, inside) for width, inside in parts if len(inside)]


def _edges(lengths: np.ndarray, limit: int) -> np.ndarray:
    """The widths to choose from: multiples of 4 up to the longest length, rounded up.

    Args:
        lengths: int `(n,)`, at least one.
        limit: the longest of all pairs; a model may take no longer row.
    """
    last = min(limit, -(-int(lengths.max()) // _MULTIPLE) * _MULTIPLE)
    return np.array([*range(_MULTIPLE, last, _MULTIPLE), last])


def _best_widths(
    lengths: np.ndarray, edges: np.ndarray, *, most: int, least: np.ndarray
) -> np.ndarray:
    """The widths, rising, that pad rows of these lengths least; by dynamic programming.

    Args:
        lengths: int `(n,)`, at least one.
        edges: int `(m,)` the widths to choose from, rising; the last one is always chosen.
        most: widths at most.
        least: int `(m,)` or `()`, the rows that each must hold; a lone width need not.
    """
    count = np.searchsorted(np.sort(lengths), edges, side="right")
    below = np.concatenate([[0], count])
    inside = count[np.newaxis, :] - below[:, np.newaxis]  # rows between two edges
    cost = np.where(inside >= np.maximum(1, least), inside * edges, np.inf)
    cost[0, -1] = len(lengths) * edges[-1]
    total, came = cost[0], []
    finished = [float(total[-1])]
    for _ in range(most - 1):
        step = np.concatenate([[np.inf], total])[:, np.newaxis] + cost
        came.append(step.argmin(axis=0))
        total = step.min(axis=0)
        finished.append(float(total[-1]))
    chosen = [len(edges) - 1]
    for previous in reversed(came[: int(np.argmin(finished))]):
        chosen.append(int(previous[chosen[-1]]) - 1)
    return edges[chosen[::-1]]
