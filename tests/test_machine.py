"""Facts about the machine, read from files like those that Linux shows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps import machine


def test_features_come_from_the_flags(tmp_path, monkeypatch):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(
        "processor\t: 0\nmodel name\t: Big CPU\n"
        "flags\t\t: fpu avx2 avx512_bf16 amx_tile avx512_vnni\n"
    )
    monkeypatch.setattr(machine, "_CPUINFO", cpuinfo)
    assert machine.cpu_name() == "Big CPU"
    assert machine.cpu_features() == {"AVX2", "AVX512-BF16", "VNNI", "AMX"}
    cpuinfo.write_text("flags : fpu avx2x\n")
    assert machine.cpu_features() == frozenset()


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        (
            "processor : 0\nflags\t\t: fpu sse2  amx_bf16\nflags : other\n",
            {"fpu", "sse2", "amx_bf16"},
        ),
        ("Features\t: fp asimd\n", {"fp", "asimd"}),
        ("model : x\nvmx flags : ept\n", set()),
        (None, set()),
    ],
)
def test_flags_as_linux_names_them(tmp_path, monkeypatch, content, flags):
    cpuinfo = tmp_path / "cpuinfo"
    if content is not None:
        cpuinfo.write_text(content)
    monkeypatch.setattr(machine, "_CPUINFO", cpuinfo)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert machine.cpu_flags() == flags


def test_flags_are_those_of_this_cpu():
    assert not machine.cpu_flags() or machine.cpu_flags() & {"sse2", "asimd"}


def test_memory_is_the_containers_when_that_is_less(tmp_path, monkeypatch):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_CGROUP_LIMITS", (limit, tmp_path / "missing"))
    whole = machine.memory_bytes()
    limit.write_text("max\n")
    assert machine.memory_bytes() == whole
    limit.write_text("1000000\n")
    assert machine.memory_bytes() == 1_000_000


def test_free_disk_is_the_folders(tmp_path):
    assert abs(machine.free_disk_bytes(tmp_path) - shutil.disk_usage(tmp_path).free) < 1e9


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux tells which cores")
def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {max(allowed)})
        assert machine.usable_cores() == [max(allowed)]
    finally:
        os.sched_setaffinity(0, allowed)
    assert machine.usable_cores() == sorted(allowed)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert machine.usable_cores() == [0, 1, 2]
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.usable_cores() == [0]


def test_a_mac_is_asked_by_its_own_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answers = {
        "machdep.cpu.brand_string": "Apple M2",
        "machdep.cpu.features": "FPU AVX2",
        "machdep.cpu.leaf7_features": "AMX_TILE",
        "hw.memsize": "1000",
    }

    def run(command: list[str], **options: Any) -> Any:
        assert command[:2] == ["/usr/sbin/sysctl", "-n"] and options["timeout"] == 10
        assert options["capture_output"] and options["text"] and not options["check"]
        return SimpleNamespace(stdout=f"{answers[command[2]]}\n")

    monkeypatch.setattr(machine, "_CPUINFO", tmp_path / "none")
    monkeypatch.setattr(machine, "_CGROUP_LIMITS", ())
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert machine.cpu_name() == "unknown processor" and machine.cpu_features() == frozenset()
    monkeypatch.setattr("platform.processor", lambda: "a chip")
    assert machine.cpu_name() == "a chip"
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert machine.cpu_name() == "Apple M2"
    assert machine.cpu_flags() == {"fpu", "avx2", "amx_tile"}
    assert machine.cpu_features() == {"AVX2", "AMX"}
    assert machine.memory_bytes() == 1000


@pytest.mark.skipif(not hasattr(os, "sysconf"), reason="Unix tells how much memory there is")
def test_memory_is_all_that_the_machine_has_where_there_is_no_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "_CGROUP_LIMITS", (tmp_path / "none",))
    monkeypatch.setattr(
        os, "sysconf", lambda name: {"SC_PHYS_PAGES": 7, "SC_PAGE_SIZE": 4096}[name]
    )
    assert machine.memory_bytes() == 7 * 4096
    monkeypatch.delattr(os, "sysconf")  # as on Windows
    assert machine.memory_bytes() is None


@pytest.mark.parametrize("device", ["/dev/nvidia0", "/dev/dxg", None])
def test_a_driver_is_known_by_its_device(
    monkeypatch: pytest.MonkeyPatch, device: str | None
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == device)
    assert machine.has_nvidia_driver() == (device is not None)
