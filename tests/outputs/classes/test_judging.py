"""What classifiers of pictures and texts share: the judge of every epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.data.splits import Splits
from kerasapps.data.texts.examples import TextExamples
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.training import Head
from kerasapps.workflow.experiment import SplitInputs

LABELS = ("a", "b", "c")
TRUTH = (0, 0, 0, 1, 1)


def judging(*, each_epoch: bool = False, tested: bool = False) -> ClassJudging:
    """Five validation examples whose one-hot pixels are the answers 0, 0, 0, 0 and 2."""
    texts = TextExamples(("",) * 5, TRUTH, ("file",) * 5)
    pixels = np.eye(3, dtype=np.float32)[[0, 0, 0, 0, 2]]
    other = np.zeros((2, 3), np.float32)
    fewer = TextExamples(("",) * 2, TRUTH[:2], ("file",) * 2)
    splits: Any = Splits(LABELS, fewer, texts, fewer if tested else texts, None, "fingerprint")
    reading: Any = None
    return ClassJudging(splits, SplitInputs(other, pixels, other), reading, each_epoch=each_epoch)


def make_network() -> keras.Model:
    """Logits are the pixels."""
    given = keras.Input((3,))
    logits = keras.layers.Dense(3, use_bias=False, kernel_initializer="identity")(given)
    return keras.Model(given, logits)


def test_the_judge_of_an_epoch_measures_macro_f1_of_validation_by_the_weights_of_the_day() -> None:
    network = make_network()
    judge = judging().epoch_judge(network)
    assert judge() == pytest.approx((2 * 0.75 / 1.75) / 2)
    network.set_weights([np.roll(np.eye(3, dtype=np.float32), 1, axis=1)])  # 0 → 1, 2 → 0
    assert judge() == pytest.approx((0 + 2 * 0.25 * 0.5 / 0.75) / 2)


@pytest.mark.parametrize("judged", [True, False])
def test_there_is_a_judge_only_where_it_was_asked_for(judged: bool) -> None:
    judge = judging(each_epoch=judged).fit_options(make_network())["judge"]
    assert (judge is not None) == judged
    assert judging().answer.judged.name == "macro-F1"


@pytest.mark.parametrize("tested", [True, False])
def test_a_pretrained_network_has_a_head_to_solve(tested: bool) -> None:
    assert judging().fit_options(make_network())["head"] is None
    given = keras.Input((3,))
    backbone = keras.Sequential([keras.layers.Dense(4)], name="backbone")
    network = keras.Model(given, keras.layers.Dense(3)(backbone(given)))
    head = judging(tested=tested).fit_options(network)["head"]
    # What a model is judged on must not be learnt from.
    assert head == Head(network.layers[-1], count=2, validated=5, may_pool=tested)
