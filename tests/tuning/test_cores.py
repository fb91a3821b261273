"""Cores and GPUs, divided among workers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kerasapps.errors import ConfigError
from kerasapps.machine import usable_cores
from kerasapps.tuning.cores import divide_cores, worker_environment


def test_cores_are_divided() -> None:
    cores = [0, 1, 2, 3, 6, 7, 8]
    assert divide_cores(cores, workers=1) == [cores]
    assert divide_cores(cores, workers=3) == [[0, 1], [2, 3], [6, 7]]
    assert divide_cores(cores, workers=2, each=1) == [[0], [1]]
    # More than there are: every core gets its turn before any has two workers.
    assert divide_cores([4, 5, 6], workers=4, each=2) == [[4, 5], [6, 4], [5, 6], [4, 5]]
    assert divide_cores([4, 5], workers=3, each=2) == [[4, 5]] * 3


def test_too_few_cores() -> None:
    with pytest.raises(ConfigError, match=r"workers is 3, but there are 2 cores.*worker_cores"):
        divide_cores([0, 1], workers=3)
    with pytest.raises(ConfigError, match="worker_cores is 4, but there are 2 cores"):
        divide_cores([0, 1], workers=1, each=4)


def test_thread_pools_are_as_large_as_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.tuning.cores.usable_cores", lambda: [0, 1, 2, 3])
    assert worker_environment([0, 1], index=0, workers=2)["OMP_NUM_THREADS"] == "2"
    alone = worker_environment([0, 1, 2, 3], index=0, workers=1)
    assert "OMP_NUM_THREADS" not in alone  # all of the machine: as in the final training


def test_each_worker_gets_a_gpu_of_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    environments = [worker_environment([0], index=index, workers=3) for index in range(3)]
    assert [each["CUDA_VISIBLE_DEVICES"] for each in environments] == ["2", "5", "2"]
    assert "CUDA_VISIBLE_DEVICES" not in worker_environment([0], index=0, workers=1)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDA_VISIBLE_DEVICES" not in worker_environment([0], index=0, workers=2)


def test_workers_on_one_gpu_take_memory_as_they_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH", raising=False)
    assert worker_environment([0], index=0, workers=2)["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", "false")
    assert "TF_FORCE_GPU_ALLOW_GROWTH" not in worker_environment([0], index=0, workers=2)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs an affinity")
def test_a_process_keeps_to_its_cores() -> None:
    program = """
import os
from kerasapps.tuning.cores import take_cores
take_cores([max(os.sched_getaffinity(0))])
print(sorted(os.sched_getaffinity(0)))
"""
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.strip() == f"[{max(usable_cores())}]"


def test_the_named_devices_are_divided_among_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6")

    def gpu(index: int, devices: str) -> str:
        settings = worker_environment([0], index=index, workers=2, devices=devices)
        return settings["CUDA_VISIBLE_DEVICES"]

    assert [gpu(index, "gpu:2,0") for index in range(3)] == ["6", "4", "6"]
    assert gpu(0, "cpu") == "-1" and gpu(1, "gpu") == "5"
    with pytest.raises(ConfigError, match=r"names GPU 3, but there are 3 GPUs"):
        gpu(0, "gpu:3")
