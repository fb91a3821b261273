"""What a network of the user's is called in a run, what it refuses, and how trials get it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import pytest

from kerasapps.config import ModelConfig, TrainConfig, TuneConfig
from kerasapps.config.own import OwnNetwork, own_title
from kerasapps.errors import ConfigError
from kerasapps.models.own_source import live
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TRANSLATION
from kerasapps.workflow import own
from kerasapps.workflow.command import command_line
from kerasapps.workflow.options import collect_options, describe_options
from kerasapps.workflow.own import check_own, named_network, sent
from kerasapps.workflow.search.own import (
    _asked_for,
    stored_network,
    with_stored_network,
    with_trial,
)
from kerasapps.workflow.settings import describe_run, identity_of


def net(input_shape: tuple[int, ...] = (2,), num_classes: int = 2) -> keras.Model:
    return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(num_classes)])


def build(hp: Any) -> keras.Model:
    hp.Boolean("deep")
    with hp.conditional_scope("deep", [True]):
        hp.Int("layers", 2, 4)
    return net()


def options_for(model: Any, **train: Any) -> dict[str, Any]:
    defaults = dict(IMAGE_CLASSIFICATION.defaults)
    given = {**defaults, "model": model, "train": TrainConfig(**train)}
    return dict(collect_options(IMAGE_CLASSIFICATION, **given))


def test_equal_networks_have_one_name_and_others_another(tmp_path: Path) -> None:
    assert named_network(net()) == named_network(net())
    assert named_network(net()) != named_network(net(num_classes=3))
    assert named_network(net) != named_network(lambda input_shape, num_classes: None)
    file = tmp_path / "own_named.py"
    file.write_text("import keras\nclass Hyper:\n    def build(self, hp):\n        return 1\n")
    hyper = named_network(f"{file}:Hyper")
    assert own_title(hyper) == "Hyper" and live(hyper.source).build(None) == 1
    assert named_network("cnn") == "cnn" and named_network(3) == 3
    with pytest.raises(ConfigError, match="has no 'lost'"):
        named_network(f"{file}:lost")
    with pytest.raises(ConfigError, match="model= is the class Sequential: give a network that"):
        named_network(keras.Sequential)
    for text in (str(file), f"{file}:Hyper "):
        with pytest.raises(ConfigError, match=r"names no network: one of your own is FILE.py:NAME"):
            IMAGE_CLASSIFICATION.architectures.check(text)


def test_tensorflow_starts_in_silence_before_a_file_imports_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own_silent.py"
    file.write_text("import kerasapps.workflow.own as own\nown.order.append('file')\nnet = len\n")
    order: list[str] = []
    monkeypatch.setattr(own, "order", order, raising=False)
    monkeypatch.setattr(own, "start_tensorflow", lambda load: order.append("TensorFlow"))
    named_network(f"{file}:net")
    assert order == ["TensorFlow", "file"]


def test_options_hold_the_name_and_stay_json() -> None:
    options = options_for(net)
    settings = describe_run("photos", options)
    name = json.loads(json.dumps(settings))["model"]["model"]
    assert name == options["model"].model and name.startswith("own:net@")
    assert settings["run"] == "photos-net"
    assert "--model FILE.py:net" in command_line(IMAGE_CLASSIFICATION, "photos", options)
    later = {**settings, "network": "0", "fingerprint": "1"}
    assert identity_of(later) == identity_of(settings)
    with pytest.raises(ConfigError, match="give the network itself"):
        options_for(name)


@pytest.mark.parametrize(
    ("model", "train", "tune", "said"),
    [
        (net(), {"precision": "bfloat16"}, None, "was built in float32"),
        (net, {"dropout": 0.1}, None, "dropout cannot change net"),
        (net, {}, TuneConfig(models=("cnn", "vit")), "chooses among architectures of kerasapps"),
        ("cnn", {}, TuneConfig(models=("cnn", "nets.py:f")), "searched alone"),
    ],
)
def test_what_belongs_to_our_networks_is_refused(
    model: Any, train: dict[str, Any], tune: TuneConfig | None, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        check_own(options_for(model, **train), tune)


def test_sizes_are_refused_and_the_command_line_looks_before_it_imports(tmp_path: Path) -> None:
    ours = IMAGE_CLASSIFICATION.architectures
    own = named_network(net)
    with pytest.raises(ConfigError, match="width cannot change"):
        ours.check_sizes(ModelConfig(model=own, width=2))
    file = tmp_path / "own_seen.py"
    file.write_text("raise SystemExit\ndef my_net(a, b): ...\n")
    ours.check(f"{file}:my_net")
    with pytest.raises(ConfigError, match="At its top level stand: my_net"):
        ours.check(f"{file}:other")
    with pytest.raises(ConfigError, match=r"lost\.py cannot be read"):
        TRANSLATION.architectures.check(f"{tmp_path}/lost.py:f")
    assert "FILE.py:NAME" in ours.help


def test_trials_get_what_can_be_sent(tmp_path: Path) -> None:
    by_name = sent(named_network(net), net, tmp_path)
    assert by_name.source.kind == "pickle" and live(by_name.source) is net
    options = {"model": ModelConfig(model=by_name)}
    plain = json.loads(json.dumps({"o": describe_options(options), "n": stored_network(by_name)}))
    read = {"model": ModelConfig(**plain["o"]["model"])}
    again = with_stored_network(read, plain["n"])["model"].model
    assert isinstance(again, OwnNetwork) and again == by_name and live(again.source) is net
    saved = sent(named_network(lambda input_shape, num_classes: net()), net, tmp_path)
    assert saved.source.kind == "model" and live(saved.source).output_shape == (None, 2)
    with pytest.raises(ConfigError, match="Put it into a file"):
        sent(named_network(lambda hp: net()), net, tmp_path)


def test_a_search_learns_all_that_is_asked_for_and_a_trial_gets_its_values() -> None:
    own = named_network(build)
    space, first = _asked_for(own, lambda each: build(each.hp))
    assert first.output_shape == (None, 2) and space is not None
    assert [hp.name for hp in space.space] == ["network/deep", "network/layers"]
    assert space.space[1].conditions[0].name == "network/deep"
    values = {"network/deep": True, "network/layers": 3, "learning_rate": 0.1}
    changed = with_trial({"model": ModelConfig(model=own), "train": TrainConfig()}, values)
    assert changed["train"].learning_rate == 0.1
    assert changed["model"].model == f"{own}(deep=True, layers=3)"
    assert changed["model"].model.values == {"deep": True, "layers": 3}
