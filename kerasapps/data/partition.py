"""Contents become training, validation and test without leaks: the rules, on numpy columns.

Pictures, texts and pairs share these; a row of the columns is one example. A split is written as
its place in `SPLITS`, or `NO_SPLIT`; the higher the number, the better protected the split.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.splits import SPLITS
from kerasapps.data.stratify import deal_out, share_out

Sets = Sequence[np.ndarray]
"""Numbers of labels, intp `(m,)` each: one for each number that stands for a set."""

NO_SPLIT = -1
TRAIN = SPLITS.index("train")
_FEW_SHOWN = 10  # classes that errors name


def split_code(split: str | None) -> int:
    """The number that stands for a split in the columns."""
    return NO_SPLIT if split is None else SPLITS.index(split)


def number_contents(digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number equal contents alike, in the order of their digests.

    Args:
        digests: `(n, words)` unsigned integers, the most significant word first.

    Returns:
        int64 `(n,)` content numbers from 0, and for each content the first row that has it.
    """
    order = np.lexsort(digests.T[::-1])
    new = np.zeros(len(order), bool)
    new[:1] = True
    for column in digests.T:  # one after the other: of millions even a copy in order counts
        ranked = column[order]
        new[1:] |= ranked[1:] != ranked[:-1]
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(new) - 1
    return numbers, order[new]


def with_several(contents: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """bool, for each content number: whether it is found under more than one label.

    Args:
        contents: int64 `(n,)` content numbers.
        labels: int32 `(n,)` class numbers.
    """
    if not len(contents):
        return np.zeros(0, bool)
    classes = int(labels.max()) + 1
    pairs = np.unique(contents * classes + labels)
    return np.bincount(pairs // classes) > 1


def order_copies(
    contents: np.ndarray, splits: np.ndarray, ranks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Put copies of one content side by side, the best protected first.

    Args:
        contents: int64 `(n,)` content numbers.
        splits: int8 `(n,)` split codes.
        ranks: `(n,)` what decides between copies of equal protection.

    Returns:
        int64 `(n,)` rows in that order, and int64 `(n,)` for every row the first of its copies.
    """
    order = np.lexsort((ranks, -splits.astype(np.int64), contents))
    ranked = contents[order]
    new = np.ones(len(order), bool)
    new[1:] = ranked[1:] != ranked[:-1]
    first = np.empty(len(order), np.int64)
    first[order] = order[new][np.cumsum(new) - 1]
    return order, first


def wanted_shares(splits: np.ndarray, config: LoadConfig) -> dict[str, float]:
    """The share of each split that the data does not bring along."""
    shares = {"test": config.test_split, "validation": config.validation_split}
    brought = {SPLITS[code] for code in np.unique(splits) if code != NO_SPLIT}
    return {name: share for name, share in shares.items() if share and name not in brought}


@dataclass(frozen=True, eq=False)
class Parting:
    """Which rows are in use, and where they go.

    Attributes:
        contents: int64 `(n,)` content numbers; see `number_contents`.
        order: int64 `(n,)` rows, copies side by side; see `order_copies`.
        first: int64 `(n,)` for every row the first of its copies.
        dropped: bool `(n,)` whether a better protected split has the content too.
        splits: int8 `(n,)` split codes; of dropped rows as the data has them.
        brought: the splits that rows in use came with.
        shares: of the splits that the data does not bring along.
        few: see `place_contents`.
    """

    contents: np.ndarray
    order: np.ndarray
    first: np.ndarray
    dropped: np.ndarray
    splits: np.ndarray
    brought: frozenset[str | None]
    shares: dict[str, float]
    few: dict[int, int]


def part_rows(
    digests: np.ndarray,
    labels: np.ndarray,
    splits: np.ndarray,
    *,
    ranks: np.ndarray,
    config: LoadConfig,
    seed: int,
    sets: Sets | None = None,
) -> Parting:
    """Drop what is also in a better protected split, and make the splits that are missing.

    Args:
        digests: uint64 `(n, 2)` of what must not be in two splits.
        labels: int32 `(n,)` class numbers.
        splits: int8 `(n,)` split codes, as the data has them.
        ranks: `(n,)` what decides between copies of equal protection.
        config: the sizes of the missing splits.
        seed: of their draw; a row's place depends on its digest and the seed only.
        sets: see `place_contents`.
    """
    contents, heads = number_contents(digests)
    order, first = order_copies(contents, splits, ranks)
    dropped = splits != splits[first]
    kept = np.flatnonzero(~dropped)
    shares = wanted_shares(splits, config)
    placed = splits.copy()
    placed[kept], few = place_contents(
        contents[kept],
        labels[kept],
        splits[kept],
        ranks=ranks[kept],
        draws=draw_contents(seed, (words.tobytes().hex() for words in digests[heads])),
        shares=shares,
        sets=sets,
    )
    brought = frozenset(
        None if code == NO_SPLIT else SPLITS[code] for code in np.unique(splits[kept])
    )
    return Parting(contents, order, first, dropped, placed, brought, shares, few)


def fingerprint_rows(
    exact: np.ndarray, numbers: np.ndarray, splits: np.ndarray, *, names: Sequence[str]
) -> str:
    """SHA-256 over the sorted (content, split, label) of the rows in use.

    Args:
        exact: uint64 `(n, 2)` digests.
        numbers: int32 `(n,)` index into `names`.
        splits: int8 `(n,)` split codes.
        names: of the classes.
    """
    digest = hashlib.sha256()
    for row in np.lexsort((numbers, splits, *exact.T[::-1])):
        content = exact[row].astype(">u8").tobytes().hex()
        digest.update(f"{SPLITS[splits[row]]}\t{content}\t{names[numbers[row]]}\n".encode())
    return digest.hexdigest()


def place_contents(
    contents: np.ndarray,
    labels: np.ndarray,
    splits: np.ndarray,
    *,
    ranks: np.ndarray,
    draws: np.ndarray,
    shares: Mapping[str, float],
    sets: Sets | None = None,
) -> tuple[np.ndarray, dict[int, int]]:
    """Take the wanted splits out of the rows that are for training or have no split.

    They take their share of every class. Copies of a content stay together; where it goes depends
    on its draw only, and of sets of labels on the draws of all.

    Args:
        contents: int64 `(n,)` content numbers.
        labels: int32 `(n,)` class numbers.
        splits: int8 `(n,)` split codes, as the data has them.
        ranks: `(n,)` which of the copies of a content gives it its class: the lowest.
        draws: one random number per content number.
        shares: what is wanted; see `wanted_shares`.
        sets: where a number stands for a set of labels those of each number: see `deal_out`.

    Returns:
        int8 `(n,)` split codes, none of them `NO_SPLIT`; and the number of contents of each class,
        or label of the sets, that has too few to be in every split (all of them are for training).
    """
    placed = splits.copy()
    pool = np.flatnonzero(splits <= TRAIN)
    _, first = order_copies(contents[pool], splits[pool], ranks[pool])
    heads = pool[np.unique(first)]
    target = np.full(len(draws), TRAIN, np.int8)
    few: dict[int, int] = {}
    if sets is not None:
        heads = heads[np.argsort(draws[contents[heads]], kind="stable")]
        dealt, few = deal_out([sets[label] for label in labels[heads]], shares)
        target[contents[heads]] = [SPLITS.index(name) for name in dealt]
        heads = heads[:0]
    heads = heads[np.lexsort((draws[contents[heads]], labels[heads]))]
    for group in np.split(heads, np.flatnonzero(np.diff(labels[heads])) + 1):
        if not len(group):  # nothing is for training
            continue
        if len(group) <= len(shares):
            few[int(labels[group[0]])] = len(group)
            continue
        start = 0
        for name, count in share_out(len(group), shares).items():
            target[contents[group[start : start + count]]] = SPLITS.index(name)
            start += count
    placed[pool] = target[contents[pool]]
    return placed, few


def draw_contents(seed: int, digests: Iterable[str]) -> np.ndarray:
    """uint64 numbers that are random in the seed and fixed by a content's digest."""
    heads = (hashlib.sha256(f"{seed}:{digest}".encode()).digest()[:8] for digest in digests)
    return np.fromiter((int.from_bytes(head, "big") for head in heads), np.uint64)


def too_few(
    few: Mapping[str, int],
    shares: Mapping[str, float],
    *,
    noun: str,
    option: str = "label_column",
) -> list[str]:
    """Errors that name the classes too small to be in every split.

    Args:
        few: number of different contents by class, in the order to name them.
        shares: the splits that were wanted.
        noun: what the contents are, in the singular.
        option: that names the column of a table's labels.
    """
    wanted = ", ".join(sorted({"train", *shares}, key=SPLITS.index))
    errors = [
        f"class {label!r} has {count} different {noun}{'s' * (count != 1)}, too few to be in "
        f"every split ({wanted}): add {noun}s (at least {len(shares) + 1}) or remove the class"
        for label, count in itertools.islice(few.items(), _FEW_SHOWN)
    ]
    if len(few) > _FEW_SHOWN:
        errors.append(
            f"and {len(few) - _FEW_SHOWN:,} more classes have too few {noun}s: is the label of a "
            f"table in another column? Name it with {option}"
        )
    return errors


def dense_ranks(keys: Sequence[tuple[object, ...]]) -> np.ndarray:
    """int64 `(n,)`: the place of each key in sorted order."""
    ranks = np.empty(len(keys), np.int64)
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))  # type: ignore[arg-type]
    return ranks
