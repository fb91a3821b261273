"""A3: one bundle, many threads and processes.

Answers of many threads are compared with those of one; a bundle is pickled, copied and forked.
"""

from __future__ import annotations

import copy
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hostile_cases import RIGHT, Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from tests.deploy.threads import wrong_answers

CALLS = {"pictures": 4000, "texts": 4000, "translations": 240}
FORKS = """
import os, sys, kerasapps
bundle = kerasapps.load_bundle(sys.argv[1], threads=int(sys.argv[2]))
inputs = sys.argv[3:]
expected = repr(bundle.predict(inputs))
child = os.fork()
assert repr(bundle.predict(inputs)) == expected
sys.exit(0 if not child else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Every task with 8 threads; then random numbers of threads, with random files."""
    for task in CALLS:
        folder, inputs = getattr(workshop, task), inputs_of(task, workshop)
        yield from at_once(task, folder, inputs, threads=8)
        for _ in range(variants):
            options = {"threads": draw.randint(2, 24), "cores": draw.randint(1, 3)}
            sample = draw.sample(inputs, min(len(inputs), 6))
            artifact = draw.choice(["float32", "dynamic"])
            yield from at_once(task, folder, sample, artifact=artifact, **options)
        yield Case(f"{task}: pickled", again(folder, inputs, pickled))
        yield Case(f"{task}: copied", again(folder, inputs, copy.deepcopy))
        for cores in (1, 2):
            yield Case(f"{task}: forked, {cores} cores", forked(folder, inputs[:3], cores))
    yield Case("pickled, then gone", gone(workshop))


def inputs_of(task: str, workshop: Workshop) -> list[Any]:
    """A dozen different inputs."""
    if task == "pictures":
        return sorted(workshop.shapes.rglob("*.png"))[::15]
    if task == "translations":
        lines = (workshop.pairs / "train.en").read_text(encoding="utf-8").splitlines()
        return list(dict.fromkeys(lines))[:12]
    words = ("great", "dull", "not", "a wonderful film", "boring", "I loved it", "awful", "🎉")
    return [f"{one} and {two}" for one in words[:3] for two in words[4:]]


def at_once(
    task: str,
    folder: Path,
    inputs: list[Any],
    *,
    threads: int,
    cores: int = 1,
    artifact: str | None = None,
) -> Iterator[Case]:
    """Many threads against one."""

    def run() -> Verdict:
        bundle = kerasapps.load_bundle(folder, artifact, threads=cores)
        wrong = wrong_answers(
            lambda one: repr(bundle.predict(one)), inputs, calls=CALLS[task], threads=threads
        )
        return RIGHT if not wrong else Verdict(Ending.WRONG, f"{wrong} wrong answers")

    name = f"{task}: {threads} threads, {cores} cores an inference, {artifact or 'default'}"
    yield Case(name, run)


def again(folder: Path, inputs: list[Any], renew: Callable[[Any], Any]) -> Callable[[], Verdict]:
    """A second bundle that must answer as the first."""
    bundle = kerasapps.load_bundle(folder)
    expected = repr(bundle.predict(inputs))
    return lambda: judge(
        lambda: repr(renew(bundle).predict(inputs)),
        right=lambda found: found == expected,
        refusal=None,
    )


def pickled(bundle: Any) -> Any:
    """What another process would load."""
    return pickle.loads(pickle.dumps(bundle))


def forked(folder: Path, inputs: list[Any], cores: int) -> Callable[[], Verdict]:
    """Both sides of a fork must answer, and end."""

    def run() -> Verdict:
        command = [sys.executable, "-c", FORKS, str(folder), str(cores), *map(str, inputs)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return RIGHT if not ended.returncode else Verdict(Ending.CRASHED, ended.stderr[-200:])

    return run


def gone(workshop: Workshop) -> Callable[[], Verdict]:
    """A bundle that another process would look for in vain."""
    bundle = workshop.copy(workshop.texts)
    content = pickle.dumps(kerasapps.load_bundle(bundle))
    (bundle / "bundle.json").unlink()
    return lambda: judge(lambda: pickle.loads(content), refusal=("bundle.json",))
