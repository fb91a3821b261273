"""What was found in a data set: counts, sizes, broken files, duplicates, errors and warnings."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kerasapps.data.examples import BrokenFile
from kerasapps.harmless import printable

__all__ = ["Audit", "BrokenFile", "Conflict", "Duplicate", "Note", "Sizes", "measure_sizes"]


@dataclass(frozen=True)
class Duplicate:
    """The same picture twice: equal decoded pixels.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
    """

    kept: Path
    kept_split: str
    copy: Path
    copy_split: str
    dropped: bool


@dataclass(frozen=True)
class Conflict:
    """The same picture under different labels."""

    paths: tuple[Path, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A picture that is used after a conversion."""

    path: Path
    what: str
    treatment: str


@dataclass(frozen=True)
class Sizes:
    """(min, median, max) over all usable pictures, in pixels."""

    width: tuple[int, int, int] = (0, 0, 0)
    height: tuple[int, int, int] = (0, 0, 0)
    short_side: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Audit:
    """Everything that was found in a data set.

    Attributes:
        source: the data as the user named it.
        counts: pictures in use per split and class, e.g. `counts["train"]["cat"]`; the classes in
            label order.
        imbalance: largest class of the training split over the smallest.
        sizes: picture sizes.
        guesses: what was guessed of folders and columns.
        broken: files that cannot be used.
        duplicates: same pictures in different splits; one copy of each was dropped.
        copies: same pictures within a split; all are kept.
        conflicts: same pictures under different labels.
        notes: pictures that are converted on reading.
        errors: why the data cannot be used; empty when it can.
        warnings: what the user should know.
    """

    source: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    imbalance: float = 1.0
    sizes: Sizes = Sizes()
    guesses: tuple[str, ...] = ()
    broken: tuple[BrokenFile, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    copies: tuple[Duplicate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[Note, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the data can be used."""
        return not self.errors

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values that `json.dumps` takes; paths become text."""
        plain: dict[str, Any] = _plain(asdict(self))
        return {"ok": self.ok, **plain}


def measure_sizes(sizes: Sequence[tuple[int, int]]) -> Sizes:
    """Summarise `(width, height)` pairs."""
    if not sizes:
        return Sizes()
    widths, heights = [w for w, _ in sizes], [h for _, h in sizes]
    return Sizes(_spread(widths), _spread(heights), _spread([min(pair) for pair in sizes]))


def _spread(values: list[int]) -> tuple[int, int, int]:
    return min(values), int(statistics.median(values)), max(values)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return printable(value) if isinstance(value, Path) else value
