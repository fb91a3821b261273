"""What an untrained network's file weighs, and that equal networks are converted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import ImageConfig, ModelConfig
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION as TASK
from kerasapps.workflow.order import take_order
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.weighing import Scales
from tests.shapes import write_shapes


def test_equal_networks_are_converted_once_and_the_test_split_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_shapes(tmp_path / "shapes", per_class=12)
    options = {
        **TASK.defaults,
        "model": ModelConfig(model="resnet8"),
        "image": ImageConfig(image_size=16),
    }
    order = take_order(
        TASK, data, validation_data=None, test_data=None, tune=None, **options
    )  # fmt: skip
    splits = read_splits(TASK, order.data, order.options, tmp_path / "work")
    scales = Scales.of(order, splits, name="int8", folder=tmp_path / "sizes")
    assert len(scales.splits.test) == len(splits.validation)
    assert set(scales.splits.test.contents) == set(splits.validation.contents)
    narrow = scales.weigh(0.5)
    # 20,290 weights of a byte each (with 10 classes), and what a file says of itself.
    assert 20_000 < narrow < 40_000
    monkeypatch.setattr(Scales, "_converted", lambda *arguments: 99_999)
    assert scales.weigh(0.525) == narrow
    assert scales.weigh(1.0) == 99_999
