"""Devices that are asked for, and what is said where they are not there."""

from __future__ import annotations

import re

import pytest
import tensorflow as tf

from kerasapps.config.devices import parse_devices
from kerasapps.errors import ConfigError
from kerasapps.training import devices
from kerasapps.training.devices import local_strategy, prepare_devices


class Gpu:
    """A graphics card that is not there."""


@pytest.fixture
def gpus(monkeypatch):
    """A machine with two, and which of them were shown."""
    cards, shown = [Gpu(), Gpu()], []
    monkeypatch.setattr(devices.tf.config, "list_physical_devices", lambda kind: cards)
    monkeypatch.setattr(devices.tf.config, "get_visible_devices", lambda kind: cards)
    monkeypatch.setattr(
        devices.tf.config, "set_visible_devices", lambda chosen, kind: shown.append(chosen)
    )
    monkeypatch.setattr(devices, "_name", lambda gpu: "H200")
    return cards, shown


@pytest.mark.parametrize(
    ("asked", "alone", "there"),
    [
        ("auto", True, ("gpu", 1)),
        ("auto", False, ("gpu", 2)),
        ("gpu", True, ("gpu", 2)),
        ("gpu:1", True, ("gpu", 1)),
        ("gpu:1,0", True, ("gpu", 2)),
        ("cpu", True, ("cpu", 1)),
    ],
)
def test_devices_of_a_machine_with_two_gpus(gpus, asked, alone, there):
    assert prepare_devices(parse_devices(asked), alone=alone) == there


def test_only_those_that_are_asked_for_are_shown(gpus):
    cards, shown = gpus
    prepare_devices(parse_devices("gpu:1"), alone=True)
    prepare_devices(parse_devices("cpu"), alone=True)
    assert shown == [[cards[1]], []]


def test_a_device_that_is_not_there_is_answered_with_those_that_are(gpus):
    with pytest.raises(ConfigError, match=re.escape("no GPU 3 here. There is GPU 0 (H200), GPU 1")):
        prepare_devices(parse_devices("gpu:1,3"), alone=True)
    with pytest.raises(ConfigError, match="no GPU 2 here"):
        prepare_devices(parse_devices("gpu:2"), alone=True)


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="has a GPU")
@pytest.mark.parametrize("asked", ["gpu", "gpu:0"])
def test_without_a_gpu_there_is_the_cpu(asked):
    with pytest.raises(ConfigError, match=r"no GPU.* There is the CPU"):
        prepare_devices(parse_devices(asked), alone=True)


def test_one_device_needs_no_strategy():
    assert local_strategy(parse_devices("auto")) is None


def test_devices_cannot_be_changed_once_something_was_computed():
    tf.constant(1.0)
    with pytest.raises(ConfigError, match="train in a fresh one"):
        local_strategy(parse_devices("cpu:64"))
