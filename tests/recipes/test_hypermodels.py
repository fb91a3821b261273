"""What networks that keras-tuner searches minimise, and what is counted beside it."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.models import TranslatorShape
from kerasapps.recipes import hypermodels
from kerasapps.tuning import hypermodel


def test_a_translators_padding_counts_for_nothing() -> None:
    sizes = {"source_vocabulary": 9, "target_vocabulary": 9, "max_source": 6, "max_target": 6}
    shape = TranslatorShape(**sizes, joint=True, width=0.25, depth=0.5)
    searched = hypermodel("translation", models="transformer", shape=shape, fixed=("width",))
    assert {"learning_rate", "label_smoothing", "depth"} <= set(searched.space.values)
    assert "width" not in searched.space.values
    assert searched.build(searched.space).loss is not None
    loss, metric = hypermodels._of_pieces(0.0)
    following = np.array([[5, 6, 0], [7, 0, 0]], np.float32)  # as Keras casts targets
    logits = np.zeros((2, 3, 9), np.float32)
    logits[0, 0, 5] = 50.0
    assert float(loss(following, logits)) == pytest.approx(2 / 3 * np.log(9))
    metric.update_state(following, logits)
    metric.update_state(following[:1, :1], logits[:1, :1])
    assert float(metric.result()) == pytest.approx(2 / 4) and metric.name == "accuracy"
