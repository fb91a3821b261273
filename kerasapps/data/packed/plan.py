"""Which examples go to which shard: the same for the same splits, whenever it is asked."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.data.packed.kinds import Packing
from kerasapps.data.splits import SPLITS, Splits

MIB = 2**20


@dataclass(frozen=True)
class PlannedShard:
    """A shard to be written.

    Attributes:
        name: of its file.
        split: of its examples.
        start: the first of them, among those of the split.
        stop: behind the last.
        digest: of what makes it: equal for shards of equal content.
    """

    name: str
    split: str
    start: int
    stop: int
    digest: str

    @property
    def rows(self) -> np.ndarray:
        """int64, places of its examples among those of the split."""
        return np.arange(self.start, self.stop)


@dataclass(frozen=True)
class PackPlan:
    """All that is to be written.

    Attributes:
        shards: in the order of the examples.
        bytes: of all examples, as far as is known.
    """

    shards: tuple[PlannedShard, ...]
    bytes: int


def plan_shards(
    splits: Splits[Any], packing: Packing, *, suffix: str, format: str, shard_mb: int
) -> PackPlan:
    """Shards of about one size, each of consecutive examples of a split.

    Args:
        splits: to be packed.
        packing: of their kind.
        suffix: of the files' names.
        format: of the shards.
        shard_mb: MiB of examples in a shard, about.

    Raises:
        DataError: if an example is not there any more.
    """
    shards: list[PlannedShard] = []
    total = 0
    for split in SPLITS:
        examples = getattr(splits, split)
        sizes = packing.sizes(examples)
        total += int(sizes.sum())
        bounds = _bounds(sizes, shard_mb * MIB)
        columns = packing.columns(examples)
        for number, (start, stop) in enumerate(itertools.pairwise(bounds)):
            name = f"{split}-{number:05d}-of-{len(bounds) - 1:05d}{suffix}"
            digest = hashlib.sha256(f"{format} {splits.target} {splits.labels}".encode())
            for part in _contents(columns, slice(start, stop)):
                digest.update(part)
            shards.append(PlannedShard(name, split, start, stop, digest.hexdigest()))
    return PackPlan(tuple(shards), total)


def _bounds(sizes: np.ndarray, most: int) -> list[int]:
    """Where shards of equal size begin, and the end of the last; of no examples 0."""
    if not len(sizes):
        return [0]
    ends = np.cumsum(sizes)
    count = min(len(sizes), max(1, -(-int(ends[-1]) // most)))
    cuts = np.searchsorted(ends, ends[-1] * np.arange(1, count) / count, "right")
    return sorted({0, *cuts.tolist(), len(sizes)})


def _contents(columns: dict[str, np.ndarray], rows: slice) -> Iterator[bytes]:
    for name in sorted(columns):
        yield name.encode()
        yield np.ascontiguousarray(columns[name][rows]).tobytes()
