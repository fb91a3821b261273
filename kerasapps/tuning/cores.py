"""This machine's cores and GPUs, divided among workers."""

from __future__ import annotations

import os
from pathlib import Path

from kerasapps.config.devices import parse_devices
from kerasapps.errors import ConfigError
from kerasapps.machine import usable_cores
from kerasapps.wording.counted import are, counted

_THREAD_SETTINGS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
_GPUS = "CUDA_VISIBLE_DEVICES"


def divide_cores(cores: list[int], *, workers: int, each: int | None = None) -> list[list[int]]:
    """The cores of each worker, shared only where `each` asks for more than there are.

    Args:
        cores: what there is.
        workers: how many share them.
        each: cores of a worker; None: as many as there are for each.

    Raises:
        ConfigError: if there are fewer cores than workers and `each` is None, or fewer than
            `each`.
    """
    if each is None and workers > len(cores):
        raise ConfigError(
            f"TuneConfig.workers is {workers}, but there {_told(cores)}. Take fewer "
            "workers, or set worker_cores, and workers share cores."
        )
    if each is not None and each > len(cores):
        raise ConfigError(f"TuneConfig.worker_cores is {each}, but there {_told(cores)}.")
    size = len(cores) // workers if each is None else each
    ring = cores * (1 + workers * size // len(cores))
    return [ring[start : start + size] for start in range(0, workers * size, size)]


def _told(cores: list[int]) -> str:
    return f"{are(len(cores))} {counted(len(cores), 'core')}"


def take_cores(cores: list[int]) -> None:
    """Keep this process, and those it will start, to some cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def worker_environment(
    cores: list[int], *, index: int, workers: int, devices: str = "auto"
) -> dict[str, str]:
    """Environment variables for a worker's process.

    Thread pools get the size of the worker's share: not all libraries look at the affinity. Of
    several GPUs each worker gets one, in turn; workers on one GPU take memory as they need it.

    Args:
        cores: of this worker.
        index: of this worker, from 0.
        workers: of this machine.
        devices: `TrainConfig.devices`, which says among which GPUs the workers are divided; a trial
            is on one.

    Raises:
        ConfigError: if a GPU is named that is not there.
    """
    settings: dict[str, str] = {}
    if len(cores) < len(usable_cores()):
        settings = dict.fromkeys(_THREAD_SETTINGS, str(len(cores)))
    gpus, asked = _gpus(), parse_devices(devices)
    if asked.kind == "cpu":
        settings[_GPUS] = "-1"
    elif asked.numbers is not None:
        settings[_GPUS] = _named(asked.numbers[index % len(asked.numbers)], gpus)
    elif len(gpus) > 1 and workers > 1:
        settings[_GPUS] = gpus[index % len(gpus)]
    if "TF_FORCE_GPU_ALLOW_GROWTH" not in os.environ:
        settings["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    return settings


def _named(number: int, gpus: list[str]) -> str:
    if number >= len(gpus):
        there = f"{are(len(gpus))} {counted(len(gpus), 'GPU')}"
        raise ConfigError(f"TrainConfig.devices names GPU {number}, but there {there}.")
    return gpus[number]


def _gpus() -> list[str]:
    """Names that CUDA_VISIBLE_DEVICES may have; empty without a GPU of NVIDIA."""
    if (named := os.environ.get(_GPUS)) is not None:
        return [name for name in named.split(",") if name.strip() not in ("", "-1")]
    devices = Path("/dev").glob("nvidia[0-9]*")
    return sorted((each.name.removeprefix("nvidia") for each in devices), key=int)
