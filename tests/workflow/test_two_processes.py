"""Two processes train together by the command line: to the end, through a kill, and refused."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from kerasapps.deploy.manifest import read_manifest
from tests.shapes import write_shapes

pytestmark = pytest.mark.slow
PATIENCE = 120.0  # seconds of anything


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


class Pair:
    """A chief and a worker, each with its own folder of logs."""

    def __init__(self, folder: Path, *, epochs: Sequence[int]) -> None:
        ports = free_ports(2)
        peers = ",".join(f"127.0.0.1:{port}" for port in ports)
        words = [
            "train", "image-classification", "photos", "--output-dir", "run", "--model", "mlp",
            "--image-size", "16", "--batch-size", "8", "--quantization", "float32",
            "--no-saved-model", "--early-stopping", "0", "--json", "--peers", peers,
            "--patience-minutes", "1",
        ]  # fmt: skip
        self.logs = [folder / f"{index}.log" for index in (0, 1)]
        self.processes = []
        for index, log in enumerate(self.logs):
            line = [*words, "--role", str(index), "--epochs", str(epochs[index])]
            with log.open("w") as stderr:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "kerasapps", *line],
                        cwd=folder,
                        stdout=subprocess.PIPE,
                        stderr=stderr,
                        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
                    )
                )

    def wait(self) -> tuple[list[int], list[dict[str, object]]]:
        """Exit statuses, and what was printed."""
        printed = [each.communicate(timeout=PATIENCE)[0] for each in self.processes]
        return [each.returncode for each in self.processes], [*map(json.loads, printed)]

    def end(self) -> None:
        for each in self.processes:
            each.kill()
            each.wait()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_shapes(tmp_path / "photos", per_class=16)
    return tmp_path


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(("killed", "name"), [(1, "Worker 1"), (0, "The chief")])
def test_a_kill_ends_both_and_the_same_commands_go_on(place: Path, killed: int, name: str) -> None:
    checkpoint = place / "run" / "work" / "training" / "checkpoint.npz"
    pair = Pair(place, epochs=(40, 40))
    try:
        wait_for(checkpoint.exists)
        pair.processes[killed].send_signal(signal.SIGKILL)
        began = time.monotonic()
        other = pair.processes[1 - killed]
        printed, _ = other.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 60 and other.returncode == 1
        error = json.loads(printed)["error"]
        assert error.startswith(f"{name} (127.0.0.1:") and "goes on" in error
        said = pair.logs[1 - killed].read_text()
        assert said.endswith(f"error: {error}\n") and "E0000" not in said, "TensorFlow's own log"
    finally:
        pair.end()

    again = Pair(place, epochs=(40, 40))
    try:
        statuses, (chief, worker) = again.wait()
    finally:
        again.end()
    assert statuses == [0, 0], again.logs[0].read_text() + again.logs[1].read_text()
    assert worker["metrics"] == chief["metrics"]
    assert str(worker["made_by"]).startswith("the chief (127.0.0.1:") and "made_by" not in chief
    history = read_manifest(place / "run" / "bundle").history
    assert len(history["rows"]) == 40
    assert not list((place / "run").glob("worker-*")) and not (place / "run" / "work").exists()
    told = again.logs[0].read_text()
    assert "2 devices of 2 machines share every batch: batch_size 8" in told
    assert "Epoch" not in again.logs[1].read_text()


def test_other_options_are_refused_on_both_in_the_same_words(place: Path) -> None:
    pair = Pair(place, epochs=(2, 3))
    try:
        statuses, (chief, worker) = pair.wait()
    finally:
        pair.end()
    assert statuses == [1, 1] and chief == worker
    assert "worker 1 (" in str(chief["error"]) and "--epochs is 3, the chief's 2" in str(
        chief["error"]
    )
    assert not (place / "run").exists()
