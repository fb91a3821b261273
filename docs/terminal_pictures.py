"""Makes the pictures of the terminal in docs/images: what real commands leave in tmux.

    python docs/terminal_pictures.py [--casts FOLDER]

`benchmarks/silences.py` runs the commands, which takes ten minutes on two cores that have nothing
else to do, and records all that they write; `--casts` takes its recordings of before. What a
terminal shows of a recording, at its end or in the middle, is told by tmux and drawn by rich,
without fonts or scripts from elsewhere.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
_REDRAWN = "\r\x1b"  # how live displays begin when they are drawn again
_SETTLED = 0.5  # seconds in which tmux reads what it was sent

SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own links to a font on the web."""


@dataclass(frozen=True)
class Picture:
    """What is shown of a recording.

    Attributes:
        recording: its name, one of the commands of `benchmarks/silences.py`.
        seen: what is written at the moment of a picture in the middle; "" for the end.
        widths: of the terminals that are shown, in characters.
    """

    recording: str
    seen: str = ""
    widths: tuple[int, ...] = (80, 120)


PICTURES = {
    "check": Picture("check"),
    "train": Picture("train-digits"),
    "train_midway": Picture("train-digits", seen="━.* left"),
    "predict": Picture("predict"),
    "evaluate": Picture("evaluate", widths=(80,)),
    "benchmark": Picture("benchmark"),
    "export": Picture("export"),
    "explain": Picture("explain", widths=(80,)),
    "tune": Picture("tune"),
    "tune_midway": Picture("tune", seen=r"│ +1 │ +1 │ +[\d.]+ %"),
}
"""Name → what is shown."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--casts", type=Path, metavar="FOLDER", help="recordings of before")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pictures-") as scratch:
        casts = arguments.casts or Path(scratch)
        if arguments.casts is None:
            record(casts)
        for name, picture in PICTURES.items():
            for columns in picture.widths:
                cast = casts / f"{picture.recording}-{columns}.cast"
                draw(cast, picture.seen, IMAGES / f"terminal_{name}_{columns}.svg")


def record(folder: Path) -> None:
    """Runs the commands; that one was silent for long is no matter here."""
    script = ROOT / "benchmarks" / "silences.py"
    subprocess.run([sys.executable, script, "--casts", folder], check=False)


def draw(cast: Path, seen: str, target: Path) -> None:
    """One picture of a recording."""
    head, *pieces = map(json.loads, cast.read_text("utf-8").splitlines())
    written = "".join(text for _, _, text in pieces[: _moment(pieces, seen)])
    shown = on_tmux(written, columns=head["width"], rows=head["height"])
    typed = " \\\n".join(
        textwrap.wrap(f"$ {head['title']}", head["width"] - 2, subsequent_indent="    ")
    )
    text = Text.assemble((f"{typed}\n", "bold"), Text.from_ansi(shown.rstrip()))
    console = Console(
        record=True, width=head["width"], file=io.StringIO(), color_system="truecolor",
        force_terminal=True, legacy_windows=False,
    )  # fmt: skip
    console.print(text, soft_wrap=True)
    target.parent.mkdir(exist_ok=True)
    svg = console.export_svg(title=title_of(head["title"]), code_format=SVG, unique_id=target.stem)
    target.write_text(svg, "utf-8")
    print(f"{target.name}: {len(svg) / 1000:.0f} kB")


def title_of(command: str) -> str:
    """The command's first two words: "kerasapps train"."""
    return " ".join(command.split()[:2])


def _moment(pieces: list[list[str]], seen: str) -> int:
    """How many pieces had been written: all, or those up to two thirds of what is looked for.

    A live display, which may be written in several pieces, is taken whole.
    """
    if not seen:
        return len(pieces)
    found = [at for at, (_, _, text) in enumerate(pieces, start=1) if re.search(seen, text)]
    at = found[len(found) * 2 // 3]
    while at < len(pieces) and not pieces[at][2].startswith(_REDRAWN):
        at += 1
    return at


def on_tmux(written: str, *, columns: int, rows: int) -> str:
    """What a terminal in tmux shows of what was written, and what scrolled away, with colours."""
    with tempfile.TemporaryDirectory(prefix="tmux-") as scratch:
        output, settings, socket = (Path(scratch, name) for name in ("output", "conf", "socket"))
        output.write_text(written, "utf-8", newline="")
        settings.write_text("set -g status off\nset -g history-limit 10000\n", "utf-8")
        server = f"tmux -u -S {shlex.quote(str(socket))} -f {shlex.quote(str(settings))}"

        def tmux(command: str) -> str:
            return subprocess.run(
                shlex.split(f"{server} {command}"), check=True, capture_output=True, text=True
            ).stdout

        shows = f"cat {shlex.quote(str(output))}; {server} wait-for -S shown; sleep 60"
        try:
            tmux(f"new-session -d -x {columns} -y {rows} {shlex.quote(shows)}")
            tmux("wait-for shown")
            time.sleep(_SETTLED)
            return tmux("capture-pane -e -p -S -")
        finally:
            tmux("kill-server")


if __name__ == "__main__":
    main()
