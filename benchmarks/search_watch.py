"""Runs a search in a process of its own until its CPU time is spent."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from search_curves import Sample, began, cpu_at, read_log

SAMPLE_SECONDS = 0.2
PATIENCE_SECONDS = 180.0  # for the first trial; a search may also take four times its budget


def watch_command(
    command: Sequence[str], log: Path, output: Path, *, budget: float
) -> tuple[list[Sample], bool]:
    """Runs a search until its budget is spent; its CPU time, and whether it ended by itself.

    Args:
        command: what to run; it finds the modules beside this one.
        log: where its trials write when they begin and end.
        output: file for what it prints.
        budget: CPU seconds from the first trial on, those of all its processes together.
    """
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": path}
    samples = [Sample(time.time(), 0.0)]
    with (
        output.open("w") as file,
        subprocess.Popen(command, stdout=file, stderr=file, env=environment) as process,
    ):
        child = psutil.Process(process.pid)
        try:
            while process.poll() is None and not spent(samples, log, budget):
                samples.append(Sample(time.time(), max(tree_cpu(child), samples[-1].cpu)))
                time.sleep(SAMPLE_SECONDS)
            ended = process.poll() is not None
        finally:
            end_tree(child)
    return samples, ended


def spent(samples: Sequence[Sample], log: Path, budget: float) -> bool:
    """Whether the search has used up its CPU time, or far more time than that."""
    first, now = began(read_log(log)), samples[-1]
    if first is None:
        return now.time - samples[0].time > PATIENCE_SECONDS
    return now.cpu - cpu_at(samples, first) > budget or now.time - first > 4 * budget + 60


def tree_cpu(process: psutil.Process) -> float:
    """CPU seconds of a process, its living descendants, and the children they have outlived."""
    total = 0.0
    try:
        members = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return total
    for member in members:
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue  # what it used is the parent's from the next sample on
        total += times.user + times.system + times.children_user + times.children_system
    return total


def end_tree(process: psutil.Process) -> None:
    """Kills a process and all of its descendants."""
    try:
        members = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in members:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(members, timeout=10)
