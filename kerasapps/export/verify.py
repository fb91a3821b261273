"""The gate: every exported file is run by its own runtime over the whole test split."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, ElsewhereFigures, Measurement
from kerasapps.export.elsewhere import Elsewhere
from kerasapps.export.gate import Agreement, Runners, judge_each, loss_objection, tolerated_loss
from kerasapps.export.odd_inputs import OddInput, differences_in_words, write_odd
from kerasapps.export.process import how_it_ended, run_module
from kerasapps.export.refusals import refusals_in_words
from kerasapps.model_inputs import InShard, ModelInputs, RawInput, save_inputs
from kerasapps.streamed import StreamedArray

SCORERS = Runners("kerasapps.deploy.measure_tflite", "kerasapps.export.measure_saved_model")


Labels: TypeAlias = Sequence[str] | Mapping[str, Sequence[str] | None] | None
"""Of a file's answers, in the order of their scores; of several answers by output, None for those
that have none; None where there are no labels at all."""


class Agree(Protocol):
    """Says how far a file's scores are those of a reference."""

    def __call__(self, scores: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
        """Both are `(n, …)`; `tolerance` is what the file may lose of the metric."""


@dataclass(frozen=True)
class HeldOut:
    """The test split in the forms that the runtimes take.

    Attributes:
        inputs: raw model inputs, `(n, …)`.
        raw: the same examples before preprocessing.
        reference: the Keras model's scores, `(n, …)`.
        metric: by which a file is compared with the Keras model.
        share: scores → its share (see `Metric.share`); of some examples: scores and their places.
        agree: scores and reference → how far a file answers as the Keras model does.
        runners: of the files.
        labels: class names in score order, where a SavedModel answers with ranked ones.
        odd: raw inputs on which a SavedModel must see what training sees.
        elsewhere: some of the examples as another program prepares them, for TFLite files.
        also: what is to be said against a file beside its share and agreement, where it answers
            several things: (scores, their places, tolerance) → words, empty for nothing.
        source: scores of the network that files are made of, where that is another: they must
            answer as it does.
    """

    inputs: ModelInputs
    raw: Sequence[RawInput] | np.ndarray
    reference: np.ndarray
    metric: Metric
    share: Callable[..., float]
    agree: Agree
    runners: Runners
    labels: Labels = None
    odd: Sequence[OddInput] = ()
    elsewhere: Elsewhere | None = None
    also: Callable[..., str] | None = None
    source: np.ndarray | None = None

    def part(self, rows: np.ndarray) -> HeldOut:
        """The examples at some places, by which a file is judged that refuses the others."""
        return dataclasses.replace(
            self,
            reference=self.reference[rows],
            source=None if self.source is None else self.source[rows],
            share=lambda scores: self.share(scores, rows),
            also=self.also and functools.partial(self.also, rows=rows),
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
    or if it answers other than Keras (see `Agreement`).

    Args:
        candidates: `saved_model` or a quantization mode → file, or why there is none.
        held_out: the test split and the Keras model's scores on it.
        tolerance: what a file may lose of the metric: points, or per cent of an error.
        folder: scratch space.

    Returns:
        One artifact a candidate, in order; `passed` says whether it may ship.
    """
    folder.mkdir(parents=True, exist_ok=True)
    inputs = save_inputs(held_out.inputs, folder / "inputs")
    write_raw(folder / "raw.jsonl", held_out.raw)
    if held_out.odd:
        write_odd(folder / "odd", held_out.odd)
    others = None
    if held_out.elsewhere is not None:
        others = save_inputs(held_out.elsewhere.inputs, folder / "elsewhere")

    def judge(name: str, path: Path) -> Artifact:
        run = _run(path, held_out, inputs=inputs, others=others, stem=folder / name)
        return _judge(name, path, run, held_out, tolerance)

    return judge_each(candidates, judge)


def write_raw(path: Path, raw: Sequence[RawInput] | np.ndarray) -> None:
    """Writes raw inputs for the SavedModel's own process: one JSON object a line.

    It is a `file` whose bytes are the input, a `shard` with where they lie in it, a `text`, a `row`
    of values by argument, or the `place` of an input in an `array` of numbers, which is written as
    `save_inputs` does.
    """
    with path.open("w", encoding="utf-8") as file:
        for line in _lines(path, raw):
            file.write(json.dumps(line) + "\n")


def _lines(path: Path, raw: Sequence[RawInput] | np.ndarray) -> Iterator[dict[str, object]]:
    if not len(raw) or not isinstance(raw[0], np.ndarray):
        yield from map(_line, raw)
        return
    array = raw if isinstance(raw, StreamedArray) else np.asarray(raw)
    numbers = save_inputs(array, path.with_suffix(""))
    yield from ({"array": str(numbers.absolute()), "place": place} for place in range(len(raw)))


def _line(raw: Path | InShard | str | Mapping[str, Any]) -> dict[str, object]:
    if isinstance(raw, Mapping):
        return {"row": dict(raw)}
    if isinstance(raw, str):
        return {"text": raw}
    if isinstance(raw, Path):
        return {"file": str(raw.absolute())}
    place = [str(raw.file.absolute()), raw.offset, raw.length, raw.field]
    return {"shard": place}


@dataclass(frozen=True)
class _Run:
    """What a file's own process wrote.

    Attributes:
        measured: of the file.
        scores: float32, `(n, …)`.
        errors: of a SavedModel: why each input was refused, empty where it was not.
        differences: of a SavedModel: what it sees of the odd inputs that training does not.
        elsewhere: of a TFLite file: its scores on what another program prepared.
    """

    measured: Measurement
    scores: np.ndarray
    errors: Sequence[str]
    differences: Sequence[str]
    elsewhere: np.ndarray | None


def _run(path: Path, held_out: HeldOut, *, inputs: Path, others: Path | None, stem: Path) -> _Run:
    folder = stem.parent
    job: dict[str, object] = {
        "model": str(path),
        "inputs": str(folder / "raw.jsonl" if path.is_dir() else inputs),
        "scores": str(folder / f"{stem.name}.scores.npy"),
    }
    if held_out.labels is not None:
        labels = held_out.labels
        job["labels"] = dict(labels) if isinstance(labels, Mapping) else list(labels)
    if path.is_dir():
        job |= _raw_job(folder, odd=bool(held_out.odd))
    elif others is not None:
        job |= {"others": str(others), "other_scores": str(folder / f"{stem.name}.others.npy")}
    measured = run_measurement(held_out.runners.of(path), job, stem)
    return _Run(
        measured,
        np.load(str(job["scores"]), allow_pickle=False),
        _listed(job.get("errors")),
        _listed(job.get("differences")),
        np.load(str(job["other_scores"]), allow_pickle=False) if "other_scores" in job else None,
    )


def _judge(name: str, path: Path, run: _Run, held_out: HeldOut, tolerance: float) -> Artifact:
    scores, errors = run.scores, run.errors
    if errors and all(errors):
        return Artifact.failed(name, refusals_in_words(errors))
    if any(errors):
        rows = np.flatnonzero([not error for error in errors])
        held_out, scores = held_out.part(rows), scores[rows]
    metric, count = held_out.metric, len(scores)
    elsewhere, warning = _judge_elsewhere(run, held_out, tolerance)
    share, reference = held_out.share(scores), held_out.share(held_out.reference)
    agreement = _agreement(held_out, scores, tolerance)
    tolerated = tolerated_loss(metric, share, reference, tolerance=tolerance, count=count)
    also = held_out.also(scores, tolerance=tolerance) if held_out.also is not None else ""
    return Artifact.judged(
        name,
        path,
        run.measured,
        metric=share,
        delta=metric.delta(share, reference),
        agreement=agreement.share,
        reason=_strange(scores)
        or loss_objection(metric, share, reference, tolerance=tolerance, count=count)
        or agreement.objection
        or also
        or differences_in_words(run.differences),
        note="; ".join(filter(None, (refusals_in_words(errors) or warning, tolerated))),
        elsewhere=elsewhere,
    )


def _agreement(held_out: HeldOut, scores: np.ndarray, tolerance: float) -> Agreement:
    """The share of Keras' answers, and what is said against a file by those of its own network."""
    agreement = held_out.agree(scores, held_out.reference, tolerance=tolerance)
    if held_out.source is None:
        return agreement
    objection = held_out.agree(scores, held_out.source, tolerance=tolerance).objection
    return Agreement(agreement.share, objection and f"of the network it is made of: {objection}")


def _judge_elsewhere(
    run: _Run, held_out: HeldOut, tolerance: float
) -> tuple[ElsewhereFigures | None, str]:
    """Figures on what another program prepared, and a warning; neither where there is nothing."""
    if run.elsewhere is None or held_out.elsewhere is None:
        return None, ""
    return held_out.elsewhere.judge(
        run.elsewhere,
        run.scores,
        metric=held_out.metric,
        share=held_out.share,
        tolerance=tolerance,
    )


def _raw_job(folder: Path, *, odd: bool) -> dict[str, object]:
    """What a SavedModel's process is told beside: where its refusals and odd inputs stand."""
    job: dict[str, object] = {"errors": str(folder / "errors.json")}
    if odd:
        listing, differences = folder / "odd" / "odd.jsonl", folder / "differences.json"
        job |= {"odd": str(listing), "differences": str(differences)}
    return job


def _listed(path: object) -> list[str]:
    """A list that a measuring process wrote; empty where none was asked for."""
    listed: list[str] = json.loads(Path(str(path)).read_text(encoding="utf-8")) if path else []
    return listed


def _strange(scores: np.ndarray) -> str:
    count = int(np.sum(~np.isfinite(scores)))
    if count == 1:
        return "1 score is not a number"
    return f"{count} scores are not numbers" if count else ""


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
