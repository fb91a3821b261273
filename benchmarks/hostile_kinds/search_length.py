"""C22: searches made longer and shorter.

A search that was stopped and asked for at other lengths, again and again, must have the trials of
one that was as long from the start.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostile_cases import Case, Ending, Verdict
from hostile_workshop import Workshop

from kerasapps.config import TuneConfig
from kerasapps.workflow.settings import describe_tuning, identity_of
from tests.tuning.driven_search import DrivenSearch

ALGORITHMS = ("random", "grid", "bayesian", "hyperband")


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Lengths in any order, with a search that is interrupted in between."""
    sequences = [(6, 8), (6, 3, 9), (1, 2, 3), (9, 1, 9)]
    sequences += [
        tuple(draw.randrange(1, 15) for _ in range(draw.randrange(2, 6))) for _ in range(variants)
    ]
    for lengths in sequences:
        for algorithm in ALGORITHMS:
            folder = workshop.fresh("search")
            held = draw.random() < 0.5  # whether a worker holds a trial as it is interrupted
            name = f"{algorithm}: {' → '.join(map(str, lengths))}{', interrupted' * held}"
            yield Case(
                name,
                lambda lengths=lengths, algorithm=algorithm, folder=folder, held=held: lengthen(
                    lengths, algorithm, folder, held=held
                ),
            )
    yield Case("another length is the same run", same_run)


def lengthen(lengths: Sequence[int], algorithm: str, folder: Path, *, held: bool) -> Verdict:
    """All trials once, none lost, and the values of a search at a stretch."""
    driven = DrivenSearch(config(algorithm, lengths[0]), folder / "search.json")
    for length in lengths:
        driven.tune = config(algorithm, length)
        driven.restart()
        before = len(driven.oracle.end_order)
        driven.run()
        if len(driven.oracle.end_order) != max(before, length):
            return Verdict(Ending.WRONG, f"{len(driven.oracle.end_order)} trials of {length}")
        if held:
            driven.tune = config(algorithm, length + 1)
            driven.restart()
            driven.oracle.create_trial("w")  # killed with this trial under way
    if algorithm in ("random", "grid"):
        whole = DrivenSearch(config(algorithm, max(lengths)), folder / "whole.json").run()
        ours = {job.number: job.values for job in driven.jobs}
        if ours != {job.number: job.values for job in whole.jobs}:
            return Verdict(Ending.WRONG, "other trials than a search at a stretch")
    return Verdict(Ending.RIGHT)


def same_run() -> Verdict:
    """The run folder belongs to the search whatever its length, and to no other search."""
    one, longer, other = (
        identity_of({"tune": describe_tuning(tune)})
        for tune in (
            TuneConfig(trials=6),
            TuneConfig(trials=8, search_minutes=5),
            TuneConfig(trials=6, algorithm="grid"),
        )
    )
    right = one == longer and one != other
    return Verdict(Ending.RIGHT) if right else Verdict(Ending.WRONG, f"{one} {longer} {other}")


def config(algorithm: str, trials: int) -> TuneConfig:
    """A search without early ends, which depend on what has ended."""
    return TuneConfig(algorithm=algorithm, trials=trials, prune=False)  # type: ignore[arg-type]
