"""The sounds of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from kerasapps.data.splits import OF_ALL, Splits, no_contents
from kerasapps.wording.harmless import printable


@dataclass(frozen=True)
class Clip:
    """A sound, or a part of one.

    Attributes:
        path: the encoded file.
        start: seconds of the file at which it begins.
        end: seconds at which it ends; None: where the file does.
        gain: what its samples are multiplied with; less than 1 of noise that is made softer.

    Examples:
        >>> str(kerasapps.data.Clip(Path("talk.wav"), start=1.5, end=3))
        'talk.wav, 1.5 to 3 s'
    """

    path: Path
    start: float = 0.0
    end: float | None = None
    gain: float = 1.0

    def __str__(self) -> str:
        name = printable(self.path)
        if self.end is not None:
            return f"{name}, {self.start:g} to {self.end:g} s"
        return f"{name}, from {self.start:g} s" if self.start else name


@dataclass(frozen=True, eq=False)
class SoundExamples:
    """The sounds of one split.

    Attributes:
        clips: where each sound is.
        labels: of classes int64 `(n,)`, indices into `Splits.labels`; of k labels uint8 `(n, k)`;
            of numbers float64 `(n,)`; of several answers float64 `(n, m)`, see `Part.columns`.
        contents: uint64 `(n,)`, of a digest of each sound's samples, whatever its label.
        origins: where each comes from: a row of a table, or "" where its path says it.
        groups: who speaks in each, or what else must not be in two splits; None where not told.
        seconds: float64 `(n,)`, how long each is.
        noise: noise without a class, to be mixed into training; none in the other splits.

    Examples:
        >>> clips = (kerasapps.data.Clip(Path("a.wav")), kerasapps.data.Clip(Path("b.wav")))
        >>> len(kerasapps.data.SoundExamples(clips, labels=np.array([0, 1])))
        2
    """

    clips: Sequence[Clip]
    labels: np.ndarray
    contents: np.ndarray = no_contents()
    origins: Sequence[str] = ()
    groups: Sequence[str | None] | None = None
    seconds: np.ndarray = field(default_factory=lambda: np.empty(0))
    noise: Sequence[Clip] = field(default=(), metadata=OF_ALL)

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def together(self) -> Sequence[np.ndarray]:
        """Their groups, as texts `(n,)`; what has none goes its own way."""
        if self.groups is None:
            return ()
        return (np.array([f"\0{row}" if g is None else g for row, g in enumerate(self.groups)]),)

    def origin(self, index: int) -> str:
        """Where a sound comes from: its file, the part of it, and the row that names it."""
        row = self.origins[index] if self.origins else ""
        clip = str(self.clips[index])
        return f"{clip} ({row})" if row else clip


SoundSplits: TypeAlias = Splits[SoundExamples]
