"""Searches under the same budget of CPU time: ours, plain keras-tuner's, and Optuna's.

    python benchmarks/search_efficiency.py DATA [--minutes 0.67] [--seeds 5] [--record]

DATA is the unpacked folder of data sets, with `cifar10/` and `sst2/`. Each search runs in a process
of its own on a core of its own and is ended when it and its children have used up their CPU time,
which counts from the beginning of the first trial; what it took before (imports, for ours the
worker's too) is in the table. All searches have the same arrays, space and training (see
`search_training.py`) and score a trial by its best epoch on validation data; no test data are read.

A peer is what its documentation shows: keras-tuner's tuners as they come, Optuna's TPE with median
pruning, which tries the default values first, as ours does and keras-tuner cannot.

With `--folder` the searches that are done stay there, and the same command does only the others.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from typing import Any

from search_curves import SearchFigures, mean_curve, read_log, read_search
from search_watch import watch_command

Search = tuple[str, str, int]
"""Task, method, seed."""

METHODS = (
    "ours random",
    "ours bayesian",
    "ours hyperband",
    "keras-tuner random",
    "keras-tuner bayesian",
    "keras-tuner hyperband",
    "optuna tpe",
)
TASKS = ("CIFAR-10", "SST-2")
SHARES = tuple(tenth / 10 for tenth in range(1, 11))


def main() -> None:
    arguments = parse()
    if arguments.child:
        run_child(json.loads(arguments.child))
        return
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="search_efficiency"))
    folder.mkdir(parents=True, exist_ok=True)
    prepare_arrays(arguments.data, folder)
    budget = arguments.minutes * 60
    plan = [
        (task, method, seed)
        for seed, task, method in itertools.product(range(arguments.seeds), TASKS, METHODS)
        if not arguments.only or any(word in f"{task} {method}" for word in arguments.only)
    ]
    if any(method.startswith("optuna") for _, method, _ in plan):
        from search_peers import require_optuna

        require_optuna()
    found = run_all(plan, folder, budget=budget, jobs=arguments.jobs)
    rows = summarize(found)
    for row in rows:
        print(row)
    if arguments.record:
        from results import record

        print(record(f"Hyperparameter search, {budget:g} CPU seconds each", rows, note=NOTE))


NOTE = (
    "Mean over the seeds of the best validation accuracy that a finished trial had reached at each "
    "share of the CPU budget, the last with the standard deviation over seeds (–: some seed had no "
    "finished trial yet). done and stopped: trials within the budget, epochs: trained in them; "
    "overhead: wall time of a trial that is not training (between trials, and between epochs); "
    "start: CPU time before the first trial. Ours and Optuna's try the default values first."
)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", help="folder with cifar10/ and sst2/")
    parser.add_argument("--minutes", type=float, default=0.67, help="CPU time of each search")
    parser.add_argument("--seeds", type=int, default=5, help="searches of each kind")
    parser.add_argument("--only", nargs="+", help='words, as "ours" or "SST-2 optuna"')
    parser.add_argument("--jobs", type=int, help="searches at once (default: one a core)")
    parser.add_argument("--folder", type=Path, help="keeps what is done (default: a new one)")
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.data is None and not arguments.child:
        parser.error("name the folder with the data sets")
    return arguments


def prepare_arrays(data: Path, folder: Path) -> None:
    """Writes each task's arrays once."""
    import numpy as np
    import search_tasks

    for name in TASKS:
        if not arrays_of(folder, name).exists():
            arrays: Any = search_tasks.TASKS[name].prepare(data)
            np.savez(arrays_of(folder, name), **arrays)


def arrays_of(folder: Path, task: str) -> Path:
    """Where a task's arrays are."""
    return folder / f"{task}.npz"


def run_all(
    plan: Sequence[Search], folder: Path, *, budget: float, jobs: int | None
) -> dict[Search, SearchFigures]:
    """All searches, as many at once as there are cores, each bound to one of them."""
    cores: Queue[int] = Queue()
    known = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    for core in known[: jobs or len(known)]:
        cores.put(core)

    def one(search: Search) -> SearchFigures:
        core = cores.get()
        try:
            figures = run_search(*search, folder, core=core, budget=budget)
        finally:
            cores.put(core)
        task, method, seed = search
        best = figures.best[-1]
        print(
            f"{task}, {method}, seed {seed}: best {'–' if best is None else f'{best:.2%}'} of "
            f"{figures.done} trials, {figures.stopped} stopped, {figures.failed} failed",
            flush=True,
        )
        return figures

    with ThreadPoolExecutor(cores.qsize()) as pool:
        return dict(zip(plan, pool.map(one, plan), strict=True))


def run_search(
    task: str, method: str, seed: int, folder: Path, *, core: int, budget: float
) -> SearchFigures:
    """One search, or what the folder has of it.

    Raises:
        RuntimeError: if the search ended by itself, or no trial ended within the budget.
    """
    place = folder / f"{task} {method} {seed} {budget:g}"
    result = place / "result.json"
    if result.exists():
        content = json.loads(result.read_text())
        return SearchFigures(**{**content, "best": tuple(content["best"])})
    place.mkdir(exist_ok=True)
    log = place / "log.jsonl"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as work:
        job = {
            "method": method,
            "core": core,
            "folder": work,
            "trial": {
                "task": task,
                "arrays": str(arrays_of(folder, task).resolve()),
                "log": str(log.resolve()),
                "seed": seed,
                "keep": method.endswith("hyperband"),
            },
        }
        command = [sys.executable, __file__, "--child", json.dumps(job)]
        samples, ended = watch_command(command, log, place / "output.txt", budget=budget)
    events = read_log(log)
    if ended or not any("ended" in event for event in events):
        what = "the search ended before its budget" if ended else "no trial ended"
        words = (place / "output.txt").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{task}, {method}, seed {seed}: {what}. It wrote:\n{words}")
    figures = read_search(events, samples, budget=budget, shares=SHARES)
    result.write_text(json.dumps(asdict(figures)))
    return figures


def run_child(job: Mapping[str, Any]) -> None:
    """The search itself, in its own process on its own core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job["core"]})
    from search_ours import TaskTrial, ours
    from search_peers import keras_tuner, optuna
    from search_training import Trials

    trial = TaskTrial(**job["trial"])
    tool, _, algorithm = job["method"].partition(" ")
    folder = Path(job["folder"])
    if tool == "ours":
        ours(algorithm, trial, folder=folder)
        return
    trials = Trials(trial.task, arrays=Path(trial.arrays), log=Path(trial.log), seed=trial.seed)
    if tool == "optuna":
        optuna(trials, seed=trial.seed)
    else:
        keras_tuner(algorithm, trials, seed=trial.seed, folder=folder)


def summarize(found: Mapping[Search, SearchFigures]) -> list[dict[str, object]]:
    """A row for each task and method."""
    kinds = list(dict.fromkeys((task, method) for task, method, _ in found))
    return [
        row(task, method, [each for key, each in found.items() if key[:2] == (task, method)])
        for task, method in sorted(kinds, key=lambda kind: TASKS.index(kind[0]))
    ]


def row(
    task: str,
    method: str,
    searches: Sequence[SearchFigures],
    *,
    shares: Sequence[float] = SHARES,
) -> dict[str, object]:
    """Means over seeds."""
    curve = mean_curve([search.best for search in searches])
    last = [search.best[-1] for search in searches if search.best[-1] is not None]
    cells = ["–" if score is None else f"{score:.1%}" for score in curve]
    cells[-1] += f" ± {100 * statistics.stdev(last):.1f}" if len(last) > 1 else ""
    waits = [search.overhead for search in searches if not math.isnan(search.overhead)]
    return {
        "task": task,
        "search": method,
        **{f"{share:.0%}": cell for share, cell in zip(shares, cells, strict=True)},
        "done": f"{statistics.mean(search.done for search in searches):.1f}",
        "stopped": f"{statistics.mean(search.stopped for search in searches):.1f}",
        "epochs": f"{statistics.mean(search.epochs for search in searches):.0f}",
        "overhead": f"{statistics.mean(waits):.2f} s" if waits else "–",
        "start": f"{statistics.mean(search.start for search in searches):.1f} s",
        "n": validation_size(),
        "seeds": len(searches),
    }


def validation_size() -> int:
    """Examples that a score is a share of."""
    import search_tasks

    return search_tasks.VALIDATION


if __name__ == "__main__":
    main()
