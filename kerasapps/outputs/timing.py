"""How long a file that takes one example and gives one answer needs for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.deploy.readers import Reader
from kerasapps.export.artifact import Measurement
from kerasapps.export.verify import SCORERS, run_measurement, write_raw
from kerasapps.model_inputs import ModelInputs, batch_of, rows_of, save_inputs


def time_file(
    model: Path, *, reader: Reader, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file in a fresh process.

    Args:
        model: a TFLite or ONNX file, or the SavedModel's folder.
        reader: has an example of what the file takes.
        threads: threads that one inference may use; TFLite files only.
        folder: scratch space.
        callers: numbers of threads whose answers a second are counted; of a SavedModel none.
    """
    if model.is_dir():
        inputs = folder / "raw.jsonl"
        write_raw(inputs, [reader.raw_example(folder)])
    else:
        inputs = save_inputs(batch_of(reader.example()), folder / "inputs")
    job = {"model": str(model), "inputs": str(inputs), "threads": threads, "callers": [*callers]}
    return run_measurement(SCORERS.of(model), job, folder / model.name)


def time_first(model: Path, inputs: ModelInputs, *, folder: Path) -> Measurement:
    """As `time_file` times a TFLite file when it has shipped, on one thread.

    Args:
        model: the file.
        inputs: examples, of which the first is taken.
        folder: scratch space; made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    example = save_inputs(rows_of(inputs, slice(1)), folder / "example")
    job = {"model": str(model), "inputs": str(example), "threads": 1}
    return run_measurement(SCORERS.of(model), job, folder / model.name)
