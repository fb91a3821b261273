"""Scores and timings of a SavedModel: `python -m kerasapps.export.measure_saved_model JOB.json`.

A fresh process that knows nothing of Keras: it loads the folder with TensorFlow alone and calls
its serving signature with raw inputs. The job names `model`, `inputs` (a JSON object a line: a
`text`, or a `file` whose bytes are the input), `labels` (in score order), `scores` and `result`.
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
from kerasapps.lean import import_tensorflow

BATCH = 32


def main() -> None:
    tf = import_tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    example = tf.constant(next(_batches(Path(job["inputs"]), 1)))
    serve: list[Any] = []

    def load() -> Callable[[], object]:
        serve.append((loaded := tf.saved_model.load(job["model"])).signatures["serving_default"])
        serve.append(loaded)  # the signature does not keep the model's variables alive
        return lambda: serve[0](example)

    result = measure(load)
    if job.get("scores"):
        save_scores(Path(job["scores"]), _score(serve[0], Path(job["inputs"]), job["labels"]))
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def _batches(inputs: Path, size: int) -> Iterator[list[bytes]]:
    """Raw inputs, `size` at a time."""
    with inputs.open(encoding="utf-8") as lines:
        while batch := [_read(line) for line in itertools.islice(lines, size)]:
            yield batch


def _read(line: str) -> bytes:
    raw: dict[str, str] = json.loads(line)
    return raw["text"].encode() if "text" in raw else Path(raw["file"]).read_bytes()


def _score(serve: Any, inputs: Path, labels: Sequence[str]) -> list[np.ndarray]:
    """Scores in the order of `labels`; the signature answers best first."""
    import tensorflow as tf

    column = {label.encode(): index for index, label in enumerate(labels)}
    rows: list[np.ndarray] = []
    for batch in _batches(inputs, BATCH):
        answer = serve(tf.constant(batch))
        for names, scores in zip(answer["labels"].numpy(), answer["scores"].numpy(), strict=True):
            row = np.zeros(len(labels), np.float32)
            row[[column[name] for name in names]] = scores
            rows.append(row)
    return rows


if __name__ == "__main__":
    main()
