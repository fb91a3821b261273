"""Training rows in which entities became others of their type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.iob2 import OUTSIDE, goes_on, type_of
from kerasapps.outputs.tags.emissions import NO_WORD, TagRows, rounded_up

NOWHERE: Final = -1
"""The place of what is no word."""
_SALT = 1
"""Makes these draws others than those of the rows of a step."""


@dataclass(frozen=True, eq=False)
class Entities:
    """Where the entities of some rows are.

    Attributes:
        rows: int64 `(n,)`, rising.
        firsts: int64 `(n,)`, place of the first word.
        sizes: int64 `(n,)`, words.
        alike: for each type the numbers of entities that differ from each other, int64.
        types: int64 `(n,)`, which of `alike` an entity's type has.
    """

    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    alike: Sequence[NDArray[np.int64]]
    types: NDArray[np.int64]

    def of_row(self, row: int) -> range:
        """The numbers of a row's entities, in their order."""
        first, end = np.searchsorted(self.rows, [row, row + 1])
        return range(int(first), int(end))


def find_entities(rows: TagRows, labels: Sequence[str]) -> Entities:
    """The entities of all rows by their targets.

    Args:
        rows: of which every input has a value a word.
        labels: the tags that the targets are numbers of.
    """
    # The last ones stand for NO_WORD, which is -1.
    begins = np.array([not goes_on(each) and each != OUTSIDE for each in labels] + [False])
    inside = np.array([goes_on(each) for each in labels] + [False])[rows.targets]
    length = rows.targets.shape[1]
    following = np.zeros((len(rows.targets), length + 1), np.int64)
    for place in range(length - 1, 0, -1):
        following[:, place] = np.where(inside[:, place], following[:, place + 1] + 1, 0)
    row, first = np.nonzero(begins[rows.targets])
    sizes = 1 + following[row, first + 1]
    kinds = {kind: at for at, kind in enumerate(sorted({type_of(each) for each in labels}))}
    of_label = np.array([kinds[type_of(each)] for each in labels], np.int64)
    types = of_label[rows.targets[row, first]]
    different: dict[tuple[int, bytes], int] = {}
    for number, (at, start, size) in enumerate(zip(row, first, sizes, strict=True)):
        words = b"".join(
            np.ascontiguousarray(values[at, start : start + size]).tobytes()
            for values in rows.inputs.values()
        )
        different.setdefault((int(types[number]), words), number)
    numbers = np.array([*different.values()], np.int64)
    alike = [numbers[types[numbers] == kind] for kind in range(len(kinds))]
    return Entities(row, first, sizes, alike, types)


@dataclass(frozen=True, eq=False)
class EntitySwaps:
    """Batches of rows in which a share of the entities became others of their type.

    So a network learns what stands around the names of a type, and not only the names that training
    has. All entities of a type that differ are drawn evenly: rare ones as often as common ones.

    Attributes:
        rows: all rows.
        entities: of them, see `find_entities`.
        share: of the entities that are swapped, 0 to 1.
        seed: of the draws, which depend on it and the step only.

    Reference: Dai and Adel 2020, section 3 (mention replacement).
    """

    rows: TagRows
    entities: Entities
    share: float
    seed: int

    def batch(
        self, chosen: NDArray[np.int64], step: int
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """As `TagRows.batch`, of a step of the training. What no longer fits a row is cut."""
        return taken(self.rows, *self.places(chosen, step))

    def places(
        self, chosen: NDArray[np.int64], step: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and place that each word of a step's batch is taken from, `(batch, width)` both.

        Where no word is, the place is `NOWHERE`.
        """
        draw = np.random.default_rng((self.seed, step, _SALT))
        parts = [self._arranged(int(row), draw) for row in chosen]
        longest = max(len(places) for _, places in parts)
        width = min(rounded_up(longest), self.rows.targets.shape[1])
        source = np.zeros((len(parts), width), np.int64)
        place = np.full((len(parts), width), NOWHERE, np.int64)
        for number, (rows, places) in enumerate(parts):
            size = min(len(places), width)
            source[number, :size], place[number, :size] = rows[:size], places[:size]
        return source, place

    def _arranged(
        self, row: int, draw: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each word of the new row the row and the place that it is taken from."""
        entities, end = self.entities, int(self.rows.rows.lengths[row])
        spans, at = list[tuple[int, int, int]](), 0
        for number in entities.of_row(row):
            if draw.random() >= self.share:
                continue
            first, size = int(entities.firsts[number]), int(entities.sizes[number])
            other = int(draw.choice(entities.alike[entities.types[number]]))
            start = int(entities.firsts[other])
            spans += [
                (row, at, first),
                (int(entities.rows[other]), start, start + int(entities.sizes[other])),
            ]
            at = first + size
        spans.append((row, at, end))
        rows = [np.full(stop - start, source) for source, start, stop in spans]
        return np.concatenate(rows), np.concatenate([np.arange(a, b) for _, a, b in spans])


def taken(
    rows: TagRows, source: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs and targets of words that are taken from some rows and places.

    Args:
        rows: of which every input has a value a word.
        source: a row for each word, `(batch, width)`.
        place: in that row; `NOWHERE` where no word is.
    """
    none = place == NOWHERE
    inputs = {}
    for name, values in rows.inputs.items():
        inputs[name] = values[source, place]
        inputs[name][none] = 0
    targets = rows.targets[source, place]
    targets[none] = NO_WORD
    return inputs, targets
