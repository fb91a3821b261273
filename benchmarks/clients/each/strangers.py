"""The scripts of `examples/`, which know nothing but a bundle's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clients import elsewhere, places
from benchmarks.clients.answers import Answer
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.reading import answer_of_scores, entities_told, set_of
from benchmarks.clients.reasons import no_explanation
from kerasapps.config import kinds

WORKER = Path(__file__).parents[1] / "workers" / "strangers.py"
SCRIPTS: Mapping[str, Path] = {
    reads: places.ROOT / "examples" / f"run_{name}.py"
    for reads, name in (
        ("picture", "pictures"),
        ("words", "texts"),
        ("wordpieces", "wordpieces"),
        ("sentencepiece", "translation"),
        ("rows", "rows"),
        ("sound", "sounds"),
        ("tokens", "tags"),
        ("pieces", "tags"),
    )
}
PACKAGES = ("ai_edge_litert", "PIL", "sentencepiece", "soundfile", "soxr")


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
    if case.answers == kinds.TRANSLATION:
        return list
    if case.answers == kinds.TAGS:
        return lambda rows: [entities_told(row) for row in rows]
    if case.answers == kinds.LABELS:
        return lambda rows: [
            set_of(case.manifest, row["told"], dict(zip(case.labels, row["scores"], strict=True)))
            for row in rows
        ]
    return lambda rows: [
        answer_of_scores(case.manifest, np.array(row["scores"], np.float32)) for row in rows
    ]


CLIENTS = (
    Client(
        name="scripts of `examples/`",
        version=lambda: "",
        missing=lambda: places.no_python_with(*PACKAGES),
        cannot=no_explanation,
        answers=answers,
        note="Short scripts with numpy, LiteRT and what reads files, without kerasapps.",
    ),
)
