"""The machine: processor, GPUs, memory and disk."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping

from kerasapps import machine
from kerasapps.doctor.finding import Finding
from kerasapps.process.imports import ImportResult
from kerasapps.wording.counted import counted


def machine_findings(results: Mapping[str, ImportResult]) -> tuple[Finding, ...]:
    """Processor, GPUs, memory and free disk space."""
    return (
        cpu_finding(machine.cpu_name(), machine.cpu_features(), platform.machine()),
        gpu_finding(results.get("tensorflow"), machine.has_nvidia_driver()),
        _space_finding(
            "Memory",
            machine.memory_bytes(),
            4e9,
            "Training may be killed: choose a smaller --batch-size and --cache-mb.",
        ),
        _space_finding(
            "Free disk",
            machine.free_disk_bytes(),
            2e9,
            "Free some space: checkpoints, caches and bundles need it.",
        ),
    )


def cpu_finding(name: str, features: frozenset[str], architecture: str) -> Finding:
    """The processor and which of the instruction sets that matter it has."""
    if architecture.lower() not in ("x86_64", "amd64"):
        return Finding("CPU", f"{name}, {counted(os.cpu_count() or 1, 'core')}, {architecture}")
    listed = ", ".join(f"{each} {'yes' if each in features else 'no'}" for each in machine.FEATURES)
    value = f"{name}, {counted(os.cpu_count() or 1, 'core')}: {listed}"
    if "AVX2" in features:
        return Finding("CPU", value)
    return Finding(
        "CPU",
        value,
        "note",
        "Without AVX2 TensorFlow is slow or does not start: "
        "prefer a newer machine or a cloud instance.",
    )


def gpu_finding(tensorflow: ImportResult | None, driver: bool) -> Finding:
    """The GPUs that TensorFlow sees; a note when there is a driver and it sees none.

    Args:
        tensorflow: how its import went; None where it is not installed.
        driver: whether NVIDIA's is here.
    """
    if tensorflow is None:
        return Finding("GPU", "not needed: bundles run on the CPU")
    if tensorflow.error is None and tensorflow.detail:
        return Finding("GPU", tensorflow.detail)
    if not driver:
        return Finding("GPU", "none: training runs on the CPU")
    return Finding(
        "GPU",
        "an NVIDIA driver is here, but TensorFlow sees no GPU",
        "note",
        'pip install "tensorflow[and-cuda]"',
    )


def _space_finding(name: str, size: int | None, least: float, remedy: str) -> Finding:
    if size is None:
        return Finding(name, "unknown")
    value = f"{size / 1e9:.1f} GB"
    return Finding(name, value) if size >= least else Finding(name, value, "note", remedy)
