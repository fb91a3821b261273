"""Pruning: how long, what is chosen, and what a run makes of it."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from ai_edge_litert.tools import flatbuffer_utils

import kerasapps
from kerasapps import models
from kerasapps.config import CompressConfig, ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.export.pruning.filters import WeakestFilters
from kerasapps.export.pruning.magnitude import SmallestWeights
from kerasapps.export.pruning.masked import Masked
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.hooks import NO_HOOKS
from kerasapps.training.loop import PhaseLoop
from kerasapps.workflow import prune
from tests.shapes import write_shapes


def test_small_data_take_more_epochs() -> None:
    assert [prune.usual_epochs(steps) for steps in (1, 60, 1000)] == [20, 10, 4]


def test_it_is_trained_on_at_the_rate_of_the_training_and_to_the_end() -> None:
    train = TrainConfig(learning_rate=1e-3, ema=0.9, time_budget=3)
    config = prune.pruning_config(train, epochs=4, pretrained=False)
    assert config.learning_rate == pytest.approx(1e-3)
    assert (config.epochs, config.time_budget, config.ema) == (4, None, None)


def test_filters_are_chosen_where_most_weights_lie_in_such_as_can_go() -> None:
    network = models.cnn(input_shape=(16, 16, 3), num_classes=2, width=0.25)
    unasked, asked = (
        CompressConfig(prune_share=0.5),
        CompressConfig(prune_share=0.5, prune_by="weights"),
    )
    assert isinstance(prune.choose_pruner(network, unasked, model="cnn"), WeakestFilters)
    assert isinstance(prune.choose_pruner(network, asked, model="cnn"), SmallestWeights)


def test_attention_keeps_its_filters() -> None:
    inputs = keras.Input((4, 32))
    x = keras.layers.MultiHeadAttention(2, 16)(inputs, inputs)
    x = keras.layers.LayerNormalization()(x + inputs)
    network = keras.Model(inputs, keras.layers.Dense(2)(x[:, 0]))
    chosen = prune.choose_pruner(network, CompressConfig(prune_share=0.5), model="own")
    assert isinstance(chosen, SmallestWeights)
    with pytest.raises(ConfigError, match=r"own has none that could be followed.*choose weights"):
        prune.choose_pruner(
            network, CompressConfig(prune_share=0.5, prune_by="filters"), model="own"
        )


def test_a_network_without_kernels_is_refused() -> None:
    inputs = keras.Input((3,))
    network = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    with pytest.raises(ConfigError, match="tiny has no kernels that are worth it"):
        prune.choose_pruner(network, CompressConfig(prune_share=0.5), model="tiny")


def test_all_is_gone_when_half_of_the_steps_are_done() -> None:
    inputs = keras.Input((20,))
    network = keras.Model(inputs, keras.layers.Dense(20, name="dense")(inputs))
    masked = Masked(network, SmallestWeights(network))
    fall = prune.Falling(masked, share=0.8, steps=6, per_epoch=4)
    gone = []
    for epoch in range(3):
        fall.on_epoch_begin(epoch)
        for batch in range(4):
            fall.on_train_batch_begin(batch)
            gone.append(float((network.get_layer("dense").kernel.numpy() == 0).mean()))
    assert gone[:7] == sorted(gone[:7])
    assert gone[0] == 0 and gone[5] < 0.8
    assert gone[6:] == [0.8] * 6


def test_a_long_training_is_pruned_fifty_times() -> None:
    shares: list[float] = []
    masked: Any = SimpleNamespace(prune=shares.append)
    fall = prune.Falling(masked, share=0.8, steps=1000, per_epoch=2000)
    for batch in range(1500):
        fall.on_train_batch_begin(batch)
    assert len(shares) == 51 and shares[0] == 0 and shares[-1] == pytest.approx(0.8)


def test_a_network_that_is_built_anew_keeps_the_zeros() -> None:
    def build() -> keras.Model:
        inputs = keras.Input((20,))
        return keras.Model(inputs, keras.layers.Dense(20, name="dense")(inputs))

    network = build()
    pruner = SmallestWeights(network)
    Masked(network, pruner).prune(0.75)
    again = prune.keeping_zeros(build, network, pruner)()
    again.set_weights(network.get_weights())
    again.compile("adam", "mse")
    again.fit(np.ones((8, 20)), np.ones((8, 20)), epochs=3, verbose=0)
    kernel = again.get_layer("dense").kernel.numpy()
    np.testing.assert_array_equal(kernel == 0, network.get_layer("dense").kernel.numpy() == 0)


def test_an_attack_that_was_learnt_has_its_full_radius_while_it_is_pruned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, Any] = {}

    def fit(*_: Any, **options: Any) -> None:
        seen.update(options)
        raise InterruptedError

    def build() -> keras.Model:
        return models.mlp(input_shape=(8, 8, 1), num_classes=3)

    monkeypatch.setattr(prune, "train_on", fit)
    fitting = {"criterion": CLASS_CRITERION, "backbone": None}
    attack = Attack(PixelSpace(0.1), seed=0)
    experiment: Any = SimpleNamespace(
        build=build,
        plan=SimpleNamespace(
            train=TrainConfig(epochs=90, learning_rate=0.1),
            model=ModelConfig(model="mlp"),
            family="dense",
            passes=1.0,
            minutes=4,
        ),
        batches=SimpleNamespace(training=None, validation=None, steps_per_epoch=50),
        judging=SimpleNamespace(
            fit_options=lambda network: fitting,
            splits=SimpleNamespace(fingerprint="0"),
            answer=None,
        ),
        hooks=NO_HOOKS,
        lessons=None,
        attack=attack,
        lesson_attack=attack,
    )
    with pytest.raises(InterruptedError):
        prune.prune(
            build(),
            experiment,
            CompressConfig(prune_share=0.5),
            settings={},
            work=Path(),
            log_dir=Path(),
        )
    learnt = seen["criterion"].attack
    assert (learnt.warm_up, learnt.space.radius) == (1, 0.1)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=20)


def train(shapes: Path, folder: Path, **options: Any) -> kerasapps.RecipeResult:
    compress = {"prune_share": 0.5, "prune_epochs": 4, **options}
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=folder,
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none", image_size=16),
        train=TrainConfig(epochs=3, precision="float32"),
        compress=CompressConfig(**compress),
        export=ExportConfig(quantization=("float16", "int8"), saved_model=False, keep_failed=True),
    )


def zeros_of(file: Path) -> float:
    """The share of zeros in the largest constant of a TFLite file, as its numbers mean them."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(file.read_bytes()))
    tensors = [
        (model.buffers[tensor.buffer].data, tensor)
        for tensor in model.subgraphs[0].tensors
        if model.buffers[tensor.buffer].data is not None
    ]
    data, tensor = max(tensors, key=lambda each: len(each[0]))
    kinds = {1: np.float16, 9: np.int8}
    points = tensor.quantization and tensor.quantization.zeroPoint
    values = np.frombuffer(bytes(data), kinds[tensor.type])
    return float((values == (0 if points is None else points[0])).mean())


@pytest.mark.slow
def test_zeros_reach_every_file_and_make_it_compress(shapes: Path, tmp_path: Path) -> None:
    result = train(shapes, tmp_path / "run", prune_share=0.8, prune_by="weights")
    for artifact in result.artifacts:
        assert artifact.path is not None and artifact.compressed_bytes is not None
        assert zeros_of(artifact.path) > 0.799
        content = artifact.path.read_bytes()
        assert artifact.compressed_bytes == pytest.approx(len(zlib.compress(content)), abs=16)
        assert artifact.compressed_bytes < 0.7 * len(content)
    manifest = json.loads((result.bundle_dir / "bundle.json").read_text())
    assert manifest["artifacts"][0]["compressed_bytes"] == result.artifacts[0].compressed_bytes
    assert "(80.0%)" in manifest["environment"]["pruning"]
    report = (result.bundle_dir / "report.html").read_text()
    assert "compressed</span>" in report


@pytest.mark.slow
def test_a_run_ships_a_network_with_fewer_filters(shapes: Path, tmp_path: Path) -> None:
    whole = models.cnn(input_shape=(16, 16, 3), num_classes=3, width=0.25)
    result = train(shapes, tmp_path / "run")
    assert result.model.count_params() < 0.35 * whole.count_params()
    loaded = keras.saving.load_model(result.bundle_dir / "model.keras")
    assert loaded.count_params() == result.model.count_params()
    (artifact,) = kerasapps.export_bundle(
        tmp_path / "run", export=ExportConfig(quantization=("dynamic",), saved_model=False)
    )
    assert artifact.compressed_bytes is not None and artifact.passed
    with pytest.raises(kerasapps.errors.TrainingError, match=r"train\.epochs was 3, is 5"):
        kerasapps.train_image_classifier(
            shapes,
            output_dir=tmp_path / "run",
            model=ModelConfig(model="cnn", width=0.25),
            image=ImageConfig(augment="none", image_size=16),
            train=TrainConfig(epochs=5, precision="float32"),
            compress=CompressConfig(prune_share=0.5, prune_epochs=4),
            export=ExportConfig(saved_model=False),
        )


@pytest.mark.slow
@pytest.mark.parametrize("by", ["filters", "weights"])
def test_it_goes_on_where_it_was_cut_and_rounding_fills_no_zeros(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    asked = {"prune_by": by, "qat": True, "qat_epochs": 1}
    whole = train(shapes, tmp_path / "whole", **asked)
    real, seen = PhaseLoop._save, list[Any]()

    def cut(loop: Any, **groups: Any) -> None:
        real(loop, **groups)
        seen.append(loop)
        if len(seen) == 5:  # after the second epoch of four in which it is pruned, behind three
            raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(PhaseLoop, "_save", cut)
        with pytest.raises(InterruptedError):
            train(shapes, tmp_path / "cut", **asked)
    resumed = train(shapes, tmp_path / "cut", **asked)
    for mine, theirs in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    if by == "weights":
        kernels = [each for each in resumed.model.get_weights() if each.size > 1000]
        assert [round(float((each == 0).mean()), 2) for each in kernels] == [0.5] * len(kernels)
        assert all(zeros_of(each.path) > 0.499 for each in resumed.artifacts if each.path)
