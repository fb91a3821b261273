"""Scores and timings of a SavedModel: `python -m kerasapps.export.measure_saved_model JOB.json`.

A fresh process that knows nothing of Keras: it loads the folder with TensorFlow alone and calls
its serving signature with raw inputs. The job names `model`, `inputs` (a JSON object a line: a
`text`, or a `file` whose bytes are the input), `labels` (in score order), `scores` and `result`.

Beside the scores it writes `errors`, a JSON list of why each input was refused, empty texts for
those that were read. Where the job names `odd` inputs, `differences` gets what is wrong with them.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.measure import measure, save_scores
from kerasapps.export.odd_inputs import PREPARE, odd_differences
from kerasapps.lean import import_tensorflow

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
        example = tf.constant(_readable(serve, inputs))
        return lambda: serve(example)

    result = measure(load)
    signatures = loaded[0].signatures
    if job.get("scores"):
        scores, errors = _score(signatures["serving_default"], inputs, job["labels"])
        save_scores(Path(job["scores"]), scores)
        Path(job["errors"]).write_text(json.dumps(errors), encoding="utf-8")
    if job.get("odd"):
        found = odd_differences(Path(job["odd"]), lambda raw: _prepare(signatures[PREPARE], raw))
        Path(job["differences"]).write_text(json.dumps(found), encoding="utf-8")
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def _batches(inputs: Path, size: int) -> Iterator[list[bytes]]:
    """Raw inputs, `size` at a time."""
    with inputs.open(encoding="utf-8") as lines:
        while batch := [_read(line) for line in itertools.islice(lines, size)]:
            yield batch


def _read(line: str) -> bytes:
    raw: dict[str, str] = json.loads(line)
    return raw["text"].encode() if "text" in raw else Path(raw["file"]).read_bytes()


def _readable(serve: Any, inputs: Path) -> list[bytes]:
    """The first input that is not refused, for timing; the first of all where all are."""
    import tensorflow as tf

    batches = _batches(inputs, 1)
    first = next(batches)
    for batch in itertools.chain([first], batches):
        if not any(_errors(serve(tf.constant(batch)), 1)):
            return batch
    return first


def _score(serve: Any, inputs: Path, labels: Sequence[str]) -> tuple[list[np.ndarray], list[str]]:
    """Scores in the order of `labels`, and why inputs were refused; the signature's best is first.

    Refused inputs score 0 for every label.
    """
    import tensorflow as tf

    column = {label.encode(): index for index, label in enumerate(labels)}
    rows: list[np.ndarray] = []
    refusals: list[str] = []
    for batch in _batches(inputs, BATCH):
        answer = serve(tf.constant(batch))
        errors = _errors(answer, len(batch))
        found = zip(answer["labels"].numpy(), answer["scores"].numpy(), errors, strict=True)
        for names, scores, error in found:
            row = np.zeros(len(labels), np.float32)
            if not error:
                row[[column[name] for name in names]] = scores
            rows.append(row)
        refusals += errors
    return rows, refusals


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
