"""The scripts of `examples/`, which know nothing but a bundle's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clients import elsewhere, places
from benchmarks.clients.answers import Answer, scores_of
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.reasons import no_explanation

WORKER = Path(__file__).parents[1] / "workers" / "strangers.py"
SCRIPTS: Mapping[str, Path] = {
    reads: places.ROOT / "examples" / f"run_{name}.py"
    for reads, name in (
        ("picture", "pictures"),
        ("words", "texts"),
        ("wordpieces", "wordpieces"),
        ("sentencepiece", "translation"),
        ("rows", "rows"),
    )
}
PACKAGES = ("ai_edge_litert", "PIL", "sentencepiece")


def answers(cases: Sequence[Case]) -> Iterator[Answers]:
    """What each case's examples give."""
    jobs = [
        {
            "script": str(SCRIPTS[case.reads]),
            "bundle": str(case.folder),
            "artifact": case.artifact,
            "examples": [elsewhere.told(raw) for raw in case.examples],
        }
        for case in cases
    ]
    values = elsewhere.answered([str(places.python_with(*PACKAGES)), WORKER], jobs)
    yield from elsewhere.read(values, by=[_reading(case) for case in cases])


def _reading(case: Case) -> Callable[[Any], list[Answer]]:
    if case.answers == "translation":
        return list
    if case.answers == "number":
        return lambda rows: [row[-1] for row in rows]
    if case.reads == "rows":
        return lambda rows: [scores_of({label: score}, case.labels) for label, score in rows]
    return lambda rows: [np.array(row, np.float32) for row in rows]


CLIENTS = (
    Client(
        name="scripts of `examples/`",
        version=lambda: "",
        missing=lambda: places.no_python_with(*PACKAGES),
        cannot=no_explanation,
        answers=answers,
        note="Short scripts with numpy, Pillow, SentencePiece and LiteRT, without kerasapps.",
    ),
)
