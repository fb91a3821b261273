"""Tags and timings of a SavedModel: `python -m kerasapps.outputs.tags.measure_saved_model JOB`.

A fresh process that knows nothing of Keras: it loads the folder with TensorFlow alone and calls its
signature of words. The job names `model`, `inputs` (as `write_raw` wrote them: of each row its
`tokens`, filled up with empty texts), `labels`, `scores` (.npy to write: the numbers of the tags,
0 behind the last word), `errors` and `result`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.measure import measure, save_scores
from kerasapps.process.lean import import_tensorflow

BATCH = 32


def main() -> None:
    tf = import_tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with Path(job["inputs"]).open(encoding="utf-8") as lines:
        rows: list[list[str]] = [json.loads(line)["row"]["tokens"] for line in lines]
    loaded: list[Any] = []

    def load() -> Callable[[], object]:
        loaded.append(tf.saved_model.load(job["model"]))
        serve = loaded[0].signatures["tokens"]
        example = tf.constant(rows[:1])
        return lambda: serve(tokens=example)

    result = measure(load)
    save_scores(Path(job["scores"]), _numbers(loaded[0].signatures["tokens"], rows, job["labels"]))
    Path(job["errors"]).write_text(json.dumps([""] * len(rows)), encoding="utf-8")
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def _numbers(serve: Any, rows: Sequence[Sequence[str]], labels: Sequence[str]) -> list[np.ndarray]:
    """The numbers of the tags of each row."""
    import tensorflow as tf

    number = {label.encode(): place for place, label in enumerate(labels)} | {b"": 0}
    found = []
    for start in range(0, len(rows), BATCH):
        tags = serve(tokens=tf.constant(rows[start : start + BATCH]))["tags"].numpy()
        found += [np.array([number[tag] for tag in row], np.float32) for row in tags]
    return found


if __name__ == "__main__":
    main()
