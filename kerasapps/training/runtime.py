"""Which number format and compiler a model trains with on this machine."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from kerasapps.config import Family, TrainConfig
from kerasapps.config.devices import Devices, parse_devices
from kerasapps.machine import cpu_flags
from kerasapps.training.team import ALONE, Team

_POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
# Whether XLA pays on a CPU, and what says so: whole training steps on 2 shared cores of an AMD EPYC
# (AVX2), TensorFlow 2.21, 32x32 pictures, batch 64, fastest of 10 or 25 steps.
CPU_XLA: Mapping[Family, tuple[bool, str]] = MappingProxyType(
    {
        "conv": (False, "a small conv net steps in 0.17 s without XLA, 0.20 s with"),
        "depthwise": (False, "a small conv net steps in 0.17 s without XLA, 0.20 s with"),
        "attention": (False, "a small ViT steps in 0.17 s without XLA, 0.26 s with"),
        "dense": (False, "an MLP steps in 20 ms without XLA, 32 ms with"),
    }
)
# Whose steps take longer in bfloat16 even where the CPU multiplies in it. Fastest of 6 steps of 32
# pictures on 2 cores of an AMD EPYC with avx512_bf16; other convolutions step 1.2 to 1.6 times as
# fast in bfloat16.
CPU_FLOAT32: Mapping[Family, str] = MappingProxyType(
    {"depthwise": "EfficientNet-Lite0 steps in 0.77 s in float32, 1.07 s in bfloat16"}
)
_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


@dataclass(frozen=True)
class Runtime:
    """How the training step is compiled and computed.

    Attributes:
        precision: name of the Keras dtype policy; weights are float32 under every one.
        xla: whether the step is compiled with XLA.
        reason: why, in words.
        device: the processor, in words.
        team: the processes that train together, and what their steps are shared by.

    Examples:
        >>> runtime = kerasapps.training.Runtime(
        ...     "mixed_bfloat16", xla=False, reason="as asked", device="CPU"
        ... )
        >>> with runtime.scope():
        ...     keras.layers.Dense(2).dtype_policy.name
        'mixed_bfloat16'
    """

    precision: str
    xla: bool
    reason: str
    device: str
    team: Team = ALONE

    def __str__(self) -> str:
        compiler = "XLA" if self.xla else "no XLA"
        return f"{self.device}: {self.precision}, {compiler} ({self.reason})"

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Build models inside this: layers take the policy, and the old one comes back after.

        With several devices their variables are on all of them, and stay alike.
        """
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.precision)
        try:
            with self.placed():
                yield
        finally:
            keras.config.set_dtype_policy(before)

    def placed(self) -> AbstractContextManager[Any]:
        """Inside, variables are made on all devices."""
        strategy = self.team.strategy
        return nullcontext() if strategy is None else strategy.scope()


def choose_runtime(family: Family, config: TrainConfig, team: Team = ALONE) -> Runtime:
    """The runtime that suits a kind of model on this machine, or what `config` asks for.

    Left to "auto", a CPU gets bfloat16 only when it multiplies bfloat16 in hardware (else the
    conversions cost more than they save), but for `CPU_FLOAT32`, and no XLA, which was slower for
    every family that we measured (`CPU_XLA`). A GPU gets XLA, and bfloat16 from compute capability
    8.0, float16 from 7.0. Steps of several devices are not compiled with XLA, as they meet in the
    middle. Processes that train together all have what suits the chief's machine.

    Args:
        family: what most of the model's arithmetic is.
        config: `precision`, `xla` and `devices` are read.
        team: the processes that train together, and their devices.

    Examples:
        >>> config = kerasapps.TrainConfig(precision="float32", xla="off")
        >>> kerasapps.training.choose_runtime("conv", config).precision
        'float32'
    """
    gpus = _gpus(parse_devices(config.devices))
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        device = str(details.get("device_name", "GPU"))
        precision, xla, why = _gpu_defaults(details.get("compute_capability"))
    else:
        device = f"CPU ({platform.machine()})"
        precision, xla, why = _cpu_defaults(family, cpu_flags())
    reasons = [why] if "auto" in (config.precision, config.xla) else []
    if config.precision != "auto":
        precision = config.precision
        reasons.append("precision as asked")
    if config.xla != "auto":
        xla = config.xla == "on"
        reasons.append("XLA as asked")
    if team.replicas > 1:
        device = f"{team.replicas} devices, {device}"
        if xla:
            xla = False
            reasons.append("steps of several devices are not compiled with XLA")
    elif len(gpus) > 1 and config.devices == "auto":
        reasons.append(f"TrainConfig.devices='gpu' takes all {len(gpus)} GPUs")
    chosen = team.send(json.dumps([_POLICIES[precision], xla, "; ".join(reasons)]).encode())
    precision, xla, reason = json.loads(chosen)
    return Runtime(precision, xla, reason, device, team)


def _gpus(devices: Devices) -> list[Any]:
    gpus = [] if devices.kind == "cpu" else tf.config.list_physical_devices("GPU")
    if devices.numbers is None:
        return gpus
    return [gpus[number] for number in devices.numbers if number < len(gpus)]


def _cpu_defaults(family: Family, flags: frozenset[str]) -> tuple[str, bool, str]:
    native = sorted(_BFLOAT16_FLAGS & flags)
    xla, measured = CPU_XLA[family]
    if not native:
        return "float32", xla, f"the CPU has no bfloat16 arithmetic; {measured}"
    if family in CPU_FLOAT32:
        return "float32", xla, f"{CPU_FLOAT32[family]}; {measured}"
    return "bfloat16", xla, f"the CPU has {native[0]}; {measured}"


def _gpu_defaults(capability: tuple[int, int] | None) -> tuple[str, bool, str]:
    if capability is None:
        return "float32", True, "the GPU does not state its compute capability"
    text = "compute capability " + ".".join(map(str, capability))
    if capability >= (8, 0):
        return "bfloat16", True, text
    if capability >= (7, 0):
        return "float16", True, text
    return "float32", True, text


def seed_everything(config: TrainConfig) -> None:
    """Seed Python, NumPy, TensorFlow and Keras; with `deterministic`, pin the order of sums too.

    TensorFlow cannot leave deterministic mode again: it holds until the process ends.

    Examples:
        >>> kerasapps.training.seed_everything(kerasapps.TrainConfig(seed=3))
        >>> first = np.random.random()
        >>> kerasapps.training.seed_everything(kerasapps.TrainConfig(seed=3))
        >>> np.random.random() == first
        True
    """
    keras.utils.set_random_seed(config.seed)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
