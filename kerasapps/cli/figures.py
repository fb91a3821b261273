"""How files, figures and explanations of any task are printed for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerasapps.cli.output import print_table
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.streams import write_line

if TYPE_CHECKING:
    from kerasapps.evaluation.shown import Line, Shown


def print_shown(shown: Shown) -> None:
    """What figures, files or an explanation say of themselves."""
    for each in shown.before:
        print_shown(each)
    for line in shown.lead:
        print_line(line)
    if shown.rows:
        print_table(shown.title, shown.columns, shown.rows, spare=shown.spare)
    for line in shown.lines:
        print_line(line)


def print_line(line: Line) -> None:
    """A line for people, its pieces in their styles where a terminal shows it."""
    if isinstance(line, str):
        write_line(line)
        return
    from rich.text import Text

    console = SafeConsole()
    console.print(Text.assemble(*line), soft_wrap=not console.is_terminal)
