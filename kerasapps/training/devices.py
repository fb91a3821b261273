"""The devices of this process that a training is asked to use.

TensorFlow has to be told of them before it computes anything, and stays with them afterwards.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from kerasapps.config.devices import Devices
from kerasapps.errors import ConfigError


def local_strategy(devices: Devices) -> tf.distribute.Strategy | None:
    """What shares steps among devices of this process; None for one device.

    Args:
        devices: that are asked for.

    Raises:
        ConfigError: see `prepare_devices`.
    """
    kind, count = prepare_devices(devices, alone=True)
    return None if count < 2 else _mirrored(kind, count)


@functools.cache
def _mirrored(kind: str, count: int) -> tf.distribute.Strategy:
    """Only one of them: two would number the sums of their devices alike, and mix them up."""
    return tf.distribute.MirroredStrategy([f"/{kind}:{number}" for number in range(count)])


def prepare_devices(devices: Devices, *, alone: bool) -> tuple[str, int]:
    """Makes the devices that are asked for those that this process has.

    Args:
        devices: that are asked for.
        alone: whether no other process trains with this one.

    Returns:
        "cpu" or "gpu", and how many.

    Raises:
        ConfigError: if a device is not there, which says what is; or if this process has begun to
            compute on others.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if devices.kind == "cpu":
        _show([], "GPU")
        _divide_cpu(devices.parts)
        return "cpu", devices.parts
    chosen = _chosen(devices, gpus)
    if not chosen:
        return "cpu", 1
    if devices.kind == "auto" and alone:
        return "gpu", 1  # TensorFlow takes the first
    _show(chosen, "GPU")
    return "gpu", len(chosen)


def _chosen(devices: Devices, gpus: Sequence[Any]) -> Sequence[Any]:
    if devices.kind == "auto" or (devices.numbers is None and gpus):
        return gpus
    absent = [number for number in devices.numbers or (0,) if number >= len(gpus)]
    if not absent:
        return [gpus[number] for number in devices.numbers or ()]
    there = ", ".join(f"GPU {number} ({_name(gpu)})" for number, gpu in enumerate(gpus))
    which = "no GPU" if devices.numbers is None else f"no GPU {absent[0]}"
    raise ConfigError(
        f"TrainConfig.devices: TensorFlow finds {which} here. There is "
        f"{f'{there} and ' if there else ''}the CPU (TrainConfig.devices='cpu')."
    )


def _name(gpu: Any) -> str:
    return str(tf.config.experimental.get_device_details(gpu).get("device_name", "unnamed"))


def _show(devices: Sequence[Any], kind: str) -> None:
    """Hides all others of the kind."""
    if tf.config.get_visible_devices(kind) == list(devices):
        return
    try:
        tf.config.set_visible_devices(devices, kind)
    except RuntimeError as error:
        raise _too_late() from error


def _divide_cpu(parts: int) -> None:
    if parts == 1:
        return
    (cpu,) = tf.config.list_physical_devices("CPU")
    try:
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * parts
        )
    except RuntimeError as error:
        if len(tf.config.list_logical_devices("CPU")) < parts:
            raise _too_late() from error


def _too_late() -> ConfigError:
    return ConfigError(
        "TrainConfig.devices asks for other devices than those that TensorFlow computes on in this "
        "process already: train in a fresh one, before anything else is computed."
    )
