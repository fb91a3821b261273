"""The command itself: help, version, doctor, and what is set before all."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import typer

import kerasapps
from kerasapps import cli, doctor
from kerasapps.__main__ import main as entered
from kerasapps.doctor.finding import Finding

Run = Callable[..., Any]


def test_all_commands_are_there() -> None:
    group: Any = typer.main.get_command(cli.app)
    assert set(group.commands) == {
        "check", "train", "tune", "doctor", "predict", "explain", "evaluate", "export", "benchmark",
        "pack", "serve",
    }  # fmt: skip
    names = [
        *("image-classification", "text-classification", "translation", "tabular", "tagging"),
        "audio-classification",
    ]
    for name in ("train", "tune"):
        tasks = group.commands[name].commands
        assert list(tasks) == names and len(tasks) == len(names)
        assert [tasks[each].name for each in names] == names
        assert tasks["sentiment"].name == "text-classification" and "nothing" not in tasks


def test_a_task_is_found_by_another_name_too(run_here: Run) -> None:
    for line in ("train", "tune"):
        usage = run_here(line, "sentiment", "--help").stdout
        assert f"kerasapps {line} sentiment [OPTIONS]" in usage and "bag_of_ngrams" in usage
        assert "sentiment" not in run_here(line, "--help").stdout
        ended = run_here(line, "translations", "x")
        assert ended.returncode == 2 and "Did you mean 'translation'?" in ended.stderr
    ended = run_here("train", "flats.csv")
    assert "'flats.csv' is no task; name one first: image-classification, text-" in ended.stderr


@pytest.mark.parametrize("line", [(), ("train",), ("tune",)])
def test_without_anything_there_is_help(line: tuple[str, ...], run_here: Run) -> None:
    ended = run_here(*line)
    assert ended.returncode == 2 and "Usage: kerasapps" in ended.stdout + ended.stderr


def test_the_version(run_here: Run) -> None:
    ended = run_here("--version")
    assert (ended.returncode, ended.stdout) == (0, f"{kerasapps.__version__}\n")


@pytest.mark.parametrize(
    ("level", "status", "shown"), [("ok", 0, "ok"), ("note", 0, "note"), ("problem", 1, "PROBLEM")]
)
def test_doctor(
    level: Any, status: int, shown: str, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = (Finding("A", "1"), Finding("B", "2", level, "mend B" if status else ""))
    monkeypatch.setattr(doctor, "examine", lambda: findings)
    ended = run_here("doctor")
    lines = ended.stdout.splitlines()
    assert ended.returncode == status and lines[0] == "kerasapps doctor"
    assert [each.strip() for each in lines[5].strip("│").split("│")] == ["B", "2", shown]
    assert (lines[-1] == "B: mend B") is bool(status)
    ended = run_here("doctor", "--json")
    assert ended.returncode == status
    assert json.loads(ended.stdout) == {
        "ok": not status,
        "findings": [
            {"name": "A", "value": "1", "level": "ok", "remedy": ""},
            {"name": "B", "value": "2", "level": level, "remedy": findings[1].remedy},
        ],
    }


def test_a_wrong_command_line_is_an_object_where_one_is_owed(run_here: Run) -> None:
    ended = run_here("doctor", "--nothing", "--json")
    assert ended.returncode == 2 and "--nothing" in ended.stderr
    message = "No such option: --nothing"
    assert json.loads(ended.stdout)["error"].startswith(message)
    first, second = ended.stderr.splitlines()
    assert first.startswith(f"error: {message}")
    assert second == "kerasapps doctor --help shows what there is."
    ended = run_here("doctor", "--nothing")
    assert ended.returncode == 2 and ended.stdout == ""


def test_what_is_set_before_all(run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TF_CPP_MIN_LOG_LEVEL", "GRPC_VERBOSITY"):
        monkeypatch.delenv(name, raising=False)
    seen: dict[str, Any] = {}

    def look() -> tuple[Finding, ...]:
        seen.update(os.environ)
        with warnings.catch_warnings(record=True) as caught:
            warnings.warn("Image size (9 pixels) exceeds limit of 5", stacklevel=1)
            seen["told"] = len(caught)
        return ()

    monkeypatch.setattr(doctor, "examine", look)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        run_here("doctor")
    assert (seen["TF_CPP_MIN_LOG_LEVEL"], seen["GRPC_VERBOSITY"]) == ("3", "ERROR")
    assert seen["told"] == 0
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    monkeypatch.setenv("GRPC_VERBOSITY", "INFO")
    run_here("doctor")
    assert (seen["TF_CPP_MIN_LOG_LEVEL"], seen["GRPC_VERBOSITY"]) == ("0", "INFO")


def test_a_closed_output_ends_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["kerasapps", "doctor"])
    monkeypatch.setattr(doctor, "examine", lambda: pytest.fail("done all the same"))
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert ended.value.code == 74
    assert capsys.readouterr().err.startswith("error: standard output is closed")


def test_ctrl_c_while_commands_are_loaded_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Pressed:
        """Ctrl-C in the moment in which the command line is imported."""

        def find_spec(self, name: str, *_: Any) -> None:
            if name == "kerasapps.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "kerasapps.cli")
    monkeypatch.setattr(sys, "meta_path", [Pressed(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        entered()
    assert ended.value.code == 130 and capsys.readouterr() == ("", "stopped\n")
