"""The page that `benchmark --report` writes: tables and bars, in one file without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from kerasapps.errors import ConfigError
from kerasapps.evaluation.shown import Line, Shown
from kerasapps.files.whole import replaced
from kerasapps.wording.harmless import harmless

_STYLE = Path(__file__).parent / "templates" / "report.css"
_MADE = "Made by kerasapps. This file needs nothing else: no network, no scripts."
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def check_page_place(path: Path) -> None:
    """Refuses to write where something else stands; cheap, so that it comes first.

    Raises:
        ConfigError: for a name that is no page's, or a file that was not written here.
    """
    if path.suffix != ".html":
        raise ConfigError(f"report is a page: {path} must end in .html.")
    if not path.exists():
        return
    if not path.is_file() or _MADE not in path.read_text(encoding="utf-8", errors="replace"):
        raise ConfigError(f"{path} is there and no report of kerasapps; name another file.")


def write_page(
    path: Path,
    title: str,
    *,
    machine: str,
    charts: Sequence[tuple[str, str]],
    tables: Sequence[Shown],
) -> None:
    """Writes `benchmark_page`.

    Args:
        path: of the file; its folder is made if missing.
        title: as of `benchmark_page`, as all else.
        machine: likewise.
        charts: likewise.
        tables: likewise.

    Raises:
        ConfigError: see `check_page_place`; or if it cannot be written.
    """
    check_page_place(path)
    page = benchmark_page(title, machine=machine, charts=charts, tables=tables)
    try:
        with replaced(path) as file:
            file.write(page.encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error


def benchmark_page(
    title: str, *, machine: str, charts: Sequence[tuple[str, str]], tables: Sequence[Shown]
) -> str:
    """HTML that needs nothing else; all text in it is escaped.

    Args:
        title: of the bundle.
        machine: on which it was measured.
        charts: caption and SVG of each.
        tables: as a terminal shows them.
    """
    figures = "\n".join(
        f"<figure><figcaption>{_text(caption)}</figcaption>{svg}</figure>"
        for caption, svg in charts
    )
    sections = "\n".join(map(_section, tables))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>
<title>{_text(title)} · benchmark</title>
<style>
{_STYLE.read_text(encoding="utf-8")}
</style>
</head>
<body>
<header class="top"><div>
<p class="task">benchmark</p>
<h1>{_text(title)}</h1>
<nav></nav>
</div></header>
<main>
<section>
<h2>Files beside each other</h2>
<p class="lead">Measured on {_text(machine)}.</p>
<div class="charts">
{figures}
</div>
</section>
{sections}
<footer>{_MADE}</footer>
</main>
</body>
</html>
"""


def _section(shown: Shown) -> str:
    head = "".join(
        f'<th scope="col"{_side(place)}>{_text(name)}</th>'
        for place, name in enumerate(shown.columns)
    )
    rows = "\n".join(f"<tr>{''.join(map(_cell, range(len(row)), row))}</tr>" for row in shown.rows)
    lines = "\n".join(f"<p>{_text(_plain(line))}</p>" for line in (*shown.lead, *shown.lines))
    return f"""<section>
<h2>{_text(shown.title)}</h2>
<div class="scroll"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
{lines}
</section>"""


def _cell(place: int, text: str) -> str:
    return f"<td{_side(place)}>{_text(text)}</td>"


def _side(place: int) -> str:
    return ' class="n"' if place else ""


def _plain(line: Line) -> str:
    return line if isinstance(line, str) else "".join(text for text, _ in line)


def _text(text: str) -> str:
    return escape(harmless(text))
