"""Every help ends in examples, and they are command lines."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from kerasapps.cli import app

COMMANDS = [
    (), ("check",), ("train",), ("tune",), ("predict",), ("explain",), ("evaluate",), ("export",),
    ("benchmark",), ("doctor",), ("serve",),
    *((group, task) for group in ("train", "tune") for task in (
        "image-classification", "text-classification", "translation", "tabular",
        "tagging", "audio-classification")),
]  # fmt: skip


def examples_of(help_text: str) -> Iterator[list[str]]:
    _, _, ends = help_text.partition("Examples:")
    for line in ends.splitlines():
        if line.strip().startswith("kerasapps "):
            yield shlex.split(line)[1:]


def parsed(line: list[str]) -> Any:
    """The context of the command that a line is for; a wrong line raises."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command, line = command.commands[line[0]], line[1:]
    return command.make_context("x", line)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_has_examples_that_are_understood(
    command: tuple[str, ...], run_here: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run_here(*command, "--help").stdout
    lines = [*examples_of(shown)]
    assert lines and all(line[: len(command)] == [*command] for line in lines)
    for line in lines:
        assert parsed(line).params
    assert max(map(len, shown.splitlines())) <= 80


def test_exit_statuses_are_in_the_help(run_here: Callable[..., Any]) -> None:
    words = " ".join(run_here("--help").stdout.split())
    assert "1 a file failed or data cannot be used, 2 the command line is wrong, 130" in words


def test_the_help_names_the_file_that_is_taken(run_here: Callable[..., Any]) -> None:
    words = " ".join(run_here("predict", "--help").stdout.replace("│", " ").split())
    assert "default: the first of int8_qat, int8, int8_mixed, int4, int4_weights, dynamic," in words


def test_a_shell_can_complete(run_here: Callable[..., Any]) -> None:
    shown = run_here("--help").stdout
    assert "--install-completion" in shown and "--show-completion" in shown
