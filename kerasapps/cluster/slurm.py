"""The tasks of a step of SLURM, as srun tells each of them in variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kerasapps.cluster.cluster import Cluster
from kerasapps.errors import ConfigError

# Below the ports that Linux gives to clients. Two jobs on a node mostly have different ones.
FIRST_PORT: Final = 15_000
PORTS: Final = 10_000
_NODES, _TASKS = "SLURM_STEP_NODELIST", "SLURM_STEP_TASKS_PER_NODE"
_PLACE, _LOCAL, _JOB = "SLURM_PROCID", "SLURM_LOCALID", "SLURM_JOB_ID"
_COUNT: Final = re.compile(r"(\d+)(?:\(x(\d+)\))?")
_RANGE: Final = re.compile(r"(\d+)(?:-(\d+))?")
_MOST: Final = 100_000  # names that one list may stand for


def from_slurm(environment: Mapping[str, str]) -> Cluster | None:
    """The cluster of this step's tasks, the first of which is the chief; None where it is one.

    Args:
        environment: variable → its value, of a process that srun started.

    Raises:
        ConfigError: if it was not started by srun, the variables cannot be read, or the tasks are
            not numbered node by node.
    """
    missing = [name for name in (_NODES, _TASKS, _PLACE, _LOCAL, _JOB) if name not in environment]
    if missing:
        raise ConfigError(
            f"--peers slurm is for what srun starts, and {missing[0]} is not set: put srun before "
            "kerasapps in the job's script (docs/scale.md)."
        )
    hosts = expand_hosts(environment[_NODES])
    counts = expand_counts(environment[_TASKS])
    place, local, job = (_number(environment, name) for name in (_PLACE, _LOCAL, _JOB))
    if len(hosts) != len(counts):
        raise ConfigError(
            f"{_NODES} {environment[_NODES]!r} names {len(hosts)} nodes, and {_TASKS} "
            f"{environment[_TASKS]!r} is of {len(counts)}."
        )
    port = FIRST_PORT + job % PORTS
    spots = [(host, n) for host, count in zip(hosts, counts, strict=True) for n in range(count)]
    if place >= len(spots) or spots[place][1] != local:
        raise ConfigError(
            f"The tasks of this step are not numbered node by node ({_PLACE} {place}, {_LOCAL} "
            f"{local}): give srun --distribution=block."
        )
    if len(spots) == 1:
        return None
    return Cluster(tuple(f"{host}:{port + n}" for host, n in spots), place, source="--peers slurm")


def expand_hosts(text: str) -> tuple[str, ...]:
    """The names that a list of SLURM stands for: `n[01-02,7],login` → n01, n02, n7, login.

    Raises:
        ConfigError: if it is no such list.
    """
    names = [name for part in _parts(text) for name in _names(part, text)]
    if not names:
        raise _unreadable(_NODES, text)
    return tuple(names)


def expand_counts(text: str) -> tuple[int, ...]:
    """Tasks of each node: `2(x3),1` → 2, 2, 2, 1.

    Raises:
        ConfigError: if it is no such list.
    """
    counts: list[int] = []
    for part in text.split(","):
        match = _COUNT.fullmatch(part.strip())
        if match is None or int(match[2] or 1) > _MOST:
            raise _unreadable(_TASKS, text)
        counts += [int(match[1])] * int(match[2] or 1)
    return tuple(counts)


def _parts(text: str) -> Iterator[str]:
    """Between the commas that stand outside of brackets."""
    depth, part = 0, ""
    for sign in text.strip():
        depth += (sign == "[") - (sign == "]")
        if depth not in (0, 1):
            raise _unreadable(_NODES, text)
        if sign == "," and not depth:
            yield part
            part = ""
        else:
            part += sign
    if depth:
        raise _unreadable(_NODES, text)
    if part:
        yield part


def _names(part: str, text: str) -> list[str]:
    """What one entry stands for, which may have several brackets: the last one varies fastest."""
    before, bracket, rest = part.partition("[")
    if not bracket:
        return [part]
    inside, _, after = rest.partition("]")
    numbers: list[str] = []
    for each in inside.split(","):
        match = _RANGE.fullmatch(each)
        if match is None:
            raise _unreadable(_NODES, text)
        first, last = match[1], match[2] or match[1]
        if not int(first) <= int(last) < int(first) + _MOST:
            raise _unreadable(_NODES, text)
        # Zeros before a number are part of the name: n[08-10] is n08, n09, n10.
        numbers += [f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
    return [f"{before}{number}{end}" for number in numbers for end in _names(after, text)]


def _number(environment: Mapping[str, str], name: str) -> int:
    if not environment[name].isdecimal():
        raise ConfigError(f"{name} is {environment[name]!r}, and must be a number.")
    return int(environment[name])


def _unreadable(name: str, text: str) -> ConfigError:
    return ConfigError(f"{name} {text!r} is no list that kerasapps knows; see docs/scale.md.")
