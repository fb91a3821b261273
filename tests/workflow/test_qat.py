"""Fine-tuning for the int8 file: how long, how slowly, and what it leads to."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.manifest import read_manifest
from kerasapps.training.loop import PhaseLoop
from kerasapps.workflow import better_int8, fine_tuning, qat
from tests.shapes import write_shapes


def test_small_data_take_more_epochs() -> None:
    assert [qat.usual_epochs(steps) for steps in (1, 60, 1000)] == [10, 5, 2]


def test_it_is_trained_on_slowly_and_to_the_end() -> None:
    train = TrainConfig(learning_rate=1e-3, ema=0.9, time_budget=3, precision="bfloat16")
    tuning = qat.tuning_config(train, epochs=4, minutes=None, pretrained=False)
    assert tuning.learning_rate == pytest.approx(1e-4)
    assert (tuning.epochs, tuning.time_budget, tuning.ema) == (4, None, None)
    assert (tuning.precision, tuning.schedule) == ("float32", "cosine")
    averaged = dataclasses.replace(train, ema=None, average_checkpoints=3, early_stopping=5)
    alone = qat.tuning_config(averaged, epochs=4, minutes=None, pretrained=False)
    assert (alone.average_checkpoints, alone.early_stopping) == (1, 0)
    slower = qat.tuning_config(train, epochs=4, minutes=0.5, pretrained=True)
    assert slower.learning_rate == pytest.approx(1e-4 * train.fine_tune_rate)
    assert slower.time_budget == 0.5


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=20)


def train(
    shapes: Path, folder: Path, budget: float | None = None, rounds: int = 2, **options: Any
) -> kerasapps.RecipeResult:
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=folder,
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none", image_size=16),
        train=TrainConfig(epochs=3, time_budget=budget, precision="float32"),
        compress=kerasapps.CompressConfig(qat=True, qat_epochs=rounds),
        export=ExportConfig(quantization=("int8",), saved_model=False, keep_failed=True, **options),
    )


@dataclasses.dataclass
class Kept:
    """What was fine-tuned, and the weights that the trained network had before."""

    tuned: qat.FineTuned
    before: list[np.ndarray]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Kept]:
    found: list[Kept] = []

    def keep(network: Any, *arguments: Any, **options: Any) -> qat.FineTuned:
        before = network.get_weights()
        found.append(Kept(qat.fine_tune(network, *arguments, **options), before))
        return found[-1].tuned

    monkeypatch.setattr(fine_tuning, "fine_tune", keep)
    return found


def test_only_the_int8_file_is_of_the_fine_tuned_network(
    shapes: Path, tmp_path: Path, kept: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(better_int8, "_is_better", lambda *figures: True)
    result = train(shapes, tmp_path / "run")

    (only,) = kept
    for mine, theirs in zip(result.model.get_weights(), only.before, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert np.abs(only.tuned.network.get_weights()[0] - only.before[0]).max() > 0
    (int8,) = result.artifacts
    assert int8.note.startswith("fine-tuned in 2 epochs: accuracy on the validation split")
    (told,) = read_manifest(result.bundle_dir).artifacts
    assert told["note"] == int8.note
    learnt: Any = only.tuned.judging
    assert int8.path is not None
    scales = activation_scales(int8.path.read_bytes())
    expected = (learnt.learnt.ranges[:, 1] - learnt.learnt.ranges[:, 0]) / 255
    found = [np.any(np.isclose(scales, scale, rtol=1e-4)) for scale in expected]
    # The last is in logits, which the temperature changes.
    assert len(found) > 3 and all(found[:-1])
    # The rounded network is what the file computes.
    pictures = learnt.inputs.test
    scores = learnt.answering_network(only.tuned.rounded).predict(pictures, verbose=0)
    given = np.stack([TFLiteModel(int8.path).scores(each) for each in pictures])
    assert np.abs(scores - given).max() < 0.05


@pytest.mark.slow
def test_what_the_time_budget_cuts_is_told_as_long_as_it_was(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(better_int8, "_is_better", lambda *figures: True)
    (int8,) = train(shapes, tmp_path / "run", budget=0.1, rounds=100).artifacts
    told = re.match(r"fine-tuned in (\d+) epochs?: accuracy", int8.note)
    assert told is not None and 1 <= int(told[1]) < 100, int8.note


@pytest.mark.slow
def test_it_goes_on_where_it_was_cut(
    shapes: Path, tmp_path: Path, kept: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(shapes, tmp_path / "whole")
    real, seen = PhaseLoop._save, list[Any]()

    def cut(loop: Any, **groups: Any) -> None:
        real(loop, **groups)
        seen.append(loop)
        if len(seen) == 4:  # after the first epoch of two that are fine-tuned, behind three
            raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(PhaseLoop, "_save", cut)
        with pytest.raises(InterruptedError):
            train(shapes, tmp_path / "cut")
    train(shapes, tmp_path / "cut")
    whole, resumed = (each.tuned.network.get_weights() for each in kept)
    for mine, theirs in zip(resumed, whole, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def activation_scales(content: bytes) -> np.ndarray:
    """Scales of the int8 activations of a file."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return np.array(
        [
            tensor.quantization.scale[0]
            for tensor in model.subgraphs[0].tensors
            if tensor.type == schema.TensorType.INT8
            and tensor.quantization is not None
            and tensor.quantization.scale is not None
        ]
    )
