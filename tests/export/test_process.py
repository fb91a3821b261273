"""Processes of our own: how they end, and whose fault it is."""

from __future__ import annotations

import errno
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kerasapps.errors import DataError
from kerasapps.export import convert_worker
from kerasapps.export.process import how_it_ended, run_in_turn, run_module
from kerasapps.export.tflite import convert_modes
from kerasapps.export.verify import run_measurement
from kerasapps.files.room import is_out_of_space

PLANTED = """
import json, os, signal, sys
job = json.load(open(sys.argv[1]))
if job["end"] == "signal":
    os.kill(os.getpid(), signal.SIGSEGV)
if job["end"] == "environment":
    print(os.environ["CUDA_VISIBLE_DEVICES"])
    job["end"] = "0"
if not job["end"].isdigit():
    print("first words", file=sys.stderr)
    sys.exit(job["end"])
sys.exit(int(job["end"]))
"""


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "planted_module.py").write_text(PLANTED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "job.json"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("signal", "its process was ended by SIGSEGV"),
        ("7", "its process ended with status 7: no message"),
        ("the last words", "its process ended with status 1: the last words"),
        ("kerasapps.errors.BundleError: model.onnx: it is cut", "model.onnx: it is cut"),
    ],
)
def test_an_end_in_one_line(planted: Path, end: str, words: str) -> None:
    assert how_it_ended(run_module("planted_module", {"end": end}, planted)) == words


def test_a_process_of_ours_sees_no_gpu(planted: Path) -> None:
    ended = run_module("planted_module", {"end": "environment"}, planted)
    assert (ended.returncode, ended.stdout) == (0, "-1\n")


def test_a_file_beside_does_not_stand_for_a_module_of_pythons(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = planted.parent / "beside"
    beside.mkdir()
    (beside / "json.py").write_text("raise SystemExit('not that one')\n")
    monkeypatch.chdir(beside)
    assert run_module("planted_module", {"end": "0"}, planted).returncode == 0


def test_a_full_disk_is_no_fault_of_the_model(planted: Path) -> None:
    words = f"OSError: [Errno 28] {os.strerror(errno.ENOSPC)}"
    with pytest.raises(OSError, match="ended with status 1: OSError") as caught:
        run_module("planted_module", {"end": words}, planted)
    assert caught.value.errno == errno.ENOSPC and caught.value.filename == str(planted.parent)
    with pytest.raises(OSError, match="No space left"):
        run_measurement("planted_module", {"end": words}, planted.with_suffix(""))


def test_an_example_that_went_is_no_fault_of_the_model(planted: Path) -> None:
    words = "a.png cannot be read: No such file or directory"
    with pytest.raises(DataError, match=f"^{words}$"):
        run_module("planted_module", {"end": f"kerasapps.errors.DataError: {words}"}, planted)


def test_the_converter_stops_at_a_full_disk_and_writes_down_other_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"folder": str(tmp_path), "modes": ["float32", "int8"]}))
    monkeypatch.setattr(sys, "argv", ["convert_worker", str(job)])
    causes: list[Exception] = [ValueError("no such layer"), OSError(errno.ENOSPC, "full")]

    def convert(job: object, mode: str) -> bytes:
        raise causes.pop(0)

    monkeypatch.setattr(convert_worker, "convert", convert)
    with pytest.raises(OSError, match="full"):
        convert_worker.main()
    assert (tmp_path / "float32.error").read_text() == "no such layer"
    assert not (tmp_path / "int8.error").exists()


def test_a_mode_is_not_given_up_for_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("kerasapps.export.tflite.run_module", full)
    with pytest.raises(OSError, match="No space") as caught:
        convert_modes({}, modes=["float32"], folder=tmp_path)
    assert is_out_of_space(caught.value) and not list(tmp_path.iterdir())


PROGRAM = """
import json, os, sys
job = json.load(open(sys.argv[1], encoding="utf-8"))
print(job["word"], os.environ["CUDA_VISIBLE_DEVICES"], os.environ["TF_CPP_MIN_LOG_LEVEL"])
print(os.environ["KEPT"], len(sys.argv), flush=True)
sys.stderr.buffer.write(b"\\xff first\\nlast\\n")
sys.exit(job["status"])
"""


@pytest.mark.parametrize("status", [0, 3])
def test_a_module_runs_to_its_end_with_its_job_and_without_gpus(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "telling.py").write_text(PROGRAM, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.setenv("KEPT", "kept")
    ended = run_module("telling", {"word": "Übung", "status": status}, tmp_path / "job.json")
    assert ended.returncode == status
    assert ended.stdout.split() == ["Übung", "-1", "2", "kept", "2"]
    assert ended.stderr == "\ufffd first\nlast\n"


@pytest.mark.parametrize(
    ("status", "words", "said"),
    [
        (-signal.SIGSEGV, "", "its process was ended by SIGSEGV"),
        (-signal.SIGKILL, "some words", "its process was ended by SIGKILL"),
        (1, "first\nlast\n\n", "its process ended with status 1: last"),
        (0, "", "its process ended with status 0: no message"),
    ],
)
def test_how_it_ended_is_its_signal_or_its_status_and_last_words(
    status: int, words: str, said: str
) -> None:
    assert how_it_ended(subprocess.CompletedProcess([], status, "out", words)) == said


def test_a_crash_costs_the_one_thing_that_was_being_made() -> None:
    made: list[str] = []
    begun: list[list[str]] = []
    crashed: list[tuple[str, str]] = []

    def run(waiting: Sequence[str]) -> subprocess.CompletedProcess[str]:
        begun.append([*waiting])
        made.extend(itertools.takewhile(lambda each: each != "b", waiting))
        died = "b" in waiting
        return subprocess.CompletedProcess([], 3 if died else 0, "", "no room\n" if died else "")

    run_in_turn(
        ["a", "b", "c"],
        run,
        is_finished=made.__contains__,
        crashed=lambda each, how: crashed.append((each, how)),
    )
    assert begun == [["a", "b", "c"], ["c"]] and made == ["a", "c"]
    assert crashed == [("b", "its process ended with status 3: no room")]
