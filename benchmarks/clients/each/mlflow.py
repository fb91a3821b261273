"""mlflow's `pyfunc` around `load_bundle`, saved and loaded by mlflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clients import elsewhere, places
from benchmarks.clients.answers import Answer
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.reading import answer_of_scores, entities_told
from benchmarks.clients.reasons import no_tflite
from kerasapps.config import kinds

WORKER = Path(__file__).parents[1] / "workers" / "mlflow_model.py"
PACKAGES = ("mlflow", "kerasapps")


def answers(cases: Sequence[Case]) -> Iterator[Answers]:
    """What each case's examples give."""
    jobs = [
        {
            "bundle": str(case.folder),
            "artifact": case.artifact,
            "examples": [elsewhere.told(raw) for raw in case.examples],
        }
        for case in cases
    ]
    values = elsewhere.answered([str(places.python_with(*PACKAGES)), WORKER], jobs)
    yield from elsewhere.read(values, by=[_reading(case) for case in cases])


def _reading(case: Case) -> Callable[[Any], list[Answer]]:
    def answer(row: Any) -> Answer:
        if case.answers == kinds.TAGS:
            return entities_told(row)
        return answer_of_scores(case.manifest, np.array(row, np.float32)) if case.labels else row

    return lambda rows: [answer(row) for row in rows]


CLIENTS = (
    Client(
        name="mlflow `pyfunc`",
        version=lambda: places.version_in(places.python_with(*PACKAGES), "mlflow"),
        missing=lambda: places.no_python_with(*PACKAGES),
        cannot=no_tflite,
        answers=answers,
        note="A model of mlflow that holds the bundle and asks `load_bundle`, without TensorFlow.",
    ),
)
