"""`docs/clients.md`: what the matrix found, with everything needed to judge it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from benchmarks.clients.case import KERAS
from benchmarks.clients.client import FLOOR, Client
from benchmarks.clients.matrix import Cell
from benchmarks.clients.reasons import OTHER_FILES
from kerasapps import machine

HEAD = """# Who runs the files

Other people's programs, asked about bundles of every kind, beside what `load_bundle` answers.
`make clients` asks them anew and writes this page; it needs a quarter of an hour.

- `100 %`: of the examples so many have the same label (any of several that are equally likely), the
  same set of labels, entities, number (within {tolerance}) or translation.
- `=`: and all scores are equal to the last bit. By file, `±` is the largest difference.
- `–`: it cannot take such a file, or is not on this machine; a note says why.
- {floor} must agree wherever a client can take a file, else `make clients` ends with status 1.

The bundles are small, and their networks were trained for a minute: what counts is that answers are
the same, not that they are good. Examples are held out of each bundle's own data, and some are odd
on purpose: pictures of one pixel, wide, clear, turned by EXIF, grey, with a palette; sounds that
are silent, loud, short, long, in stereo or of other rates; texts that are empty, endless or in
other scripts; cells that are missing or were never seen. No real phone was asked, and no Swift was
compiled.
"""


def markdown(
    found: Mapping[Client, Sequence[Cell]],
    *,
    bare: Sequence[Cell],
    kinds: Mapping[str, str],
    counts: Mapping[str, int],
    seconds: float,
) -> str:
    """The page.

    Args:
        found: client → its cells.
        bare: of files beside the same without metadata.
        kinds: name of each bundle → what it is.
        counts: name of each bundle → examples.
        seconds: how long the asking took.
    """
    reasons = _Notes()
    parts = [
        HEAD.format(tolerance="1 in 10,000", floor=f"{FLOOR:.0%}".replace("%", " %")),
        f"{datetime.now(UTC):%Y-%m-%d}, {machine.cpu_name()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}; "
        f"asked in {seconds / 60:.0f} minutes.\n",
        "## Bundles\n",
        _table(
            ("bundle", "examples", "what"), [(name, counts[name], kinds[name]) for name in counts]
        ),
        "## Clients\n",
        "The lowest agreement over all files of a bundle; a number in brackets says below why "
        "there is none, or what must be known.\n",
        _table(
            ("client", "version", *counts),
            [_row(client, cells, list(counts), reasons) for client, cells in found.items()],
        ),
        "\n".join(reasons.lines()) + "\n",
        *_metadata(bare),
        "## By file\n",
        *(_by_file(name, found) for name in counts),
    ]
    return "\n".join(parts)


def _metadata(cells: Sequence[Cell]) -> Iterable[str]:
    """What metadata changed, which should be nothing."""
    if not cells:
        return
    yield "## Files with metadata beside the same without\n"
    names = dict.fromkeys(cell.client for cell in cells)
    of_client = {name: [cell for cell in cells if cell.client == name] for name in names}
    yield _table(
        ("client", "files", "of these equal to the last bit"),
        [
            (name, len(some), sum(not cell.failed for cell in some))
            for name, some in of_client.items()
        ],
    )


class _Notes:
    """Sentences by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, sentence: str) -> str:
        return f"[{self._numbers.setdefault(sentence, len(self._numbers) + 1)}]"

    def lines(self) -> Iterable[str]:
        return (f"{number}. {_cell(sentence)}" for sentence, number in self._numbers.items())


def _row(
    client: Client, cells: Sequence[Cell], bundles: Sequence[str], notes: _Notes
) -> tuple[str, ...]:
    name = f"{client.name} {notes.mark(client.note)}" if client.note else client.name
    return (name, client.version(), *(_worst(_of(cells, bundle), notes) for bundle in bundles))


def _of(cells: Sequence[Cell], bundle: str) -> list[Cell]:
    return [cell for cell in cells if cell.bundle == bundle]


def _worst(cells: Sequence[Cell], notes: _Notes) -> str:
    """The lowest figure of a bundle's files; failures before it, refusals where there is none."""
    failed = [cell for cell in cells if cell.failed and cell.compared is None]
    if failed:
        return f"fails {notes.mark(failed[0].reason)}"
    compared = [cell.compared for cell in cells if cell.compared is not None]
    if compared:
        lowest = min(compared, key=lambda each: each.share)
        mark = " =" if all(each.same_bits for each in compared) else ""
        return f"{_percent(lowest.share)}{mark}"
    # That it takes other files says least: there may be such a file that it cannot take either.
    reasons = sorted((cell.reason for cell in cells), key=OTHER_FILES.__contains__)
    return f"– {notes.mark(reasons[0])}" if reasons else "–"


def _by_file(bundle: str, found: Mapping[Client, Sequence[Cell]]) -> str:
    artifacts = list(
        dict.fromkeys(cell.artifact for cells in found.values() for cell in _of(cells, bundle))
    )
    rows = []
    for client, cells in found.items():
        by_name = {cell.artifact: cell for cell in _of(cells, bundle)}
        if any(cell.compared or cell.failed for cell in by_name.values()):
            row = [_figure(by_name.get(artifact)) for artifact in artifacts]
            counts = {cell.compared.count for cell in by_name.values() if cell.compared}
            rows.append((client.name, *(row), ", ".join(map(str, sorted(counts)))))
    heads = ["`model.keras`" if name == KERAS else f"`{name}`" for name in artifacts]
    return f"### {bundle}\n\n" + _table(("client", *heads, "n"), rows)


def _figure(cell: Cell | None) -> str:
    if cell is None or (cell.compared is None and not cell.failed):
        return "–"
    if cell.compared is None:
        return "fails"
    exact = "=" if cell.compared.same_bits else f"±{cell.compared.distance:.0e}"
    below = " **too few**" if cell.failed else ""
    return f"{_percent(cell.compared.share)} {exact}{below}"


def _percent(share: float) -> str:
    return "100 %" if share == 1 else f"{share:.1%}".replace("%", " %")


def _table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
