"""Facts about the machine, read from files like those that Linux shows."""

from __future__ import annotations

import shutil

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
