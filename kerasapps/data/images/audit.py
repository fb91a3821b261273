"""What an audit tells of pictures: counts, sizes, broken files, duplicates, conversions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.data.audit import Audit, Finding, file_findings, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.found import all_of
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.places import Place
from kerasapps.data.targets.audit import TargetAudit
from kerasapps.wording.harmless import printable


@dataclass(frozen=True)
class Duplicate:
    """The same picture twice: equal decoded pixels.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
    """

    kept: Place
    kept_split: str
    copy: Place
    copy_split: str
    dropped: bool

    def __str__(self) -> str:
        kept, copy = printable(str(self.kept)), printable(str(self.copy))
        if not self.dropped:
            return f"{copy} = {kept} ({self.kept_split})"
        return f"{copy} ({self.copy_split}) left out: same as {kept} ({self.kept_split})"


@dataclass(frozen=True)
class Conflict:
    """The same picture under different labels."""

    paths: tuple[Place, ...]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.labels)}: {', '.join(printable(str(path)) for path in self.paths)}"


@dataclass(frozen=True)
class Conversion:
    """A picture that is used after a conversion."""

    path: Place
    what: str
    treatment: str

    def __str__(self) -> str:
        return f"{printable(str(self.path))}: {self.what}, {self.treatment}"


@dataclass(frozen=True)
class Sizes:
    """(min, median, max) over all usable pictures, in pixels."""

    width: tuple[int, int, int] = (0, 0, 0)
    height: tuple[int, int, int] = (0, 0, 0)
    short_side: tuple[int, int, int] = (0, 0, 0)

    def __str__(self) -> str:
        width, height = (" / ".join(map(str, spread)) for spread in (self.width, self.height))
        return f"Sizes in pixels (min / median / max): width {width}, height {height}"


def measure_sizes(sizes: Sequence[tuple[int, int]] | np.ndarray) -> Sizes:
    """Summarise `(width, height)` pairs, `(n, 2)`."""
    if not len(sizes):
        return Sizes()
    pairs = np.asarray(sizes)
    return Sizes(_spread(pairs[:, 0]), _spread(pairs[:, 1]), _spread(pairs.min(axis=1)))


def picture_audit(
    source: str,
    *,
    counts: Mapping[str, Mapping[str, int]] = {},
    targets: TargetAudit | None = None,
    sizes: Sizes = Sizes(),
    guesses: Sequence[str] = (),
    broken: Sequence[BrokenFile] = (),
    duplicates: Sequence[Duplicate] = (),
    copies: Sequence[Duplicate] = (),
    conflicts: Sequence[Conflict] = (),
    conversions: Sequence[Conversion] = (),
) -> Audit:
    """What is told of pictures; most of it as `PicturePlacement` has it.

    Args:
        source: the data as the user named it.
        targets: what is told of their targets, in place of `counts`.
        broken: files that cannot be used.
        conversions: pictures that are converted on reading.
    """
    targets = targets or TargetAudit(class_figures(counts, noun="Pictures"))
    findings = (
        *file_findings(broken, duplicates, copies, noun="file"),
        itemise(
            "conflicts",
            all_of(conflicts),
            said=f"Same picture, different {targets.called}",
            heading=f"Same picture, different {targets.called}",
            columns=(("files", "paths"), (targets.called, "labels")),
        ),
        itemise(
            "notes",
            all_of(conversions),
            said="Converted on reading",
            heading="Converted pictures",
            columns=(("file", "path"), ("what", "what"), ("treatment", "treatment")),
        ),
    )
    figures = (*targets.figures, _size_figure(sizes))
    return Audit(source, figures, (*findings, *targets.findings), guesses=tuple(guesses))


def _size_figure(sizes: Sizes) -> Finding:
    return Finding(
        key="sizes",
        value=sizes,
        said=str(sizes) if sizes.width[0] else "",
        heading="Picture sizes in pixels",
        columns=("", "smallest", "median", "largest"),
        rows=(
            ("width", *sizes.width),
            ("height", *sizes.height),
            ("short side", *sizes.short_side),
        ),
    )


def _spread(values: np.ndarray) -> tuple[int, int, int]:
    return int(values.min()), int(np.median(values)), int(values.max())
