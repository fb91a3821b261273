"""Machines that are not this one."""

from __future__ import annotations

from kerasapps.doctor.machine import cpu_finding, gpu_finding
from kerasapps.process.imports import ImportResult


def test_cpu_says_which_instructions_it_has():
    finding = cpu_finding("A CPU", frozenset({"AVX2", "AMX"}), "x86_64")
    assert finding.value.endswith("AVX2 yes, AVX512-BF16 no, VNNI no, AMX yes")
    assert finding.level == "ok"
    assert cpu_finding("A CPU", frozenset(), "x86_64").level == "note"
    assert cpu_finding("M3", frozenset(), "arm64").level == "ok"


def test_a_driver_without_a_gpu_in_tensorflow_is_noted():
    assert gpu_finding(ImportResult(detail="H100"), True).value == "H100"
    assert gpu_finding(ImportResult(), False).level == "ok"
    assert gpu_finding(None, True).level == "ok", "a light installation trains nothing"
    noted = gpu_finding(ImportResult(), True)
    assert (noted.level, "and-cuda" in noted.remedy) == ("note", True)
