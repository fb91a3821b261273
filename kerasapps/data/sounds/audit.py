"""What an audit tells of sounds: counts, rates, lengths, and whatever is odd about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kerasapps.data.audit import Audit, Finding, file_findings, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.targets.audit import TargetAudit


@dataclass(frozen=True)
class SoundDuplicate:
    """The same sound twice: equal samples.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
    """

    kept: str
    kept_split: str
    copy: str
    copy_split: str
    dropped: bool

    def __str__(self) -> str:
        if not self.dropped:
            return f"{self.copy} = {self.kept} ({self.kept_split})"
        return f"{self.copy} ({self.copy_split}) left out: same as {self.kept} ({self.kept_split})"


@dataclass(frozen=True)
class SoundConflict:
    """The same sound under different labels."""

    origins: tuple[str, ...]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.labels)}: {'; '.join(self.origins)}"


@dataclass(frozen=True)
class Oddity:
    """A sound that something is odd about, and a figure that says so."""

    origin: str
    label: str
    figure: str

    def __str__(self) -> str:
        return f"{self.origin} ({self.label}): {self.figure}"


@dataclass(frozen=True)
class Shared:
    """A group that is in several splits of the data."""

    group: str
    splits: tuple[str, ...]
    sounds: int

    def __str__(self) -> str:
        return f"{self.group}: in {' and '.join(self.splits)} ({self.sounds:,} sounds)"


@dataclass(frozen=True)
class Seconds:
    """How long sounds are, in seconds."""

    COLUMNS: ClassVar = ("shortest", "median", "95 % have at most", "longest", "all together")

    shortest: float = 0.0
    median: float = 0.0
    percentile_95: float = 0.0
    longest: float = 0.0
    total: float = 0.0

    def __str__(self) -> str:
        return (
            f"shortest {self.shortest:.2f}, median {self.median:.2f}, 95 % have at most "
            f"{self.percentile_95:.2f}, longest {self.longest:.2f}, all together {self.total:,.0f}"
        )

    def row(self) -> tuple[str, ...]:
        """Its cells below `COLUMNS`."""
        spread = (self.shortest, self.median, self.percentile_95, self.longest)
        return (*(f"{value:.2f}" for value in spread), f"{self.total:,.0f}")


def measure_seconds(seconds: np.ndarray) -> Seconds:
    """Summarise lengths, float `(n,)`."""
    if not len(seconds):
        return Seconds()
    low, middle, high, top = np.percentile(seconds, (0, 50, 95, 100), method="nearest").round(4)
    return Seconds(
        float(low), float(middle), float(high), float(top), float(seconds.sum().round(3))
    )


def sound_audit(
    source: str,
    *,
    targets: TargetAudit | None = None,
    seconds: Seconds = Seconds(),
    rates: Mapping[int, int] = {},
    channels: Mapping[int, int] = {},
    formats: Mapping[str, int] = {},
    groups: Mapping[str, int] = {},
    guesses: Sequence[str] = (),
    broken: Sequence[BrokenFile] = (),
    duplicates: Sequence[SoundDuplicate] = (),
    copies: Sequence[SoundDuplicate] = (),
    conflicts: Sequence[SoundConflict] = (),
    shared: Sequence[Shared] = (),
    silent: Sequence[Oddity] = (),
    clipped: Sequence[Oddity] = (),
    offset: Sequence[Oddity] = (),
    cancelled: Sequence[Oddity] = (),
    odd_rates: Sequence[Oddity] = (),
) -> Audit:
    """What is told of sounds; some of it as `SoundPlacement` has it.

    Args:
        source: the data as the user named it.
        targets: what is told of their targets.
        seconds: how long they are.
        rates: how many have which samples a second.
        channels: how many have which number of channels.
        formats: how many are in which format.
        groups: sounds of each speaker, or whatever must not be in two splits, per split.
        broken: files that cannot be used.
        shared: groups in several splits that the data brought along.
        silent: sounds with nothing to be heard.
        clipped: those that were recorded too loud.
        offset: those whose middle is not at zero.
        cancelled: those whose channels are opposite.
        odd_rates: those of another rate than nearly all.
    """
    targets = targets or TargetAudit(class_figures({}, noun="Sounds"))
    findings = (
        *file_findings(broken, duplicates, copies, noun="sound"),
        itemise(
            "conflicts",
            tuple(conflicts),
            said=f"Same sound, different {targets.called}",
            heading=f"Same sound, different {targets.called}",
            columns=(("sounds", "origins"), (targets.called, "labels")),
        ),
        itemise(
            "shared",
            tuple(shared),
            said="Groups in several splits (the figures flatter)",
            heading="Groups in several splits",
            columns=(("group", "group"), ("splits", "splits"), ("sounds", "sounds")),
            note="What is judged was heard in training, too: the figures flatter.",
        ),
        _oddities("silent", silent, "Silent sounds (used as they are)"),
        _oddities("clipped", clipped, "Clipped sounds: recorded too loud (used as they are)"),
        _oddities("offset", offset, "Sounds whose middle is not at zero (used as they are)"),
        _oddities(
            "cancelled",
            cancelled,
            "Sounds whose channels are opposite: their mean is nearly silent",
        ),
        _oddities("odd_rates", odd_rates, "Sounds of another rate than nearly all (resampled)"),
    )
    figures = (
        *targets.figures,
        Finding(
            key="seconds",
            value=seconds,
            said=f"Seconds of a sound: {seconds}" if seconds.longest else "",
            heading="Seconds of a sound",
            columns=Seconds.COLUMNS,
            rows=(seconds.row(),),
        ),
        _tally("rates", rates, "Samples a second"),
        _tally("channels", channels, "Channels"),
        _tally("formats", formats, "Formats"),
        Finding(
            key="groups",
            value=dict(groups),
            said="Groups: " + ", ".join(f"{n} in {split}" for split, n in groups.items())
            if groups
            else "",
        ),
    )
    return Audit(source, figures, (*findings, *targets.findings), guesses=tuple(guesses))


def _oddities(key: str, items: Sequence[Oddity], said: str) -> Finding:
    return itemise(
        key,
        tuple(items),
        said=said,
        few=5,
        heading=said.partition(" (")[0],
        columns=(("sound", "origin"), ("class", "label"), ("figure", "figure")),
    )


def _tally(key: str, numbers: Mapping[int, int] | Mapping[str, int], heading: str) -> Finding:
    listed = {str(value): count for value, count in numbers.items()}
    said = ", ".join(f"{value} ({count:,})" for value, count in listed.items())
    return Finding(
        key=key,
        value=dict(numbers),
        said=f"{heading}: {said}" if listed else "",
        heading=heading,
        columns=(heading.lower(), "sounds"),
        rows=tuple(listed.items()),
    )
