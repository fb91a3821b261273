"""B13: a disk that is full during a search.

Trials in real processes find it full, as `tests/tuning/planted_trials.py` plants it: no trial may
fail of it, and the same search must come to its end once there is room.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from hostile_cases import Case, Ending, Verdict, judge
from hostile_workshop import Workshop

from kerasapps.errors import TrainingError
from tests.tuning.planted_search import search

TRIALS = 3


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Each trial in turn, any trials at once, and what the search itself writes."""
    plans = [{str(number): "full_disk"} for number in range(TRIALS)]
    plans.append({"others": "full_disk"})
    for _ in range(variants):
        numbers = draw.sample(range(TRIALS), draw.randrange(1, TRIALS + 1))
        plans.append({str(number): "full_disk" for number in numbers})
    for plan in plans:
        folder = workshop.fresh("search")
        name = f"full at {', '.join(plan)}"
        yield Case(name, lambda plan=plan, folder=folder: goes_on(plan, folder))
    for file in ("leaderboard.csv", "work"):
        yield Case(
            f"{file} cannot be written", lambda file=file: unwritable(workshop.fresh(), file)
        )


def goes_on(plan: dict[str, str], folder: Path) -> Verdict:
    """One error that names trial and way out; then the same search does all its trials."""
    workers = 1 + len(plan) % 2
    try:
        search(folder, plan=plan, trials=TRIALS, workers=workers)
        return Verdict(Ending.WRONG, "the search came to an end on a full disk")
    except TrainingError as error:
        words = str(error)
    if "found the disk full" not in words or "MB are free" not in words:
        return Verdict(Ending.WRONG, f"refused without a way out: {words:.200}")
    with (folder / "leaderboard.csv").open(encoding="utf-8") as file:
        states = {row["state"] for row in csv.DictReader(file)}
    if not states <= {"done", "interrupted"}:
        return Verdict(Ending.WRONG, f"the trials are {states}")
    board = search(folder, trials=TRIALS, workers=workers)
    if [record.state for record in board.records] != ["done"] * TRIALS:
        return Verdict(Ending.WRONG, "the same command did not do all trials")
    return Verdict(Ending.RIGHT)


def unwritable(folder: Path, file: str) -> Verdict:
    """Something else stands where a file or a folder of the search belongs."""
    if file == "work":
        (folder / file).touch()
    else:
        (folder / file).mkdir()
    return judge(lambda: search(folder, trials=1), refusal=("could not write", file))
