"""What `TrainConfig.devices` takes."""

from __future__ import annotations

import pytest

from kerasapps.config import TrainConfig
from kerasapps.config.checks import identifying_values
from kerasapps.config.devices import Devices, parse_devices
from kerasapps.errors import ConfigError


def test_devices_by_words() -> None:
    assert parse_devices("auto") == Devices("auto")
    assert parse_devices("cpu") == Devices("cpu")
    assert parse_devices(" CPU:2 ") == Devices("cpu", parts=2)
    assert parse_devices("gpu") == Devices("gpu")
    assert parse_devices("gpu:1, 0") == Devices("gpu", (1, 0))


@pytest.mark.parametrize("text", ["", "tpu", "cpu:0", "cpu:x", "gpu:", "gpu:1,", "gpu:0;1", 3])
def test_other_words_are_refused_with_those_that_are_taken(text: object) -> None:
    with pytest.raises(ConfigError, match=r'TrainConfig\.devices must be "auto".*, got'):
        TrainConfig(devices=text)  # type: ignore[arg-type]


def test_a_gpu_is_named_once() -> None:
    with pytest.raises(ConfigError, match="names GPU 1 twice"):
        parse_devices("gpu:1,0,1")


def test_devices_identify_no_run() -> None:
    assert identifying_values(TrainConfig(devices="cpu:2")) == identifying_values(TrainConfig())
    assert "epochs" in identifying_values(TrainConfig())
