"""A task as Python calls it: carried out, and told of as the command line shows it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from kerasapps.evaluation.shown import Shown
from kerasapps.terminal.console import SafeConsole, in_notebook
from kerasapps.terminal.streams import hushed, tell
from kerasapps.terminal.tables import fitted_table
from kerasapps.workflow.carry import carry
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.task import Task

_LEAST = 140  # characters of a table that goes to a file


def carry_and_tell(task: Task, data: Any, *, quiet: bool = False, **options: Any) -> RecipeResult:
    """`carry`, and at the end the table of the files on standard error.

    Args:
        task: what is to be made.
        data: any form that the task takes.
        quiet: whether nothing is told, neither at the end nor on the way.
        options: see `carry`.
    """
    with hushed() if quiet else nullcontext():
        result = carry(task, data, **options)
        if result.made_by:
            tell(f"Bundle, at {result.made_by}: {result.bundle_dir}")
        else:
            if result.folds is not None:
                tell_shown(result.folds.shown())
            tell_shown(result.shown())
            tell(f"Bundle: {result.bundle_dir}")
    return result


def tell_shown(shown: Shown) -> None:
    """A table and the plain lines around it, on standard error."""
    for each in shown.before:
        tell_shown(each)
    console = SafeConsole(stderr=True)
    if not (console.is_terminal or in_notebook()):
        console = SafeConsole(stderr=True, width=max(console.width, _LEAST))
    table = fitted_table(shown.columns, shown.rows, width=console.width, spare=shown.spare)
    for line in (*shown.lead, shown.title):
        tell(_plain(line))
    console.print(table.shown)
    for line in shown.lines:
        tell(_plain(line))


def _plain(line: Any) -> str:
    return line if isinstance(line, str) else "".join(text for text, _ in line)
