"""A run whose network is the user's goes on with that network, and with no other."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import keras
import pytest

import kerasapps
from kerasapps.config import ExportConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import BundleError, TrainingError
from kerasapps.workflow import publish
from kerasapps.workflow.extension import finished_network
from tests.data.row_samples import columns, write_csv

UNITS = {"hidden": 3}


@keras.saving.register_keras_serializable(package="tests")
class Doubled(keras.layers.Layer):
    def call(self, inputs: Any) -> Any:
        return 2 * inputs


def net(input_shape: dict[str, tuple[int]], num_classes: int) -> keras.Model:
    inputs = {name: keras.Input(shape, name=name) for name, shape in input_shape.items()}
    hidden = keras.layers.Dense(UNITS["hidden"])(keras.layers.Concatenate()([*inputs.values()]))
    return keras.Model(inputs, keras.layers.Dense(num_classes)(Doubled()(hidden)))


def test_a_cut_run_and_a_longer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_csv(tmp_path / "rows.csv", columns(120))

    def train(epochs: int = 1, model: Any = net) -> kerasapps.RecipeResult:
        return kerasapps.train_tabular(
            data,
            model=model,
            output_dir=tmp_path / "run",
            train=TrainConfig(epochs=epochs, precision="float32"),
            export=ExportConfig(quantization=(), saved_model=False),
        )

    with monkeypatch.context() as patch:
        patch.setattr(publish, "judge_network", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train()
    with pytest.raises(TrainingError, match=r"model\.model was 'own:net@"):
        train(model=functools.partial(net))
    monkeypatch.setitem(UNITS, "hidden", 4)
    with pytest.raises(TrainingError, match="network is another one"):
        train()
    monkeypatch.setitem(UNITS, "hidden", 3)
    began = (tmp_path / "run" / "work" / "training" / "checkpoint.npz").stat().st_mtime_ns
    assert began and train().bundle_dir == tmp_path / "run" / "bundle"
    manifest = read_manifest(tmp_path / "run")
    assert manifest.environment["network"] == "the user's own: net"
    assert len(manifest.settings["network"]) == 64

    monkeypatch.setitem(UNITS, "hidden", 4)
    with pytest.raises(TrainingError, match="not the one that was trained"):
        train(2)
    monkeypatch.setitem(UNITS, "hidden", 3)
    assert [row.epoch for row in train(2).history.rows] == [1, 2]

    monkeypatch.delitem(keras.saving.get_custom_objects(), "tests>Doubled")
    with pytest.raises(BundleError, match=r"(?s)'Doubled'.*export --code FILE\.py"):
        finished_network(read_manifest(tmp_path / "run"))
    nets = tmp_path / "doubled_nets.py"
    nets.write_text(
        "import keras\n\n\n"
        '@keras.saving.register_keras_serializable(package="tests")\n'
        "class Doubled(keras.layers.Layer):\n"
        "    def call(self, inputs):\n"
        "        return 2 * inputs\n"
    )
    only = ExportConfig(quantization=("float32",), saved_model=False, tolerance=100)
    (file,) = kerasapps.export_bundle(tmp_path / "run", export=only, code=[nets])
    assert file.name == "float32" and file.passed
