"""Which int8 file ships of two: the trained network's, or that of the same network fine-tuned."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Metric
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.fine_tuning import FineTuning
from kerasapps.workflow.judging import Candidates, Judged, Judging
from kerasapps.workflow.ladder_choice import lost
from kerasapps.workflow.qat import FineTuned

INT8: Final = "int8"
_FINE_TUNED = "fine-tuned in"


@dataclass(frozen=True)
class FileMaking:
    """How files of a network are made and judged.

    Attributes:
        judging: the data, and how its task exports and verifies.
        config: which files.
        seed: of the choice of calibration examples.
        tolerance: what a file may lose.
        folder: scratch space.
        describe: puts metadata into files.
    """

    judging: Judging
    config: ExportConfig
    seed: int
    tolerance: float
    folder: Path
    describe: Callable[[Candidates], None]

    def make(self, tuned: FineTuned, judged: Judged) -> Path | ExportError:
        """The int8 file of a fine-tuned network, without metadata.

        Args:
            tuned: the network.
            judged: of the network as it was trained.
        """
        place = self.folder / "fine_tuned"
        place.mkdir()
        config = dataclasses.replace(
            self.config,
            quantization=(INT8,),
            saved_model=False,
            max_drop=None,
            max_size_mb=None,
            max_latency_ms=None,
        )
        source = dataclasses.replace(judged, network=tuned.network)
        made = tuned.judging.export(source, config=config, seed=self.seed, folder=place)
        return made[INT8]

    def judge(
        self, file: Path | ExportError, judged: Judged, *, judging: Judging, name: str
    ) -> Artifact:
        """One int8 file on the split that `judging` has in the test split's place."""
        folder = self.folder / name
        (artifact,) = judging.verify({INT8: file}, judged, tolerance=self.tolerance, folder=folder)
        return artifact


def better_int8(
    int8: Artifact, judged: Judged, *, fine_tuning: FineTuning, making: FileMaking
) -> Artifact:
    """The int8 file that ships, which says in its note what it was chosen from.

    Both are compared on the validation split. The better one is taken, of equals the trained
    network's; a fine-tuned one must pass on the test split as well.

    Args:
        int8: file of the network as it was trained, judged on the test split.
        judged: that network.
        fine_tuning: of it.
        making: how the other file is made and judged.
    """
    tuned = fine_tuning.run()
    if isinstance(tuned, str):
        return _noted(int8, f"not fine-tuned: {tuned}")
    with doing("Exporting the fine-tuned int8"):
        file = making.make(tuned, judged)
        making.describe({INT8: file})
    metric = making.judging.answer.metric
    plain, fine = on_validation(int8, file, judged, tuned=tuned, making=making)
    compared = (
        f"{metric.name} on the validation split {_figure(fine, metric)} fine-tuned and "
        f"{_figure(plain, metric)} as it was trained"
    )
    if not _is_better(fine, plain, metric):
        return _noted(int8, f"of the network as it was trained, not fine-tuned: {compared}")
    judging = making.judging
    source = tuned.as_source(judged, judging)
    shipped = making.judge(file, source, judging=judging, name="fine_tuned_gate")
    if int8.passed and not shipped.passed:
        return _noted(int8, f"not fine-tuned, as that file {shipped.reason}; {compared}")
    return _noted(shipped, f"{_FINE_TUNED} {counted(tuned.epochs, 'epoch')}: {compared}")


def tell_replaced(old: Sequence[Artifact], new: Sequence[Artifact]) -> None:
    """Says which new files take the place of a fine-tuned network's, which no bundle holds."""
    names = {each.name for each in new}
    for each in old:
        if each.name in names and _FINE_TUNED in each.note:
            tell(
                f"{each.name} was of the network after fine-tuning (CompressConfig.qat), which "
                "only a training makes; the new file is of the bundle's network"
            )


def on_validation(
    int8: Artifact,
    file: Path | ExportError,
    judged: Judged,
    *,
    tuned: FineTuned,
    making: FileMaking,
) -> tuple[Artifact, Artifact]:
    """Both files there: the trained network's, and the fine-tuned one's."""
    tried = making.judging.on_validation()
    with doing("Comparing int8 with and without fine-tuning on validation"):
        known = judged if tried is making.judging else tried.judge(judged.network)
        plain = int8
        if int8.path is not None:
            plain = making.judge(int8.path, known, judging=tried, name="plain_tried")
        source = tuned.as_source(known, tried)
        return plain, making.judge(file, source, judging=tried, name="fine_tuned_tried")


def _is_better(fine: Artifact, plain: Artifact, metric: Metric) -> bool:
    """What may ship comes first, then what loses less."""
    return (fine.passed, -lost(fine, metric)) > (plain.passed, -lost(plain, metric))


def _figure(artifact: Artifact, metric: Metric) -> str:
    return "–" if artifact.metric is None else metric.text(metric.figure(artifact.metric))


def _noted(artifact: Artifact, note: str) -> Artifact:
    tell(f"int8: {note}")
    return dataclasses.replace(artifact, note="; ".join(filter(None, (artifact.note, note))))
