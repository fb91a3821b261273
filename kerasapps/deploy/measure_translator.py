"""Translations and timings of a translator: `python -m kerasapps.deploy.measure_translator JOB`.

The job names `model` (the TFLite file, or the folder of ONNX files), `tokenizer` (the folder with
its files), `spec` (the fields of `SubwordSpec`), `sources` (a JSON list of texts), `translations`
(JSON to write; none to time only), `result` (JSON to write), `threads` and, where throughput is
measured, numbers of `callers`. All is greedy. No TensorFlow is imported.

The first sources are timed, one by one and with nothing beside; a process for each core translates
the others.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasapps.deploy.hypotheses import Hypothesis
from kerasapps.deploy.measure import measure_each, throughput
from kerasapps.deploy.networks import import_runtime
from kerasapps.deploy.translator import TextTranslator
from kerasapps.deploy.translator_passes import Translations, open_translator

TIMED = 300


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sources = json.loads(Path(job["sources"]).read_text(encoding="utf-8"))
    import_runtime(Path(job["model"]))
    translator: list[TextTranslator] = []

    def load() -> Callable[[str], tuple[Hypothesis, ...]]:
        translator.append(open_translator(job))
        return translator[0].search

    hypotheses, figures, seconds = measure_each(load, sources[:TIMED])
    pieces = sum(len(each[0].ids) for each in hypotheses if each)
    result: dict[str, Any] = {**figures, "token_ms": 1e3 * seconds / max(pieces, 1)}
    if job.get("callers"):
        search, texts = translator[0].search, itertools.cycle(sources)
        result["per_second"] = throughput(lambda: search(next(texts)), job["callers"])
    if job.get("translations"):
        written = [translator[0].text(each[0]) if each else "" for each in hypotheses]
        written += Translations(job, translator[0]).all(sources[TIMED:])
        Path(job["translations"]).write_text(json.dumps(written), encoding="utf-8")
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
