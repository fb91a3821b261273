"""Facts about this computer, read from the operating system without further packages."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

# name shown -> flags of /proc/cpuinfo and of macOS's sysctl, any of which means the feature
FEATURES = {
    "AVX2": ("avx2",),
    "AVX512-BF16": ("avx512_bf16",),
    "VNNI": ("avx512_vnni", "avx512vnni", "avx_vnni"),
    "AMX": ("amx_tile",),
}
_CPUINFO = Path("/proc/cpuinfo")
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def cpu_name() -> str:
    """The processor's name as its maker gives it."""
    return (
        _cpuinfo("model name")
        or _sysctl("machdep.cpu.brand_string")
        or platform.processor()
        or "unknown processor"
    )


def cpu_flags() -> frozenset[str]:
    """The instruction sets of this processor, in Linux's names; empty where nothing says them."""
    text = (
        _cpuinfo("flags")
        or _cpuinfo("Features")  # of ARM
        or " ".join(map(_sysctl, ("machdep.cpu.features", "machdep.cpu.leaf7_features")))
    )
    return frozenset(text.lower().split())


def cpu_features() -> frozenset[str]:
    """Which of `FEATURES` this processor has; empty where the system does not say."""
    flags = cpu_flags()
    return frozenset(name for name, any_of in FEATURES.items() if flags.intersection(any_of))


def usable_cores() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def memory_bytes() -> int | None:
    """Memory that this process may use: the machine's, or its container's when that is less."""
    sizes = [size for size in (_physical_memory(), *map(_read_number, _CGROUP_LIMITS)) if size]
    return min(sizes, default=None)


def free_disk_bytes(folder: Path | str = ".") -> int:
    """Free space of the disk that holds the folder."""
    return shutil.disk_usage(folder).free


def has_nvidia_driver() -> bool:
    """Whether an NVIDIA driver has a device here, be TensorFlow able to use it or not."""
    return Path("/dev/nvidia0").exists() or Path("/dev/dxg").exists()  # Linux, WSL 2


def _physical_memory() -> int | None:
    if text := _sysctl("hw.memsize"):
        return int(text)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return None


def _read_number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # "max": no limit


def _cpuinfo(field: str) -> str:
    try:
        lines = _CPUINFO.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _sysctl(key: str) -> str:
    if platform.system() != "Darwin":
        return ""
    ended = subprocess.run(
        ["/usr/sbin/sysctl", "-n", key], capture_output=True, text=True, timeout=10, check=False
    )
    return ended.stdout.strip()
