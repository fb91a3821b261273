"""Translations and timings of a SavedModel; run as a module with the path of its job.

A fresh process that knows nothing of Keras: it loads the folder with TensorFlow and TensorFlow
Text alone and calls its serving signature with sentences. The job names `model`, `sources` (a JSON
list of texts), `translations` (JSON to write; none to time only) and `result`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kerasapps.deploy.measure import measure_each
from kerasapps.process.lean import import_tensorflow

BATCH = 64
TIMED = 50


def main() -> None:
    tf = import_tensorflow()
    import tensorflow_text  # noqa: F401  (registers the tokenizer's operations)

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sources = json.loads(Path(job["sources"]).read_text(encoding="utf-8"))
    serve: list[Any] = []

    def load() -> Callable[[str], object]:
        serve.append((loaded := tf.saved_model.load(job["model"])).signatures["serving_default"])
        serve.append(loaded)  # the signature does not keep the model's variables alive
        return lambda text: serve[0](tf.constant([text]))

    _, result, _ = measure_each(load, sources[:TIMED])
    if job.get("translations"):
        texts = _translate(serve[0], sources)
        Path(job["translations"]).write_text(json.dumps(texts), encoding="utf-8")
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def _translate(serve: Any, sources: Sequence[str]) -> list[str]:
    """Translations in the order of `sources`; texts of like length share a batch."""
    import tensorflow as tf

    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    translations = [""] * len(sources)
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        answer = serve(tf.constant([sources[index] for index in chosen]))
        for index, text in zip(chosen, answer["translation"].numpy(), strict=True):
            translations[index] = text.decode("utf-8", "replace")
    return translations


if __name__ == "__main__":
    main()
