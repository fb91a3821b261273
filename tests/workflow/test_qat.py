"""Fine-tuning for the int8 file: how long, how slowly, and what it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.training.loop import PhaseLoop
from kerasapps.workflow import publish, qat
from tests.shapes import write_shapes


def test_small_data_take_more_epochs() -> None:
    assert [qat.usual_epochs(steps) for steps in (1, 60, 1000)] == [10, 5, 2]


def test_it_is_trained_on_slowly_and_to_the_end() -> None:
    train = TrainConfig(learning_rate=1e-3, ema=0.9, time_budget=3, precision="bfloat16")
    tuning = qat.tuning_config(train, epochs=4, pretrained=False)
    assert tuning.learning_rate == pytest.approx(1e-4)
    assert (tuning.epochs, tuning.time_budget, tuning.ema) == (4, None, None)
    assert tuning.precision == "float32"
    slower = qat.tuning_config(train, epochs=4, pretrained=True)
    assert slower.learning_rate == pytest.approx(1e-4 * train.fine_tune_rate)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=20)


def train(shapes: Path, folder: Path, **options: Any) -> kerasapps.RecipeResult:
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=folder,
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none", image_size=16),
        train=TrainConfig(epochs=3, precision="float32"),
        compress=kerasapps.CompressConfig(qat=True, qat_epochs=2),
        export=ExportConfig(quantization=("int8",), saved_model=False, keep_failed=True, **options),
    )


@pytest.mark.slow
def test_the_int8_file_of_a_run_has_the_ranges_that_it_learnt(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned: list[qat.FineTuned] = []

    def keep(*arguments: Any, **options: Any) -> qat.FineTuned:
        tuned.append(qat.fine_tune(*arguments, **options))
        return tuned[-1]

    monkeypatch.setattr(publish, "fine_tune", keep)
    result = train(shapes, tmp_path / "run")

    (int8,) = result.artifacts
    assert int8.agreement is not None and int8.agreement > 0.9
    learnt: Any = tuned[0].experiment.judging
    assert int8.path is not None
    scales = activation_scales(int8.path.read_bytes())
    expected = (learnt.learnt.ranges[:, 1] - learnt.learnt.ranges[:, 0]) / 255
    found = [np.any(np.isclose(scales, scale, rtol=1e-4)) for scale in expected]
    # The last is in logits, which the temperature changes.
    assert len(found) > 3 and all(found[:-1])
    np.testing.assert_array_equal(result.model.get_weights()[0], tuned[0].network.get_weights()[0])


@pytest.mark.slow
def test_it_goes_on_where_it_was_cut(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(shapes, tmp_path / "whole")
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
    resumed = train(shapes, tmp_path / "cut")
    for mine, theirs in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
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
