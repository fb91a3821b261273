"""What is told of a file beside how quick it is: other interfaces, a phone's GPU, many callers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from kerasapps import machine
from kerasapps.deploy.compiled import CompiledFigures
from kerasapps.deploy.formats import format_of
from kerasapps.deploy.gpu_delegate import GpuFigures, gpu_figures
from kerasapps.export.artifact import Measurement
from kerasapps.export.files import size_of
from kerasapps.export.process import how_it_ended, run_module

_COMPARES = "kerasapps.deploy.compiled"


class FurtherFigures(TypedDict, total=False):
    """Fields of `Measurement`."""

    compiled: CompiledFigures
    gpu: GpuFigures


def numbers_of_callers() -> list[int]:
    """1, 2, 4 and so on, up to one a core."""
    cores = len(machine.usable_cores())
    return sorted({1 << power for power in range(cores.bit_length())} | {cores})


def time_fully(
    path: Path, timing: Callable[..., Measurement], folder: Path, *, quick: bool
) -> Measurement:
    """A file's latencies, memory and size and, unless `quick`, all else that is told of it.

    Args:
        path: of an artifact.
        timing: of a path, `folder` and, where throughput is measured, `callers`.
        folder: scratch space.
        quick: leave the rest out.
    """
    more = {} if quick else {"callers": numbers_of_callers()}
    measured = timing(path, folder=folder, **more)
    looked: FurtherFigures = {} if quick else further_figures(path, folder)
    return replace(measured, size_bytes=size_of(path), **looked)


def further_figures(path: Path, folder: Path) -> FurtherFigures:
    """CompiledModel beside Interpreter, and what a GPU would take; of TFLite files only.

    Args:
        path: of an artifact.
        folder: scratch space.
    """
    if format_of(path) != "tflite":
        return {}
    return {"compiled": _compared(path, folder), "gpu": gpu_figures(path)}


def _compared(path: Path, folder: Path) -> CompiledFigures:
    """A process of its own, which a file may end."""
    result = folder / f"{path.name}.compiled.json"
    job = {"model": str(path), "result": str(result)}
    ended = run_module(_COMPARES, job, folder / f"{path.name}.compared.json")
    if ended.returncode:
        return CompiledFigures("", None, None, how_it_ended(ended))
    return CompiledFigures(**json.loads(result.read_text(encoding="utf-8")))
