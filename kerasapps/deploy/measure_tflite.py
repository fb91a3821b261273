"""Scores and timings of a TFLite or ONNX file: `python -m kerasapps.deploy.measure_tflite JOB`.

The job names `model` (the file), `inputs` (raw values, as `save_inputs` wrote them), `scores` (.npy
to write; none to time only) and `result` (JSON to write). Where it names `others`, further inputs,
`other_scores` gets the scores of these. Where it lists numbers of `callers`, `per_second` tells how
many answers so many threads get. No TensorFlow is imported. Latencies are of one interpreter with
nothing beside it; only then does a pass over all inputs begin, by a process for each core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasapps.deploy.measure import measure, save_scores, throughput
from kerasapps.deploy.networks import FileModel, import_runtime, open_network
from kerasapps.deploy.passes import Scorer
from kerasapps.model_inputs import load_inputs, rows_of


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    inputs = load_inputs(Path(job["inputs"]))
    example = rows_of(inputs, 0)
    import_runtime(Path(job["model"]))
    loaded: list[FileModel] = []

    def load() -> Callable[[], object]:
        loaded.append(open_network(Path(job["model"]), threads=job.get("threads", 1)))
        return lambda: loaded[0].scores(example)

    result: dict[str, Any] = measure(load)
    (model,) = loaded
    result["scores"] = str(model.score_dtype)
    if job.get("callers"):
        result["per_second"] = throughput(lambda: model.scores(example), job["callers"])
    for given, target in (("inputs", "scores"), ("others", "other_scores")):
        if job.get(target):
            path, threads = Path(job["model"]), job.get("threads", 1)
            scorer = Scorer(path, Path(job[given]), threads=threads, model=model)
            save_scores(Path(job[target]), scorer.all())
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
