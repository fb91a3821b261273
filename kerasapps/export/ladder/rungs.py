"""What is tried, by name, and the process in which ai-edge-quantizer makes it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kerasapps.config.export import TFLiteMode
from kerasapps.errors import ExportError
from kerasapps.export.process import how_it_ended, run_in_turn, run_module
from kerasapps.export.scan import scan_tflite

CONVERTED: Final[tuple[TFLiteMode, ...]] = ("float32", "float16", "dynamic", "int8")
"""What the converter makes."""
QUANTIZED: Final = ("int4", "int4_weights", "int8_weights", "int16")
"""What the quantizer makes of the float32 file, all operations in one form."""
MIXED: Final = {"int8_mixed": "int8_weights", "int8_int16": "int16"}
"""int8 but for the layers that suffer, and the form of these."""
FINE_TUNED: Final = "int8_qat"
"""int8 of the network after it was fine-tuned for that."""
_FLOAT: Final = "float32"
_WORKER: Final = "kerasapps.export.ladder.worker"


@dataclass(frozen=True)
class Wanted:
    """One file that the quantizer shall make.

    Attributes:
        name: the rung's.
        form: of the operations; see `engine.Recipe`.
        left: names of layers that are left out of it.
        left_as: their form.
    """

    name: str
    form: str
    left: tuple[str, ...] = ()
    left_as: str = "float"


@dataclass(frozen=True)
class Shelf:
    """The float32 file of a network, from which the quantizer makes others.

    Attributes:
        folder: in which the converter worked; what is made here lies in a folder of its own in it.
        source: the float32 file, or why there is none.
    """

    folder: Path
    source: Path | ExportError

    @classmethod
    def of(cls, candidates: Mapping[str, Path | ExportError], folder: Path) -> Shelf:
        """Keeps the float32 file as the converter made it, before it gets metadata.

        Args:
            candidates: what the converter made.
            folder: its own.
        """
        made = candidates[_FLOAT]
        if isinstance(made, ExportError):
            return cls(folder, made)
        place = folder / "ladder"
        place.mkdir()
        return cls(folder, Path(shutil.copyfile(made, place / made.name)))

    def make(self, wanted: Sequence[Wanted]) -> dict[str, Path | ExportError]:
        """The files, each by its rung's name, or why there is none; a crash costs the one alone."""
        if isinstance(self.source, ExportError):
            return {each.name: self.source for each in wanted}
        place = self.source.parent

        def crashed(each: Wanted, how: str) -> None:
            (place / f"{each.name}.error").write_text(how, encoding="utf-8")

        run_in_turn(
            wanted,
            lambda waiting: run_module(_WORKER, self._job(waiting), place / "job.json"),
            is_finished=lambda each: _finished(place, each.name),
            crashed=crashed,
        )
        return {each.name: _result(place, each.name) for each in wanted}

    def suffering(self) -> list[tuple[str, float]]:
        """Layers and the noise of the answers with that layer alone on int8, the worst first.

        Noise is what changed of an answer, squared, against the answer squared.

        Raises:
            ExportError: if it cannot be measured.
        """
        if isinstance(self.source, ExportError):
            raise self.source
        place = self.source.parent
        ended = run_module(_WORKER, self._job([]) | {"measure": True}, place / "job.json")
        measured = place / "suffering.json"
        if not measured.exists():
            raise ExportError(how_it_ended(ended))
        return [(name, noise) for name, noise in json.loads(measured.read_text(encoding="utf-8"))]

    def _job(self, wanted: Sequence[Wanted]) -> dict[str, Any]:
        """What the converter was told, which leads to the examples, and what to make."""
        told = json.loads((self.folder / "job.json").read_text(encoding="utf-8"))
        return {
            **told,
            "source": str(self.source),
            "wanted": [asdict(each) for each in wanted],
            "measure": False,
        }


def _finished(place: Path, name: str) -> bool:
    return any((place / each).exists() for each in (f"model_{name}.tflite", f"{name}.error"))


def _result(place: Path, name: str) -> Path | ExportError:
    made = place / f"model_{name}.tflite"
    if not made.exists():
        return ExportError((place / f"{name}.error").read_text(encoding="utf-8")[:300])
    foreign = ", ".join(map(str, scan_tflite(made)))
    return ExportError(f"{name}: no stock LiteRT interpreter runs {foreign}") if foreign else made
