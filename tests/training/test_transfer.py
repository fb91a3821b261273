"""Transfer learning: what is frozen, what it costs, how fast each stage learns."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.start import Start
from kerasapps.training import transfer
from kerasapps.training.optimizers import make_optimizer
from kerasapps.training.step import Stepper
from tests.training.small import Silent, make_backbone, make_model, train, training_batches


def backward_convolutions(model):
    """How many kernel gradients of convolutions the compiled step computes."""
    config = TrainConfig()
    stepper = Stepper(
        model, make_optimizer(config), config=config, xla=False, criterion=CLASS_CRITERION
    )
    graph = stepper._train.get_concrete_function(
        iter(training_batches(Start())), tf.constant([0.1, 0.0])
    ).graph
    functions = [graph, *(f.graph for f in graph._functions.values())]
    return sum(op.type == "Conv2DBackpropFilter" for g in functions for op in g.get_operations())


def test_a_frozen_backbone_has_no_backward_pass():
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    transfer.freeze(backbone)
    assert backward_convolutions(model) == 0
    transfer.unfreeze(backbone)
    assert backward_convolutions(model) == 2


def test_batch_norm_stays_frozen_when_the_backbone_learns():
    backbone = make_backbone()
    transfer.freeze(backbone)
    transfer.unfreeze(backbone)
    assert {v.path for v in backbone.trainable_variables} == {
        "first/kernel",
        "first/bias",
        "second/kernel",
        "second/bias",
    }


def test_tokens_keep_their_vectors_when_an_encoder_learns():
    ids = keras.Input((4,), dtype="int32")
    tokens = keras.layers.Embedding(9, 3, name="tokens")
    encoder = keras.Model(ids, keras.layers.Dense(2, name="dense")(tokens(ids)))
    transfer.freeze(encoder)
    transfer.unfreeze(encoder)
    assert {v.path for v in encoder.trainable_variables} == {"dense/kernel", "dense/bias"}
    factors = transfer.layer_multipliers(encoder, decay=0.5)
    assert set(factors) == {"dense/kernel", "dense/bias"} and set(factors.values()) == {1.0}


def test_the_first_fifth_of_the_convolutions_stays_as_it_is():
    layers = [keras.layers.Conv2D(2, 1, name=f"conv_{index}") for index in range(9)]
    layers.insert(1, keras.layers.DepthwiseConv2D(1, name="depthwise"))
    backbone = keras.Sequential([keras.Input((2, 2, 2)), *layers])
    transfer.freeze(backbone)
    transfer.unfreeze(backbone)
    frozen = [layer.name for layer in layers if not layer.trainable]
    assert frozen == ["conv_0", "depthwise"]
    assert "conv_0/kernel" not in transfer.layer_multipliers(backbone, decay=0.5)


def test_stages_slow_down_towards_the_input():
    layers = [keras.layers.Dense(2, name=f"dense_{index}") for index in range(14)]
    inner = keras.Sequential([keras.Input((2,)), *layers[:7]], name="inner")
    backbone = keras.Sequential([keras.Input((2,)), inner, *layers[7:]])
    factors = transfer.layer_multipliers(backbone, decay=0.5)
    expected = [0.5 ** (6 - index // 2) for index in range(14)]
    assert [factors[layer.kernel.path] for layer in layers] == expected
    assert [factors[layer.bias.path] for layer in layers] == expected
    assert set(transfer.layer_multipliers(backbone, decay=1.0).values()) == {1.0}


def test_fewer_layers_than_stages_differ_by_one_stage_each():
    assert transfer.layer_multipliers(make_backbone(), decay=0.5)["first/kernel"] == 0.25


class Watcher(Silent):
    """Notes the backbone's first kernel and moving mean, and the logits, after every epoch."""

    def __init__(self, model):
        super().__init__()
        backbone = model.get_layer("backbone")
        norm = backbone.get_layer("norm")
        self.watched = [
            backbone.get_layer("first").kernel,
            norm.moving_mean,
            norm.gamma,
            model.get_layer("logits").kernel,
        ]
        self.seen = [self.values()]

    def values(self):
        return [variable.numpy() for variable in self.watched]

    def epoch(self, row, *, best):
        super().epoch(row, best=best)
        self.seen.append(self.values())


def test_head_first_then_everything_but_batch_norm(tmp_path):
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    watcher = Watcher(model)
    config = TrainConfig(epochs=3, head_epochs=2, learning_rate=0.01, schedule="constant", warmup=0)
    _, history = train(tmp_path, config, model=model, backbone=backbone, reporter=watcher)

    assert [row.phase for row in history.rows] == ["head", "head", "fine-tune"]
    rates = [row.learning_rate for row in history.rows]
    assert rates == pytest.approx([0.01, 0.01, 0.001])
    start, _, head, tuned = watcher.seen
    changed = [not np.array_equal(a, b) for a, b in zip(start, head, strict=True)]
    assert changed == [False, False, False, True]
    changed = [not np.array_equal(a, b) for a, b in zip(head, tuned, strict=True)]
    assert changed == [True, False, False, True]


def test_patience_counts_the_epochs_of_the_current_phase(tmp_path):
    """The head is never stopped early, and what it reached does not count afterwards."""
    figures = iter([90.0, 80.0, 70.0, 10.0, 30.0, 20.0, 25.0, 99.0])
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    config = TrainConfig(epochs=12, head_epochs=3, monitor="macro_f1", early_stopping=2)
    _, history = train(
        tmp_path, config, model=model, backbone=backbone, judge=lambda: next(figures)
    )
    assert [row.phase for row in history.rows] == ["head"] * 3 + ["fine-tune"] * 4
    assert (history.stopped, history.best_epoch) == ("early stopping", 1)


def test_layers_get_their_own_trainability_back(tmp_path):
    backbone = make_backbone()
    backbone.get_layer("second").trainable = False
    model = make_model(backbone, training=False)
    before = [v.path for v in model.trainable_variables]
    config = TrainConfig(epochs=2, head_epochs=1)
    train(tmp_path, config, model=model, backbone=backbone)
    assert [v.path for v in model.trainable_variables] == before


def test_resume_in_either_phase_is_exact(tmp_path):
    config = TrainConfig(epochs=3, head_epochs=1, ema=0.9)

    def run(folder, reporter):
        keras.utils.set_random_seed(0)
        backbone = make_backbone()
        model = make_model(backbone, training=False)
        return train(tmp_path / folder, config, model=model, backbone=backbone, reporter=reporter)

    reference, _ = run("whole", Silent())
    for interrupted in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            run("parts", Silent(interrupt_after=interrupted))
    parts, history = run("parts", Silent())
    assert [row.phase for row in history.rows] == ["head", "fine-tune", "fine-tune"]
    for first, second in zip(reference.get_weights(), parts.get_weights(), strict=True):
        assert np.array_equal(first, second)
