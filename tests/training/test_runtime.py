"""The runtime follows the machine, and the options override it."""

from __future__ import annotations

from typing import get_args

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.training import runtime
from kerasapps.training import runtime as runtime_module
from kerasapps.training.runtime import Runtime, choose_runtime, cpu_flags, seed_everything
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


@pytest.mark.parametrize("family", get_args(runtime.Family))
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


def test_scope_sets_the_policy_and_restores_it_after_an_error():
    before = keras.config.dtype_policy().name
    with pytest.raises(KeyError), Runtime("mixed_bfloat16", False, "", "").scope():
        assert keras.layers.Dense(1).compute_dtype == "bfloat16"
        raise KeyError
    assert keras.config.dtype_policy().name == before


def test_flags_are_those_of_this_cpu():
    assert not cpu_flags() or cpu_flags() & {"sse2", "asimd"}


def test_a_seed_fixes_the_weights():
    def weights(seed):
        seed_everything(TrainConfig(seed=seed))
        layer = keras.layers.Dense(3)
        layer.build((None, 4))
        return layer.kernel.numpy()

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_kinds_of_values():
    assert kinds_of(runtime_module) == {"Runtime": "frozen"}
