"""Scores and timings of a SavedModel: `python -m kerasapps.export.measure_saved_model JOB.json`.

A fresh process that knows nothing of Keras: it loads the folder with TensorFlow alone and calls
its serving signature with raw inputs. The job names `model`, `inputs` (as `write_raw` wrote them),
`scores` and `result`; `labels`, in score order, where the signature gives ranked ones. Without, its
one answer beside `errors` is taken as it is. Where it answers several things, `labels` has those of
each by the name of its output, or null for a number.

Beside the scores it writes `errors`, a JSON list of why each input was refused, empty texts for
those that were read. Where the job names `odd` inputs, `differences` gets what is wrong with them.
"""

from __future__ import annotations

import functools
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from kerasapps import machine
from kerasapps.deploy.measure import measure, save_scores
from kerasapps.errors import DataError
from kerasapps.export.odd_inputs import PREPARE, odd_differences
from kerasapps.model_inputs import load_inputs
from kerasapps.process.lean import import_tensorflow
from kerasapps.shards import format_of

BATCH = 32


def main() -> None:
    tf = import_tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    inputs = Path(job["inputs"])
    loaded: list[Any] = []

    def load() -> Callable[[], object]:
        loaded.append(tf.saved_model.load(job["model"]))
        serve = loaded[0].signatures["serving_default"]
        example = _feeds(serve, _readable(serve, inputs))
        return lambda: serve(**example)

    result = measure(load)
    signatures = loaded[0].signatures
    if job.get("scores"):
        scores, errors = _score(signatures["serving_default"], inputs, job.get("labels"))
        save_scores(Path(job["scores"]), scores)
        Path(job["errors"]).write_text(json.dumps(errors), encoding="utf-8")
    if job.get("odd"):
        differences = odd_differences(
            Path(job["odd"]), lambda raw: _prepare(signatures[PREPARE], raw)
        )
        Path(job["differences"]).write_text(json.dumps(differences), encoding="utf-8")
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


Labels: TypeAlias = Sequence[str] | Mapping[str, Sequence[str] | None] | None
Raw: TypeAlias = bytes | np.ndarray | dict[str, Any]
"""An input, or a value for each of the signature's arguments."""


def _batches(inputs: Path, size: int) -> Iterator[list[str]]:
    """Lines, `size` at a time, each of which names a raw input."""
    with inputs.open(encoding="utf-8") as lines:
        while batch := list(itertools.islice(lines, size)):
            yield batch


def _read(line: str) -> Raw:
    raw: dict[str, Any] = json.loads(line)
    if "row" in raw:
        return dict(raw["row"])
    if "array" in raw:
        numbers: np.ndarray = _array(raw["array"])
        return numbers[raw["place"]]
    if "shard" in raw:
        file, *where = raw["shard"]
        return _in_shard(Path(file), *where)
    return str(raw["text"]).encode() if "text" in raw else _of_file(Path(raw["file"]))


def _of_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}") from error


@functools.cache
def _array(file: str) -> Any:
    """Raw inputs that are numbers, opened once."""
    return load_inputs(Path(file))


def _in_shard(file: Path, offset: int, length: int, field: str) -> bytes:
    form = format_of(file)
    assert form is not None  # whoever prepared the inputs read it
    return form.content(file, offset, length, field)


def _feeds(serve: Any, batch: Sequence[Raw]) -> dict[str, Any]:
    """A batch as the signature's arguments."""
    import tensorflow as tf

    takes = serve.structured_input_signature[1]
    rows = [raw if isinstance(raw, dict) else dict.fromkeys(takes, raw) for raw in batch]
    return {
        name: tf.constant([row[name] for row in rows], spec.dtype) for name, spec in takes.items()
    }


def _readable(serve: Any, inputs: Path) -> list[Raw]:
    """The first input that is not refused, for timing; the first of all where all are."""
    batches = ([_read(line)] for (line,) in _batches(inputs, 1))
    first = next(batches)
    for batch in itertools.chain([first], batches):
        if not any(_errors(serve(**_feeds(serve, batch)), 1)):
            return batch
    return first


def _score(serve: Any, inputs: Path, labels: Labels) -> tuple[list[np.ndarray], list[str]]:
    """A row of scores an input, and why inputs were refused, whose scores are all 0."""
    rows: list[np.ndarray] = []
    refusals: list[str] = []
    for scores, errors in _answers(serve, inputs, labels):
        rows += scores
        refusals += errors
    return rows, refusals


def _answers(
    serve: Any, inputs: Path, labels: Labels
) -> Iterator[tuple[list[np.ndarray], list[str]]]:
    """Scores and refusals of each batch, in order; as many batches at once as there are cores."""

    def answered(lines: list[str]) -> tuple[list[np.ndarray], list[str]]:
        # Pictures are read here, as those of all batches that wait may not fit.
        answer = serve(**_feeds(serve, [_read(line) for line in lines]))
        errors = _errors(answer, len(lines))
        return _scores_of(answer, labels, errors), errors

    cores = len(machine.usable_cores())
    batches = _batches(inputs, BATCH)
    with ThreadPoolExecutor(cores) as threads:
        # A few at a time: texts stand in their lines, and all of them may be long.
        while some := list(itertools.islice(batches, 4 * cores)):
            yield from threads.map(answered, some)


def _scores_of(answer: Any, labels: Labels, errors: Sequence[str]) -> list[np.ndarray]:
    if labels is None:
        return _plain(answer)
    if not isinstance(labels, Mapping):
        return _in_order(answer, labels, errors)
    parts = []
    for output, names in labels.items():
        wanted = ("value",) if names is None else ("labels", "scores")
        part = {name: answer[f"{output}_{name}"] for name in wanted}
        parts.append(_scores_of(part, names, errors))
    return [np.concatenate(row) for row in zip(*parts, strict=True)]


def _plain(answer: Any) -> list[np.ndarray]:
    (values,) = (each.numpy() for name, each in answer.items() if name != "errors")
    return list(values.reshape(len(values), -1))


def _in_order(answer: Any, labels: Sequence[str], errors: Sequence[str]) -> list[np.ndarray]:
    """Scores in the order of `labels`; the signature's best is first."""
    column = {label.encode(): index for index, label in enumerate(labels)}
    scores = np.zeros((len(errors), len(labels)), np.float32)
    rows = zip(scores, answer["labels"].numpy(), answer["scores"].numpy(), errors, strict=True)
    for row, names, ranked, error in rows:
        if not error:
            row[[column[name] for name in names]] = ranked
    return list(scores)


def _errors(answer: Any, count: int) -> list[str]:
    """Why each of `count` inputs was refused; a signature of texts refuses none."""
    if "errors" not in answer:
        return [""] * count
    return [error.decode("utf-8", "replace") for error in answer["errors"].numpy()]


def _prepare(prepare: Any, raw: bytes) -> tuple[np.ndarray, str]:
    import tensorflow as tf

    answer = prepare(tf.constant([raw]))
    return answer["inputs"].numpy()[0], _errors(answer, 1)[0]


if __name__ == "__main__":
    main()
