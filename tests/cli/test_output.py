"""What becomes of a command's result, whatever becomes of its output."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from kerasapps.cli import run
from kerasapps.cli.output import command, json_text, lasting_command, print_table, shown
from kerasapps.errors import ConfigError, DataError
from kerasapps.process.quiet import silence
from kerasapps.terminal.streams import tell, write_line
from kerasapps.wording.finite import clean
from kerasapps.wording.harmless import harmless
from tests.interrupts import press_in_cpp, usual_ctrl_c


class Full(io.StringIO):
    """A console whose disk is full."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Gone(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def ending(function: Callable[..., Any], kind: Callable[..., Any] = command, **options: Any) -> int:
    with pytest.raises(typer.Exit) as ended:
        kind(function)(**options)
    return ended.value.exit_code


def answer(json: bool = False) -> Any:
    return {"bundle_dir": "runs/x\x9b", "value": float("nan")}, lambda: write_line("shown"), 3


def test_a_result_is_shown_or_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert ending(answer) == 3
    assert capfd.readouterr() == ("shown\n", "")
    assert ending(answer, json=True) == 3
    out, err = capfd.readouterr()
    assert err == "" and out == '{"bundle_dir": "runs/x\\u009b", "value": null}\n'
    assert json.loads(out) == {"bundle_dir": "runs/x\x9b", "value": None}


def test_what_a_command_tells_is_in_its_options(capfd: pytest.CaptureFixture[str]) -> None:
    def telling() -> Any:
        tell("TrainConfig.batch_size of max_broken")
        return {}, lambda: None

    assert ending(telling) == 0
    tell("TrainConfig.epochs")
    said = "--batch-size of max_broken\nTrainConfig.epochs\n"
    assert capfd.readouterr().err == said


def test_ctrl_c_is_no_defect_whatever_it_becomes(capfd: pytest.CaptureFixture[str]) -> None:
    with usual_ctrl_c():
        assert ending(press_in_cpp) == 130
        assert ending(press_in_cpp, lasting_command) == 130
    assert capfd.readouterr().err == "stopped\nstopped; the same command goes on from here\n"


def test_a_result_that_cannot_be_shown_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert ending(answer) == 74
    (message,) = capfd.readouterr().err.splitlines()
    assert message == (
        "error: standard output cannot be written: No space left on device. The work itself is "
        "done: runs/x\\x9b"
    )
    assert ending(lambda: ({}, lambda: write_line("a"))) == 74
    assert capfd.readouterr().err.endswith("The work itself is done\n")


def test_a_reader_that_has_gone_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Gone())
    assert ending(answer) == 141
    monkeypatch.setattr(sys, "argv", ["kerasapps", "--help"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 141 and capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ConfigError("TrainConfig.epochs of \x1b[1m"), 2, "error: --epochs of \\x1b[1m\n"),
        (DataError("no rows"), 1, "error: no rows\n"),
        (KeyboardInterrupt(), 130, "stopped\n"),
        (ValueError("x"), 70, "error: unexpected ValueError: x\n"),
    ],
)
@pytest.mark.parametrize("at", ["work", "show"])
def test_errors_are_one_message(
    error: BaseException, status: int, words: str, at: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    def work(json: bool = False) -> Any:
        return fail() if at == "work" else ({}, fail)

    assert ending(work) == status
    out, err = capfd.readouterr()
    assert out == "" and err.startswith(words)
    if at == "work":
        assert ending(work, json=True) == status
        out, again = capfd.readouterr()
        said = err.removeprefix("error: ")
        assert again == err and harmless(f"{json.loads(out)['error']}\n") == said


def test_a_defect_is_shown_whole_to_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERASAPPS_DEBUG", "1")

    def work() -> Any:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        command(work)()


def test_json_commands_no_terminal_and_is_json() -> None:
    values = {"a\x1b": "\x7f\x9b\u2028\u202e é\n", "b": [float("inf"), 1.5, None], 3: "\udcff"}
    text = json_text(values)
    assert text == (
        '{"a\\u001b": "\\u007f\\u009b\\u2028\\u202e é\\n", "b": [null, 1.5, null], "3": "\udcff"}'
    )
    assert json.loads(text)["a\x1b"] == values["a\x1b"]


def test_cells_keep_their_width(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("ti\x1btle", ("name", "n"), [["\x1b[31m[bold]red", "1"]])
    out = capsys.readouterr().out
    assert out.startswith("ti\\x1btle\n") and "│ \\x1b[31m[bold]red │ 1 │" in out


def test_tables_have_numbers_to_the_right_and_are_wide_where_nobody_looks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table("t", ("name", "value"), [["a", "1"], ["bcdefg", "long text"]])
    _, _, header, _, first, *_ = capsys.readouterr().out.splitlines()
    assert (header, first) == ("┃ name   ┃     value ┃", "│ a      │         1 │")
    print_table("t", ("name",), [["x" * 130]])
    assert "x" * 130 in capsys.readouterr().out
    print_table("t", ("name",), [["x" * 150]])
    assert all(len(line) <= 140 for line in capsys.readouterr().out.splitlines())


def test_values() -> None:
    assert shown(None, "{:.1f}") == "–" and shown(0, "{:.1f} ms") == "0.0 ms"
    values = {1: (1.5, float("nan"), [float("-inf")]), "a": {"b": None, "c": True}}
    assert clean(values) == {"1": [1.5, None, [None]], "a": {"b": None, "c": True}}


@pytest.mark.parametrize("but_python", [False, True])
def test_silence_is_of_standard_error_and_ends(
    but_python: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    ours = sys.stderr
    with pytest.raises(KeyError), silence(but_python=but_python):
        os.write(2, b"of C++\n")
        assert (sys.stderr is ours) is not but_python
        if but_python:
            print("of Python \udcff", file=sys.stderr)
        raise KeyError
    assert sys.stderr is ours
    os.write(2, b"again\n")
    heard = "of Python \\udcff\n" if but_python else ""
    assert capfd.readouterr().err == f"{heard}again\n"


@contextmanager
def full_errors() -> Iterator[None]:
    """A process whose standard error is full."""
    real = os.dup(2)
    with Path("/dev/full").open("w") as full:
        os.dup2(full.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(real, 2)
        os.close(real)


@pytest.mark.parametrize("but_python", [False, True])
def test_silence_ends_though_standard_error_is_full(
    but_python: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Full()
    monkeypatch.setattr(sys, "stderr", ours)
    with full_errors():
        with silence(but_python=but_python):
            tell("that nobody hears")
        assert os.path.samestat(os.fstat(2), Path("/dev/full").stat())
    assert sys.stderr is ours


def test_nothing_else_reaches_the_output_of_an_object(capfd: pytest.CaptureFixture[str]) -> None:
    def work(json: bool = False) -> Any:
        os.write(1, b"of C++\n")
        return {"a": 1}, lambda: pytest.fail("shown")

    assert ending(work, json=True) == 0
    assert capfd.readouterr() == ('{"a": 1}\n', "of C++\n")
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("train", "--help")])
def test_help_and_version_go_to_any_console(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kerasapps.cli import run

    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "argv", ["kerasapps", *arguments])
    monkeypatch.setattr(sys, "stdout", latin)
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 0 and len(latin.buffer.getvalue()) > 4  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code in (0, 74)


def test_the_parser_repeats_no_commands(run_here: Callable[..., Any]) -> None:
    ended = run_here("check", "a", "\x1b[31mred")
    assert ended.returncode == 2 and "\\x1b[31mred" in ended.stderr and "\x1b" not in ended.stderr


def test_a_full_disk_is_no_defect(capfd: pytest.CaptureFixture[str]) -> None:
    def write(json: bool = False) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a/b")

    assert ending(write) == 1
    (message,) = capfd.readouterr().err.splitlines()
    assert message.startswith("error: The disk is full: a/b: No space left on device. Free: ")
    assert message.endswith("Make room, or set TMPDIR to a folder of another disk.")
    assert ending(write, json=True) == 1
    again = json.loads(capfd.readouterr().out)["error"]
    told = [re.sub(r"Free: [\d.,]+", "Free: some", each) for each in (f"error: {again}", message)]
    assert told[0] == told[1]  # others write to the disk meanwhile
