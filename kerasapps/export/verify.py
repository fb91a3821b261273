"""The gate: every exported file is run by its own runtime over the whole test split."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.errors import ExportError
from kerasapps.export.agreement import disagreement, same_answers
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.odd_inputs import OddInput, differences_in_words, write_odd
from kerasapps.export.process import how_it_ended, run_module
from kerasapps.export.refusals import refusals_in_words
from kerasapps.npy import save_array

TFLITE_RUNNER = "kerasapps.deploy.measure_tflite"
SAVED_MODEL_RUNNER = "kerasapps.export.measure_saved_model"


@dataclass(frozen=True)
class HeldOut:
    """The test split in the forms that the runtimes take.

    Attributes:
        inputs: raw model inputs, `(n, …)`.
        raw: the same examples before preprocessing: encoded files, or texts.
        labels: class names in score order.
        reference: the Keras model's scores, `(n, num_classes)`.
        metric: scores → the headline metric, 0 to 1; of some examples: scores and their places.
        odd: raw inputs on which a SavedModel must see what training sees.
    """

    inputs: np.ndarray
    raw: Sequence[Path] | Sequence[str]
    labels: Sequence[str]
    reference: np.ndarray
    metric: Callable[..., float]
    odd: Sequence[OddInput] = ()

    def part(self, rows: np.ndarray) -> HeldOut:
        """The examples at some places, by which a file is judged that refuses the others."""
        return dataclasses.replace(
            self,
            reference=self.reference[rows],
            metric=lambda scores: self.metric(scores, rows),
        )


def verify(
    candidates: Mapping[str, Path | ExportError],
    *,
    held_out: HeldOut,
    tolerance: float,
    folder: Path,
) -> tuple[Artifact, ...]:
    """Runs every candidate over the test split and compares it with the Keras model.

    A file may not ship if a score is no number, if it loses more of the metric than the tolerance,
    or if it answers other than Keras: a file can be as accurate as a network that guesses, and
    guess otherwise (see `kerasapps.export.agreement`).

    Args:
        candidates: `saved_model` or a quantization mode → file, or why there is none.
        held_out: the test split and the Keras model's scores on it.
        tolerance: points of the metric that a file may lose.
        folder: scratch space.

    Returns:
        One artifact a candidate, in order; `passed` says whether it may ship.
    """
    folder.mkdir(parents=True, exist_ok=True)
    save_array(folder / "inputs.npy", held_out.inputs)
    write_raw(folder / "raw.jsonl", held_out.raw)
    if held_out.odd:
        write_odd(folder / "odd", held_out.odd)
    return tuple(
        Artifact.failed(name, str(found))
        if isinstance(found, ExportError)
        else _judge(name, found, held_out, tolerance, folder)
        for name, found in candidates.items()
    )


def write_raw(path: Path, raw: Sequence[Path] | Sequence[str]) -> None:
    """Writes raw inputs for the SavedModel's own process: one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for each in raw:
            text = isinstance(each, str)
            line = {"text": each} if text else {"file": str(Path(each).absolute())}
            file.write(json.dumps(line) + "\n")


def _judge(name: str, path: Path, held_out: HeldOut, tolerance: float, folder: Path) -> Artifact:
    is_folder = path.is_dir()
    runner = SAVED_MODEL_RUNNER if is_folder else TFLITE_RUNNER
    inputs = folder / ("raw.jsonl" if is_folder else "inputs.npy")
    scores_file = folder / f"{name}.scores.npy"
    job: dict[str, object] = {
        "model": str(path),
        "inputs": str(inputs),
        "scores": str(scores_file),
        "labels": list(held_out.labels),
    }
    if is_folder:
        job |= _raw_job(folder, odd=bool(held_out.odd))
    try:
        measured = run_measurement(runner, job, folder / name)
    except ExportError as error:
        return Artifact.failed(name, f"{name} does not run: {error}")
    scores = np.load(scores_file, allow_pickle=False)
    errors = _listed(job.get("errors"))
    if errors and all(errors):
        return Artifact.failed(name, refusals_in_words(errors))
    if any(errors):
        rows = np.flatnonzero([not error for error in errors])
        held_out, scores = held_out.part(rows), scores[rows]
    metric = held_out.metric(scores)
    delta = 100 * (metric - held_out.metric(held_out.reference))
    agreeing = same_answers(scores, held_out.reference)
    agreement = float(np.mean(agreeing))
    reason = _objection(scores, delta, tolerance) or disagreement(agreeing, tolerance=tolerance)
    return Artifact.judged(
        name,
        path,
        measured,
        metric=metric,
        delta=delta,
        agreement=agreement,
        reason=reason or differences_in_words(_listed(job.get("differences"))),
        note=refusals_in_words(errors),
    )


def _raw_job(folder: Path, *, odd: bool) -> dict[str, object]:
    """What a SavedModel's process is told beside: where its refusals and odd inputs stand."""
    job: dict[str, object] = {"errors": str(folder / "errors.json")}
    if odd:
        listing, found = folder / "odd" / "odd.jsonl", folder / "differences.json"
        job |= {"odd": str(listing), "differences": str(found)}
    return job


def _listed(path: object) -> list[str]:
    """A list that a measuring process wrote; empty where none was asked for."""
    found: list[str] = json.loads(Path(str(path)).read_text(encoding="utf-8")) if path else []
    return found


def _objection(scores: np.ndarray, delta: float, tolerance: float) -> str:
    if not np.isfinite(scores).all():
        return f"{int(np.sum(~np.isfinite(scores)))} scores are not numbers"
    if delta < -tolerance - 1e-9:
        points, count = f"{-delta:.2f} points", f"{round(-delta / 100 * len(scores))}"
        return (
            f"loses {points} against Keras ({count} of {len(scores)} examples); "
            f"the tolerance is {tolerance:g}"
        )
    return ""


def run_measurement(module: str, job: Mapping[str, object], stem: Path) -> Measurement:
    """Runs one of the measuring modules in a process of its own.

    Args:
        module: the module to run.
        job: what it is told, as JSON.
        stem: path without suffix for its job and result files.

    Raises:
        ExportError: when the process fails; the message is its last line.
    """
    result = stem.with_suffix(".result.json")
    ended = run_module(module, {**job, "result": str(result)}, stem.with_suffix(".job.json"))
    if ended.returncode:
        raise ExportError(how_it_ended(ended))
    return Measurement(**json.loads(result.read_text(encoding="utf-8")))
