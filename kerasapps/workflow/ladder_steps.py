"""What every step of the choice of a file needs, and how one rung is judged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.files import size_of
from kerasapps.export.ladder.rungs import FINE_TUNED, Shelf
from kerasapps.workflow.judging import Candidates, Judged, Judging
from kerasapps.workflow.ladder_choice import Limits
from kerasapps.workflow.qat import FineTuned

SLOW: Final = frozenset({"int16", "int8_int16"})
"""Rungs that are slow on CPUs whose kernels are those of reference."""
_SLOWEST = 40  # times as long as float32 that these were seen to take
_PATIENCE = 120.0  # seconds that one of them may take for the validation split
_FAIR = 5  # times as long as float32 that it may take in any case


@dataclass(frozen=True)
class Climb:
    """What all steps need.

    Attributes:
        judged: the network, and its answers on the test split.
        tried: the judging, with the validation split in the test split's place.
        known: the network's answers there.
        limits: of the file.
        shelf: the float32 file.
        describe: puts metadata into files.
        folder: scratch space.
        tuned: the network fine-tuned for int8, where it was.
    """

    judged: Judged
    tried: Judging
    known: Judged
    limits: Limits
    shelf: Shelf
    describe: Callable[[Candidates], None]
    folder: Path
    tuned: FineTuned | None = None

    @property
    def doubt(self) -> str:
        """What is to be said of so few examples to choose by; empty where they are enough."""
        splits = self.tried.splits
        return self.limits.doubt(self.tried.answer.metric, len(splits.test), splits.judged_on)

    def note(self, judging: Judging) -> str:
        """What is to be known of a file that is chosen so; empty for nothing.

        Args:
            judging: of the test split.
        """
        notes = [self.doubt]
        if judging.learnt_validation(self.judged.network):
            notes.append(
                "chosen on examples that the network had learnt from by then: figures there are "
                "too good, those of the test split are not"
            )
        return "; ".join(filter(None, notes))

    def judge(self, candidates: Candidates) -> list[Artifact]:
        """Rungs with their figures on the validation split; `passed` where they fit."""
        self.describe(candidates)
        rungs = self._verified(candidates, self.known, self.tried, "tried")
        return [self._limited(each) for each in rungs]

    def judge_on_test(self, judging: Judging, candidates: Candidates) -> tuple[Artifact, ...]:
        """Files as they ship, on the test split."""
        return self._verified(candidates, self.judged, judging, "gate")

    def _verified(
        self, candidates: Candidates, judged: Judged, judging: Judging, place: str
    ) -> tuple[Artifact, ...]:
        """Each file held against the network, and that of a fine-tuned one against this as well."""
        verified: list[Artifact] = []
        for tuned in (True, False):
            files = {
                name: file for name, file in candidates.items() if (name == FINE_TUNED) == tuned
            }
            source = judged
            if tuned and files:
                assert self.tuned is not None
                source = self.tuned.as_source(judged, judging)
            if files:
                verified += judging.verify(
                    files, source, tolerance=self.limits.drop, folder=self.folder / place
                )
        return tuple(verified)

    def judge_in_time(
        self, name: str, file: Path | ExportError, float32: Artifact | None
    ) -> Artifact:
        """As `judge`; one of a kind that can take hours is timed first, and left if it would."""
        count = len(self.tried.splits.test)
        usual = (float32.latency_ms or 0.0) if float32 is not None else 0.0
        if isinstance(file, Path) and usual * count / 1e3 * _SLOWEST > _PATIENCE:
            try:
                latency = self.tried.time(file, self.folder / "timed").latency_ms
            except ExportError as error:
                return Artifact.failed(name, f"{name} does not run: {error}")
            if latency * count / 1e3 > max(_PATIENCE, _FAIR * usual * count / 1e3):
                why = f"not judged: an example takes {latency / usual:.0f} times as long as float32"
                failed = Artifact.failed(name, why)
                return dataclasses.replace(failed, size_bytes=size_of(file), latency_ms=latency)
        (rung,) = self.judge({name: file})
        return rung

    def _limited(self, rung: Artifact) -> Artifact:
        objection = self.limits.objection(rung) if rung.passed else ""
        if not objection:
            return rung
        return dataclasses.replace(rung, passed=False, reason=objection)
