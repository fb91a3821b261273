"""Asks all clients about bundles of every kind: `python -m benchmarks.clients [BUNDLES]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.clients import kept, making, metadata
from benchmarks.clients.case import Case, cases_of
from benchmarks.clients.examples import COUNT, examples_of
from benchmarks.clients.kept import Record
from benchmarks.clients.matrix import Cell, ask_all
from benchmarks.clients.page import markdown
from benchmarks.clients.places import BUILD, ROOT
from benchmarks.clients.roster import CLIENTS
from kerasapps.deploy.manifest import find_bundle

KEPT = BUILD / "answers.json"
"""What is known of each bundle; `make clean` forgets it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "bundles", type=Path, nargs="?", help="folder of runs (default: made in build/clients)"
    )
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "clients.md")
    parser.add_argument("--client", action="append", default=[], help="only those with this in it")
    parser.add_argument(
        "--bundle",
        action="append",
        default=[],
        help="only these; of the others what is known stays",
    )
    parser.add_argument("--anew", action="store_true", help="forget what is known of the others")
    parser.add_argument("--examples", type=int, default=COUNT, help="of a bundle's own data")
    arguments = parser.parse_args()
    runs = arguments.bundles or making.make_all(BUILD / "bundles", only=arguments.bundle)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        cases = _cases(runs, Path(scratch), arguments)
        chosen = [
            client
            for client in CLIENTS
            if not arguments.client or any(each in client.name for each in arguments.client)
        ]
        found = dict(ask_all(chosen, cases))
        bare = [
            cell
            for client in chosen
            if client.bare
            for cell in metadata.compared(client, cases, Path(scratch))
        ]
    cells = [cell for some in found.values() for cell in some]
    records = _records(cases, cells, bare, seconds=time.monotonic() - began)
    if not arguments.client:  # of some clients only, it is no record of a bundle
        records = {**({} if arguments.anew else kept.load(KEPT)), **records}
        kept.save(KEPT, records)
    records = kept.ordered(records)
    page = markdown(
        {client: kept.cells_of(records, client.name) for client in chosen},
        bare=[cell for record in records.values() for cell in record.bare],
        kinds={name: record.kind for name, record in records.items()},
        counts={name: record.count for name, record in records.items()},
        seconds=sum(record.seconds for record in records.values()),
    )
    arguments.page.write_text(page, encoding="utf-8")
    print(f"\n{page}\nWritten to {arguments.page}")
    return _told([cell for cell in (*cells, *bare) if cell.failed])


def _records(
    cases: Sequence[Case], cells: Sequence[Cell], bare: Sequence[Cell], *, seconds: float
) -> dict[str, Record]:
    """What is known now of each bundle that was asked about."""
    firsts = {case.bundle: case for case in reversed(cases)}
    return {
        name: Record(
            kind=_kind(case),
            count=len(case.examples),
            seconds=seconds / len(firsts),
            cells=tuple(cell for cell in cells if cell.bundle == name),
            bare=tuple(cell for cell in bare if cell.bundle == name),
        )
        for name, case in firsts.items()
    }


def _kind(case: Case) -> str:
    """The command that made a bundle, without where it lay."""
    command = str(case.manifest.environment.get("command", ""))
    words = command.split()
    short = [Path(each).name if "/" in each else each for each in words]
    where = short.index("--output-dir") if "--output-dir" in short else len(short)
    kept = [*short[:where], *short[where + 2 :]]
    told = " ".join(kept).partition(" --quantization")[0]
    return f"`{told}`" if told else "made by the first version"


def _cases(runs: Path, scratch: Path, arguments: argparse.Namespace) -> list[Case]:
    cases: list[Case] = []
    named = {run.name: run for run in sorted(runs.iterdir()) if run.is_dir()} | {"old": making.OLD}
    for name, run in named.items():
        if arguments.bundle and name not in arguments.bundle:
            continue
        folder = find_bundle(run)
        examples = examples_of(folder, scratch / name, count=arguments.examples)
        cases += cases_of(name, folder, examples)
    if not cases:
        sys.exit(f"{runs} holds no run: give the folder that holds them")
    return cases


def _told(failed: list[Cell]) -> int:
    """Each cell that should have agreed; the exit status."""
    for cell in failed:
        share = f"{cell.compared.share:.1%} agree" if cell.compared else cell.reason
        first = cell.compared.first if cell.compared else None
        where = "" if first is None else f", example {first} first"
        print(f"{cell.client}, {cell.bundle}, {cell.artifact}: {share}{where}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
