"""On which devices of a machine a network is trained, as `TrainConfig.devices` says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from kerasapps.errors import ConfigError

DEVICES_WORDS: Final = (
    '"auto", "cpu", "gpu" (all GPUs), "gpu:0,1" (these GPUs, numbered from 0) or "cpu:2" (the CPU '
    "in so many parts, for tests)"
)
_TEXT: Final = re.compile(r"(auto)|(cpu)(?::(\d{1,3}))?|(gpu)(?::(\d{1,4}(?:,\d{1,4})*))?")


@dataclass(frozen=True)
class Devices:
    """What `TrainConfig.devices` asks for.

    Attributes:
        kind: "auto" is the first GPU of a machine that trains alone, every GPU of one that does
            not, and the CPU where there is none.
        numbers: of the GPUs, from 0, in the order that was asked for; None: all of them.
        parts: into how many devices the CPU is divided.
    """

    kind: Literal["auto", "cpu", "gpu"]
    numbers: tuple[int, ...] | None = None
    parts: int = 1


def parse_devices(text: object) -> Devices:
    """The devices that a text asks for; whether the machine has them is asked later.

    Args:
        text: see `DEVICES_WORDS`; case and spaces do not matter.

    Raises:
        ConfigError: if it is anything else, or names a GPU twice.
    """
    plain = "".join(text.lower().split()) if isinstance(text, str) else ""
    match = _TEXT.fullmatch(plain)
    if match is None or match[3] in ("0", "00", "000"):
        raise ConfigError(f"TrainConfig.devices must be {DEVICES_WORDS}, got {text!r}.")
    if match[1]:
        return Devices("auto")
    if match[2]:
        return Devices("cpu", parts=int(match[3] or 1))
    if match[5] is None:
        return Devices("gpu")
    numbers = tuple(map(int, match[5].split(",")))
    for number in numbers:
        if numbers.count(number) > 1:
            raise ConfigError(f"TrainConfig.devices {text!r} names GPU {number} twice.")
    return Devices("gpu", numbers)
