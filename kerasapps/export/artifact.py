"""What is known of one exported file after its own runtime was run on the test split."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.deploy.compiled import CompiledFigures
from kerasapps.deploy.gpu_delegate import GpuFigures
from kerasapps.export.files import compressed_size_of, size_of


@dataclass(frozen=True)
class Measurement:
    """What a runtime's own process reports of one file.

    Attributes:
        latency_ms: median time of one call at batch 1 on one thread.
        latency_p95_ms: its 95th percentile.
        peak_memory_mb: growth of the process's peak resident memory by loading and running.
        token_ms: of a translator: time of a call divided by the pieces that it wrote.
        size_bytes: of the file (of a folder: of all its files); None where nobody looked.
        scores: of a TFLite file that gives scores: `float32`, or `uint8`, in steps of 1/256.
        load_ms: from the file to its first answer, in a fresh process.
        latency_p99_ms: as `latency_p95_ms`, the 99th.
        per_second: threads that ask at once, as text → answers a second of all together.
        compiled: of a TFLite file, LiteRT's CompiledModel beside its Interpreter.
        gpu: of a TFLite file, what a GPU delegate would take.

    Examples:
        >>> measured = kerasapps.export.Measurement(
        ...     latency_ms=2.0, latency_p95_ms=2.5, peak_memory_mb=30.0
        ... )
        >>> measured.size_bytes is None
        True
    """

    latency_ms: float
    latency_p95_ms: float
    peak_memory_mb: float
    token_ms: float | None = None
    size_bytes: int | None = None
    scores: str | None = None
    load_ms: float | None = None
    latency_p99_ms: float | None = None
    per_second: Mapping[str, float] | None = None
    compiled: CompiledFigures | None = None
    gpu: GpuFigures | None = None


@dataclass(frozen=True)
class ElsewhereFigures:
    """What one file makes of test examples that another program prepared; see `Elsewhere`.

    Attributes:
        name: what was done otherwise, such as "resize as on a phone".
        examples: how many there were.
        metric: the task's metric on these.
        delta: change against the same file on the same examples, prepared as in training.
        agreement: share of them that get the same answer either way.
    """

    name: str
    examples: int
    metric: float | None
    delta: float | None
    agreement: float | None


@dataclass(frozen=True)
class Artifact:
    """One exported file, or the reason why there is none.

    Attributes:
        name: `saved_model` or the quantization mode.
        path: where the file stands, None when it was withheld or could not be made.
        size_bytes: size of the file (of a folder: of all its files).
        metric: the task's metric on the test split: a share from 0 to 1, or an error.
        delta: change against the Keras model: in points, or of an error in per cent.
        agreement: share of test examples that get the Keras model's answer: its label (or one that
            it finds as likely), its translation.
        latency_ms: median latency at batch 1 on one thread.
        latency_p95_ms: 95th percentile of the same.
        peak_memory_mb: memory that loading and running took.
        passed: whether the file stayed within the tolerance.
        reason: why it did not pass; empty when it did.
        token_ms: of a translator: mean time per written piece, reading included.
        scores: see `Measurement`.
        note: what must be known of a file that passed, such as the inputs that it refuses.
        elsewhere: how it did on examples that another program prepared; None where none were.
        ladder: all that was tried before it was chosen; None where it was asked for by name.
        compressed_bytes: what gzip makes of the file, where that was looked at.

    Examples:
        >>> kerasapps.export.Artifact.failed("int8", "does not convert").passed
        False
    """

    name: str
    path: Path | None
    size_bytes: int | None
    metric: float | None
    delta: float | None
    agreement: float | None
    latency_ms: float | None
    latency_p95_ms: float | None
    peak_memory_mb: float | None
    passed: bool
    reason: str = ""
    token_ms: float | None = None
    scores: str | None = None
    note: str = ""
    elsewhere: ElsewhereFigures | None = None
    ladder: Ladder | None = None
    compressed_bytes: int | None = None

    @classmethod
    def judged(
        cls,
        name: str,
        path: Path,
        measured: Measurement,
        *,
        metric: float,
        delta: float,
        agreement: float,
        reason: str,
        note: str = "",
        elsewhere: ElsewhereFigures | None = None,
    ) -> Artifact:
        """An artifact that ran; it passed where there is no `reason` against it.

        A figure that is no number is left out.
        """
        kept = [each.name for each in dataclasses.fields(cls) if hasattr(measured, each.name)]
        figures = {name: getattr(measured, name) for name in kept} | {"size_bytes": size_of(path)}
        return cls(
            name=name,
            path=path,
            metric=_number(metric),
            delta=_number(delta),
            agreement=_number(agreement),
            passed=not reason,
            reason=reason,
            note=note,
            elsewhere=elsewhere,
            **figures,
        )

    @classmethod
    def failed(cls, name: str, reason: str) -> Artifact:
        """An artifact that could not be made or run."""
        return cls(name, None, None, None, None, None, None, None, None, False, reason)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Artifact:
        """The artifact that `to_dict` described; what older versions did not write is left out.

        So is `runtime`, which a bundle says of the file as it stands there.

        Raises:
            TypeError: for fields that are missing or unknown.
        """
        path, elsewhere = values.get("path"), values.get("elsewhere")
        figures = None if elsewhere is None else ElsewhereFigures(**elsewhere)
        own = {name: value for name, value in values.items() if name != "runtime"}
        if own.get("ladder") is not None:
            own["ladder"] = Ladder.from_dict(own["ladder"])
        return cls(**{**own, "path": path and Path(path), "elsewhere": figures})

    def moved(self, path: Path | None) -> Artifact:
        """The same artifact, standing at `path`."""
        return dataclasses.replace(self, path=path)

    def compressed(self) -> Artifact:
        """The same artifact with the size of its file as gzip compresses it."""
        if self.path is None:
            return self
        return dataclasses.replace(self, compressed_bytes=compressed_size_of(self.path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the path as text."""
        values = dataclasses.asdict(self)
        # What was asked for by name was chosen from nothing, and says nothing of it.
        del values["ladder"]
        if self.compressed_bytes is None:
            del values["compressed_bytes"]
        more = {} if self.ladder is None else {"ladder": self.ladder.to_dict()}
        return values | {"path": None if self.path is None else str(self.path)} | more


@dataclass(frozen=True)
class Ladder:
    """The files that were tried before the smallest that fits was chosen.

    Attributes:
        judged_on: the split that chose; `rungs` have their figures on it.
        max_drop: what a file may lose: points, or of an error per cent.
        max_size_mb: megabytes that it may have; None: any.
        max_latency_ms: milliseconds that one example may take; None: any.
        rungs: the files, the smallest first, and behind them what could not be made. Of what fits,
            `passed` is true, whether it was chosen or not; none has a path.
    """

    judged_on: str
    max_drop: float
    max_size_mb: float | None
    max_latency_ms: float | None
    rungs: tuple[Artifact, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Ladder:
        """The ladder that `to_dict` described."""
        rungs = tuple(Artifact.from_dict(each) for each in values["rungs"])
        return cls(**{**values, "rungs": rungs})

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return values | {"rungs": [each.to_dict() for each in self.rungs]}


def _number(figure: float) -> float | None:
    """The figure, where it is one that JSON can hold."""
    return figure if math.isfinite(figure) else None
