"""A command with one sub-command a task, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from kerasapps.cli.tasks import NAMES, OTHER_NAMES
from kerasapps.workflow.task import Task

Make = Callable[[Task], tuple[Callable[..., Any], str, str]]
"""A task → the function of its sub-command, the help of it, and the examples at its end."""


class TaskCommands(Mapping[str, Any]):
    """Sub-commands by the names of their tasks; other names find them too, and are not shown.

    One has a hundred options, and most commands of a program need none of them.

    Args:
        make: makes one.
    """

    def __init__(self, make: Make) -> None:
        self._make = make

    def __getitem__(self, name: str) -> Any:
        task = OTHER_NAMES.get(name) or NAMES[name]
        run, text, epilog = self._make(task)
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        typed = next(each for each in NAMES if NAMES[each] is task)
        app.command(typed, help=text, epilog=epilog)(run)
        return typer.main.get_command(app)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def task_group(make: Make, *, help: str, epilog: str) -> typer.Typer:
    """The command.

    Args:
        make: makes a sub-command.
        help: what all of them do.
        epilog: examples at the end of it.
    """

    class TaskGroup(TyperGroup):
        def __init__(self, **values: Any) -> None:
            super().__init__(**values)
            self.commands = TaskCommands(make)  # type: ignore[assignment]

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            """The parser's, but for data that is typed without a task in front of it."""
            name = args[0]
            known = {**NAMES, **OTHER_NAMES}
            if not (name.startswith("-") or name in known or get_close_matches(name, NAMES)):
                ctx.fail(f"{name!r} is no task; name one first: {', '.join(NAMES)}.")
            return super().resolve_command(ctx, args)

    return typer.Typer(cls=TaskGroup, help=help, epilog=epilog, no_args_is_help=True)
