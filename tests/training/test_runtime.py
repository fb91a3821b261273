"""The runtime follows the machine, and the options override it."""

from __future__ import annotations

from typing import get_args

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import Family, TrainConfig
from kerasapps.training import runtime
from kerasapps.training.runtime import Runtime, choose_runtime, seed_everything
from tests.values import kinds_of


@pytest.fixture
def machine(monkeypatch):
    """Pretend a machine: CPU flags, and a GPU's compute capability or None for no GPU."""

    def pretend(*, flags=(), gpu=None):
        details = {"device_name": "Test GPU", "compute_capability": gpu}
        monkeypatch.setattr(runtime, "cpu_flags", lambda: frozenset(flags))
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["gpu"] if gpu else [])
        monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: details)

    return pretend


@pytest.mark.parametrize(
    ("flags", "precision"),
    [
        ((), "float32"),
        (("avx512f", "avx512_bf16"), "mixed_bfloat16"),
        (("amx_bf16",), "mixed_bfloat16"),
    ],
)
def test_cpu_uses_bfloat16_only_in_hardware(machine, flags, precision):
    machine(flags=flags)
    chosen = choose_runtime("conv", TrainConfig())
    assert (chosen.precision, chosen.xla) == (precision, False)


def test_depthwise_convolutions_step_in_float32_on_every_cpu(machine):
    machine(flags=("avx512_bf16",))
    chosen = choose_runtime("depthwise", TrainConfig())
    assert chosen.precision == "float32" and runtime.CPU_FLOAT32["depthwise"] in chosen.reason
    asked = choose_runtime("depthwise", TrainConfig(precision="bfloat16"))
    assert asked.precision == "mixed_bfloat16"
    machine()
    assert "no bfloat16" in choose_runtime("depthwise", TrainConfig()).reason
    machine(gpu=(8, 0))
    assert choose_runtime("depthwise", TrainConfig()).precision == "mixed_bfloat16"


@pytest.mark.parametrize("family", get_args(Family))
def test_every_family_goes_without_xla_on_a_cpu_and_says_why(machine, family):
    machine()
    chosen = choose_runtime(family, TrainConfig())
    assert not chosen.xla
    assert runtime.CPU_XLA[family][1] in str(chosen)


@pytest.mark.parametrize(
    ("capability", "precision"),
    [
        ((6, 1), "float32"),
        ((7, 5), "mixed_float16"),
        ((8, 0), "mixed_bfloat16"),
        ((9, 0), "mixed_bfloat16"),
    ],
)
def test_gpu_precision_by_compute_capability(machine, capability, precision):
    machine(gpu=capability)
    chosen = choose_runtime("conv", TrainConfig())
    assert (chosen.precision, chosen.xla, chosen.device) == (precision, True, "Test GPU")


def test_options_override_the_machine(machine):
    machine(flags=("avx512_bf16",))
    chosen = choose_runtime("conv", TrainConfig(precision="float16", xla="on"))
    assert (chosen.precision, chosen.xla) == ("mixed_float16", True)
    assert "as asked" in str(chosen) and "bf16" not in str(chosen)
    assert choose_runtime("conv", TrainConfig(precision="float32")).precision == "float32"


def test_the_text_names_every_choice(machine):
    machine()
    text = str(choose_runtime("conv", TrainConfig()))
    assert "CPU" in text and "float32" in text and "no XLA" in text


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        (Runtime("float32", False, "why", "CPU"), "CPU: float32, no XLA (why)"),
        (Runtime("mixed_float16", True, "a; b", "GPU"), "GPU: mixed_float16, XLA (a; b)"),
    ],
)
def test_in_words(chosen, text):
    assert str(chosen) == text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "the CPU has amx_bf16; an MLP steps in 20 ms without XLA, 32 ms with"),
        (
            {"xla": "off"},
            "the CPU has amx_bf16; an MLP steps in 20 ms without XLA, 32 ms with; XLA as asked",
        ),
        ({"precision": "float32", "xla": "on"}, "precision as asked; XLA as asked"),
    ],
)
def test_reasons(machine, options, reason):
    machine(flags=("avx512_bf16", "amx_bf16"))
    chosen = choose_runtime("dense", TrainConfig(**options))
    assert chosen.reason == reason and chosen.xla is (options.get("xla") == "on")
    assert chosen.device.startswith("CPU (")


@pytest.mark.parametrize(
    ("capability", "reason"),
    [
        ((7, 0), "compute capability 7.0"),
        ((6, 9), "compute capability 6.9"),
        (None, "the GPU does not state its compute capability"),
    ],
)
def test_a_gpu_says_what_it_can(machine, monkeypatch, capability, reason):
    machine(gpu=capability)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["gpu"])
    chosen = choose_runtime("conv", TrainConfig())
    assert chosen.reason == reason and chosen.xla
    assert chosen.precision == ("mixed_float16" if capability == (7, 0) else "float32")


def test_determinism_is_for_who_asks(monkeypatch):
    called = []
    monkeypatch.setattr(
        tf.config.experimental, "enable_op_determinism", lambda: called.append(True)
    )
    seed_everything(TrainConfig())
    assert called == []
    seed_everything(TrainConfig(deterministic=True))
    assert called == [True]


def test_scope_sets_the_policy_and_restores_it_after_an_error():
    before = keras.config.dtype_policy().name
    with pytest.raises(KeyError), Runtime("mixed_bfloat16", False, "", "").scope():
        assert keras.layers.Dense(1).compute_dtype == "bfloat16"
        raise KeyError
    assert keras.config.dtype_policy().name == before


def test_a_seed_fixes_the_weights():
    def weights(seed):
        seed_everything(TrainConfig(seed=seed))
        layer = keras.layers.Dense(3)
        layer.build((None, 4))
        return layer.kernel.numpy()

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_kinds_of_values():
    assert kinds_of(runtime) == {"Runtime": "frozen"}
