"""Presets that there are, and how soon the others are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasapps.config.presets import check_preset, preset_names
from kerasapps.errors import ConfigError


def refusal(name: str, *, option: str = "ModelConfig.model") -> str:
    with pytest.raises(ConfigError) as caught:
        check_preset(name, option=option)
    return str(caught.value)


def test_names_addresses_and_paths_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "net.keras").touch()
    for name in (
        "bert_tiny_en_uncased",
        "efficientnet_lite0_ra_imagenet",
        "kaggle://a/b",
        "hf://a/b",
        "modelscope://a/b",
        "gs://a/b",
        "mine",
        "./mine",
        "net.keras",
        str(tmp_path),
    ):
        check_preset(f"preset:{name}")


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    words = refusal("preset:bert_tiny_en_uncasd", option="TuneConfig.models")
    assert words.startswith(
        "TuneConfig.models 'preset:bert_tiny_en_uncasd' is not known. "
        "Did you mean 'preset:bert_tiny_en_uncased'"
    )
    assert "keras.io/keras_hub/presets" in words
    # Of a beginning, names that go on from it.
    assert "Did you mean 'preset:efficientnet_lite0_ra_imagenet'? It" in refusal(
        "preset:efficientnet_lite0"
    )
    assert refusal("preset:xyzzy" * 4).count("Did you mean") == 0
    assert refusal("preset:resnet").count(" or 'preset:resnet") == 2  # of many
    assert "is not known" in refusal("preset:https://keras.io")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("preset:", "names no preset"),
        ("preset:/no/such/place", "there is no file or folder '/no/such/place'"),
        ("preset:./nowhere", "there is no file or folder './nowhere'"),
        ("preset:~/no/such/place", "there is no file or folder"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(name: str, words: str) -> None:
    assert words in refusal(name)


def test_a_pipe_is_no_preset(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")
    for place in (tmp_path, tmp_path / "config.json"):
        assert "it is a named pipe" in refusal(f"preset:{place}")


def test_without_keras_hub_nothing_is_known_to_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.config.presets.preset_names", frozenset)
    check_preset("preset:anything")


def test_looking_up_a_name_imports_nothing_heavy_and_takes_no_second() -> None:
    program = """
import sys, time
from kerasapps.config.presets import preset_names
began = time.process_time()
print(len(preset_names()), "bert_tiny_en_uncased" in preset_names())
heavy = {"keras", "tensorflow", "keras_hub"} & set(sys.modules)
print(time.process_time() - began, sorted(heavy))
"""
    command = [sys.executable, "-c", program]
    first, second = subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    number, known = first.split()
    assert int(number) > 400 and known == "True"
    seconds, _, loaded = second.partition(" ")
    assert float(seconds) < 1 and loaded == "[]"


@pytest.mark.slow  # imports KerasHub; a name that it has and we do not would be refused
def test_the_names_are_those_of_keras_hub() -> None:
    import keras_hub
    from keras_hub.src.utils.preset_utils import BUILTIN_PRESETS

    assert keras_hub.__version__ and preset_names() == BUILTIN_PRESETS.keys()
