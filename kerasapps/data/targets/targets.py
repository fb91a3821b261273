"""The targets of some examples, each different one once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.targets import TargetKind
from kerasapps.data.partition import Sets
from kerasapps.data.splits import label_order
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import all_names, names_of, parts_of_key


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of some examples, each different one once.

    Attributes:
        form: what they are taken for.
        keys: the different ones as texts; see `kinds`.
        codes: int32 `(n,)`, of each example the index into `keys`.
    """

    form: TargetForm
    keys: Sequence[str]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, labels: Sequence[str], form: TargetForm) -> Targets:
        """What examples of one source are to be answered with.

        Args:
            labels: the target of each as a text; see `kinds`.
            form: what they are taken for.
        """
        keys = label_order(set(labels))
        places = {key: place for place, key in enumerate(keys)}
        return cls(form, keys, np.array([places[label] for label in labels], np.int32))

    @classmethod
    def numbered(cls, labels: Sequence[str], codes: np.ndarray, form: TargetForm) -> Targets:
        """The same of targets that are numbered already.

        Args:
            labels: different targets as texts, in any order; some may be those of no example.
            codes: int32 `(n,)`, of each example the index into `labels`.
            form: what they are taken for.
        """
        used = np.unique(codes).tolist()
        keys = label_order({labels[code] for code in used})
        places = {key: place for place, key in enumerate(keys)}
        renumber = np.zeros(len(labels), np.int32)
        renumber[used] = [places[labels[code]] for code in used]
        return cls(form, keys, renumber[codes])

    @property
    def kind(self) -> TargetKind:
        """ "class", "labels", "number" or "several"."""
        return self.form.kind

    @cached_property
    def parts(self) -> tuple[Targets, ...]:
        """Each of several answers of the same examples; none of the other kinds."""
        return tuple(replace(part, codes=part.codes[self.codes]) for part in self._by_key)

    @property
    def strata(self) -> NDArray[np.int32]:
        """int32 `(n,)`: what splits are to have equal shares of; see `sets`."""
        return self.codes if self._has_names else np.zeros_like(self.codes)

    @cached_property
    def sets(self) -> Sets | None:
        """What splits are to have equal shares of where an example may have several such things.

        Of sets of labels the places of each key's labels in `labels`; of several answers those of
        each key's classes and labels, one answer's behind the other's. None of the other kinds, and
        of numbers alone.
        """
        if self.kind == "labels":
            places = {name: place for place, name in enumerate(self.labels)}
            return [
                np.array([places[each] for each in names_of(key)], np.intp) for key in self.keys
            ]
        if self.kind != "several" or not self._has_names:
            return None
        rows: list[list[np.ndarray]] = [[] for _ in self.keys]
        for first, part in zip(self._firsts, self._by_key, strict=True):
            if part.kind == "number":
                continue
            each = part.sets or np.arange(len(part.keys))[:, None]
            for row, code in zip(rows, part.codes, strict=True):
                row.append(first + each[code])
        return [np.concatenate(row) for row in rows]

    def few_of_parts(self, few: Mapping[int, int]) -> list[dict[int, int]]:
        """What `partition.place_contents` says of `sets`, for each of `parts`.

        Numbers are not asked about, unless there is nothing else: the first of them speaks for all.
        """
        if not self._has_names:
            return [dict(few), *({} for _ in self.parts[1:])]
        ends = [*self._firsts[1:], None]
        return [
            {
                code - first: count
                for code, count in few.items()
                if code >= first and (end is None or code < end)
            }
            for first, end in zip(self._firsts, ends, strict=True)
        ]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of all classes or labels, in the order of outputs; none of the other kinds."""
        if self.kind == "labels":
            return all_names(self.keys)
        return label_order(set(self.keys)) if self.kind == "class" else ()

    def select(self, rows: np.ndarray) -> Targets:
        """Those of some examples."""
        return replace(self, codes=self.codes[rows])

    @property
    def _has_names(self) -> bool:
        """Whether there are classes or labels."""
        kinds = [part.kind for part in self.form.parts] or [self.kind]
        return any(kind != "number" for kind in kinds)

    @cached_property
    def _by_key(self) -> tuple[Targets, ...]:
        """Each of several answers, its codes by `keys`."""
        rows = [*map(parts_of_key, self.keys)]
        return tuple(
            Targets.of([row[place] for row in rows], form)
            for place, form in enumerate(self.form.parts)
        )

    @property
    def _firsts(self) -> list[int]:
        """Of each of several answers its first place in `sets`."""
        widths = [
            len(part.labels) if part.kind == "labels" else len(part.keys) * (part.kind == "class")
            for part in self._by_key
        ]
        return [sum(widths[:place]) for place in range(len(widths))]
