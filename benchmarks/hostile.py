"""Everything hostile or odd that strangers hand over, replayed: what is right, refused or neither.

    python benchmarks/hostile.py [--kinds split_names labels] [--variants 3] [--seed 0] [--record]

A kind is a module in `hostile_kinds/` with a docstring whose first line names it, and a function
`cases(workshop, draw, variants)`: the known cases, and `variants` random ones drawn by `draw`.
Exits 1 if any case is wrong or crashes.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hostile_kinds
from hostile_cases import Case, Ending, Verdict
from hostile_workshop import Workshop


def main() -> int:
    """1 if anything is wrong or crashed."""
    arguments = parse()
    rows, bad = [], 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        workshop = Workshop(Path(folder))
        for name in arguments.kinds:
            row = replay(name, workshop, seed=arguments.seed, variants=arguments.variants)
            bad += row["wrong"] + row["crashed"]
            rows.append(row)
    minutes = (time.monotonic() - began) / 60
    print_rows(rows)
    print(f"{minutes:.1f} min, seed {arguments.seed}, {arguments.variants} random variants a kind")
    if arguments.record:
        from results import record

        note = f"{minutes:.1f} min in all, seed {arguments.seed}."
        record("Hostile inputs", rows, note=note)
    return 1 if bad else 0


def kinds() -> list[str]:
    """Names of all kinds."""
    return sorted(each.name for each in pkgutil.iter_modules(hostile_kinds.__path__))


def replay(name: str, workshop: Workshop, *, seed: int, variants: int) -> dict[str, Any]:
    """Runs a kind's cases, tells of each bad one at once, and counts the endings."""
    module = importlib.import_module(f"hostile_kinds.{name}")
    title = (module.__doc__ or name).splitlines()[0].rstrip(".")
    draw = random.Random(f"{seed} {name}")
    began = time.monotonic()
    tally: Counter[Ending] = Counter()
    for case, verdict in _endings(module.cases(workshop, draw, variants)):
        tally[verdict.ending] += 1
        if verdict.ending in (Ending.WRONG, Ending.CRASHED):
            print(f"{verdict.ending.value}: {name}: {case.name}: {verdict.why}", flush=True)
    seconds = f"{time.monotonic() - began:.0f}"
    endings = {ending.value: tally[ending] for ending in Ending}
    return {"kind": title, "tried": tally.total(), **endings, "s": seconds}


def _endings(cases: Iterator[Case]) -> Iterator[tuple[Case, Verdict]]:
    for case in cases:
        try:
            yield case, case.run()
        except Exception as error:
            yield case, Verdict(Ending.CRASHED, f"{type(error).__name__}: {error}")


def print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """The table, with a line for all kinds together."""
    from kerasapps.cli.output import print_table

    columns = list(rows[0])
    sums = [str(sum(int(row[column]) for row in rows)) for column in columns[1:]]
    cells = [[str(row[column]) for column in columns] for row in rows]
    print_table("Hostile inputs", columns, [*cells, ["all", *sums]])


def parse() -> argparse.Namespace:
    """Arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kinds", nargs="+", default=kinds(), choices=kinds(), metavar="KIND")
    parser.add_argument("--variants", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="write to RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
