"""A head that is solved: what it learns from, what it is judged by, and what follows it."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.models import linear_head
from kerasapps.training import Hooks, Runtime, clock, head, head_phase
from kerasapps.training.head import Head
from kerasapps.training.history import Fitted
from kerasapps.training.softmax_regression import Examples, cross_entropy
from tests.training.small import (
    BATCH,
    COUNT,
    STEPS,
    Silent,
    make_backbone,
    make_examples,
    make_model,
    train,
    training_batches,
)
from tests.values import kinds_of

EXAMPLES = BATCH * STEPS
HEAD = TrainConfig(epochs=1)


class Source:
    """Training batches, and how many of them were read."""

    def __init__(self, weights=None):
        self.read = 0
        self.weights = weights

    def __call__(self, start):
        def counted(x, y):
            tf.py_function(self.count, [], [])
            return (x, y) if self.weights is None else (x, y, tf.linalg.matvec(y, self.weights))

        return training_batches(start).map(counted)

    def count(self):
        self.read += 1


def pretrained():
    keras.utils.set_random_seed(0)
    return make_model(make_backbone(), training=False)


def unchanged(weights=None):
    examples = tf.data.Dataset.from_tensor_slices(make_examples(EXAMPLES, seed=0)).batch(BATCH)
    if weights is None:
        return examples
    return examples.map(lambda x, y: (x, y, tf.linalg.matvec(y, weights)))


def fit(folder, config, *, model=None, validated=2 * BATCH, may_pool=True, **changes):
    model = model or pretrained()
    solved = Head(model.get_layer("logits"), EXAMPLES, validated, may_pool)
    arguments = {"backbone": model.get_layer("backbone"), "unchanged": unchanged()}
    return train(folder, config, model=model, head=solved, **arguments | changes)


def answers(model, seed=1, count=2 * BATCH):
    images, targets = make_examples(count, seed=seed)
    return model(images, training=False).numpy(), targets


def test_the_first_row_is_of_the_solved_head(tmp_path):
    model = pretrained()
    before = [weight.numpy() for weight in model.get_layer("backbone").weights]
    _, history = fit(tmp_path, HEAD, model=model)
    (row,) = history.rows
    assert (row.phase, row.epoch, row.learning_rate) == ("head", 1, 0.0)
    assert (history.stopped, history.best_epoch) == ("epochs", 1)
    for weight, array in zip(model.get_layer("backbone").weights, before, strict=True):
        assert np.array_equal(weight, array)
    logits, targets = answers(model)
    assert row.val_loss == pytest.approx(cross_entropy(logits, targets), rel=1e-3)
    right = (logits.argmax(1) == targets.argmax(1)).mean()
    assert row.val_figure == pytest.approx(right)
    assert right > 0.8
    logits, targets = answers(model, seed=0, count=EXAMPLES)
    assert row.loss == pytest.approx(cross_entropy(logits, targets), rel=1e-3)
    assert row.figure == pytest.approx((logits.argmax(1) == targets.argmax(1)).mean())


def test_fine_tuning_follows(tmp_path):
    model = pretrained()
    before = model.get_layer("backbone").get_layer("first").kernel.numpy()
    _, history = fit(tmp_path, TrainConfig(epochs=3), model=model)
    assert [row.phase for row in history.rows] == ["head", "fine-tune", "fine-tune"]
    assert history.rows[1].loss < np.log(COUNT)
    best_is_frozen = np.array_equal(model.get_layer("backbone").get_layer("first").kernel, before)
    assert best_is_frozen == (history.best_epoch == 1)


@pytest.mark.parametrize(
    ("options", "phases"),
    [
        ({"epochs": 5, "fine_tune_rate": 0.0}, ["head"]),
        ({"epochs": 2, "head_epochs": 0}, ["fine-tune"] * 2),
        ({"epochs": 1, "head_epochs": 0}, ["fine-tune"]),
        ({"epochs": 2, "head_epochs": 3}, ["head", "fine-tune"]),
    ],
)
def test_phases(tmp_path, options, phases):
    _, history = fit(tmp_path, TrainConfig(**options))
    assert [row.phase for row in history.rows] == phases


def test_without_the_examples_as_they_are_the_head_is_trained_in_epochs(tmp_path):
    _, history = fit(tmp_path, TrainConfig(epochs=2, head_epochs=1), unchanged=None)
    assert history.rows[0].learning_rate > 0


def test_a_head_is_solved_on_batches_without_mixtures(tmp_path):
    usual, single = Source(), Source()
    fit(tmp_path, HEAD, batches=usual, unmixed=single)
    assert usual.read == 0 < single.read
    fit(tmp_path / "longer", TrainConfig(epochs=2), batches=usual, unmixed=single)
    assert usual.read > 0


@pytest.fixture
def solved_on(monkeypatch):
    """How many changed examples each head was solved on: a busy machine reads more ahead."""
    counts = []

    def counted(*given):
        examples = changed(*given)
        counts.append(len(examples))
        return examples

    changed = head._changed
    monkeypatch.setattr(head, "_changed", counted)
    return counts


@pytest.mark.parametrize(("copies", "passes"), [(None, 5), (1, 1), (2, 2)])
def test_each_copy_is_a_pass(tmp_path, solved_on, copies, passes):
    fit(tmp_path, dataclasses.replace(HEAD, head_epochs=copies))
    assert solved_on == [passes * EXAMPLES]


@pytest.mark.parametrize(("count", "copies"), [(10, 5), (500, 4), (1999, 2), (2000, 1), (9999, 1)])
def test_few_examples_are_copied(count, copies):
    assert Head(None, count, 100, True).copies == copies


def test_no_more_examples_than_fit(tmp_path, monkeypatch, solved_on):
    monkeypatch.setattr(head, "MOST_EXAMPLES", 2 * BATCH)
    fit(tmp_path, HEAD)
    assert solved_on == [2 * BATCH]


def test_time_that_is_over_ends_the_reading(tmp_path):
    source = Source()
    fit(tmp_path, TrainConfig(time_budget=0.01, head_epochs=1000), batches=source)
    assert source.read < 1000 * STEPS


def test_the_head_has_a_third_of_the_time_and_reads_in_most_of_it(tmp_path, monkeypatch):
    seconds, late = [0.0], []
    monkeypatch.setattr(clock.time, "monotonic", lambda: seconds[0])

    def planted(task):
        for seconds[0] in (15.9, 16.1, 19.9, 20.1):
            late.append((task.is_late(head._READING), task.is_late(1.0)))
        seconds[0] = 61.0
        return Fitted(1.0, 0.5, 1.0, 0.5)

    monkeypatch.setattr(head_phase, "fit_head", planted)
    _, history = fit(tmp_path, TrainConfig(time_budget=1.0))
    assert late == [(False, False), (True, False), (True, False), (True, True)]
    assert (history.stopped, len(history.rows)) == ("time budget", 1)


@pytest.mark.parametrize("validated", [2 * BATCH, 29])
def test_a_head_is_solved_as_long_as_there_is_time(tmp_path, monkeypatch, validated):
    """It is there in any case, but each further penalty and step takes time."""
    asked = []

    def late(self, since=0.0):
        asked.append(since)
        return 1.0

    whole = pretrained()
    fit(tmp_path / "whole", HEAD, model=whole, validated=validated)
    monkeypatch.setattr(clock.Clock, "share", late)
    hasty = pretrained()
    _, history = fit(tmp_path / "hasty", HEAD, model=hasty, validated=validated)
    kernels = [np.abs(model.get_layer("logits").kernel).sum() for model in (whole, hasty)]
    assert 0 < kernels[1] < kernels[0] and np.isfinite(history.rows[0].val_loss)
    assert len(asked) < 6


def test_few_examples_keep_the_backbone_and_are_all_learnt_from(tmp_path):
    model, other = pretrained(), pretrained()
    _, history = fit(tmp_path / "few", TrainConfig(), model=model, validated=14)
    assert [row.phase for row in history.rows] == ["head"]
    fit(tmp_path / "apart", TrainConfig(), model=other, validated=14, may_pool=False)
    logits, targets = answers(model)
    elsewhere, _ = answers(other)
    # It has seen the validation examples, so its loss there is lower than that of one which has
    # not, and than what cross-validation says of it.
    loss = cross_entropy(logits, targets)
    assert loss < cross_entropy(elsewhere, targets)
    assert loss < history.rows[0].val_loss
    assert len(history.rows) == 1


def test_few_examples_that_may_not_be_learnt_from_only_judge(tmp_path):
    model, history = fit(tmp_path, TrainConfig(), validated=14, may_pool=False)
    logits, targets = answers(model)
    (row,) = history.rows
    assert row.val_loss == pytest.approx(cross_entropy(logits, targets), rel=1e-3)


@pytest.mark.parametrize(
    ("validated", "options", "keeps"),
    [
        (14, {}, True),
        (15, {}, False),
        (14, {"epochs": 2}, False),
        (14, {"time_budget": 1}, False),
        (14, {"head_epochs": 0}, False),
        (14, {"head_epochs": 2}, True),
    ],
)
def test_when_the_backbone_is_kept(validated, options, keeps):
    assert Head(None, 100, validated, True).keeps_backbone(TrainConfig(**options)) == keeps


@pytest.mark.parametrize(
    ("count", "validated", "few"),
    [(100, 29, True), (100, 30, False), (10_000, 14, True), (10_001, 14, False)],
)
def test_few_validation_examples_are_few_beside_not_too_many_others(count, validated, few):
    """Five folds of very many would take minutes, and a backbone can learn from them."""
    solved = Head(None, count, validated, True)
    assert solved.is_cross_validated is few
    assert solved.keeps_backbone(TrainConfig()) == (few and validated < 15)


def test_epochs_that_are_asked_for_are_trained_with_few_examples_too(tmp_path):
    _, history = fit(tmp_path, TrainConfig(epochs=2), validated=29)
    assert [row.phase for row in history.rows] == ["head", "fine-tune"]


def test_weights_of_classes_count(tmp_path):
    weights = tf.constant([20.0, 1.0, 1.0])
    plain, _ = fit(tmp_path / "plain", HEAD)
    changes = {"batches": Source(weights), "unchanged": unchanged(weights)}
    for validated in (2 * BATCH, 29):
        model = pretrained()
        fit(
            tmp_path / str(validated),
            TrainConfig(epochs=1),
            model=model,
            validated=validated,
            **changes,
        )
        shift = answers(model)[0] - answers(plain)[0]
        assert (shift[:, 0] - shift[:, 1:].mean(1)).mean() > 0.1


def test_weights_of_others_are_those_of_their_class():
    eye = np.eye(2, dtype=np.float32)
    others = Examples(np.zeros((3, 1), "f"), eye[[0, 0, 1]], np.array([3, 3, 0.5], "f"))
    examples = Examples(np.ones((2, 1), "f"), eye[[1, 0]], np.ones(2, "f"))
    weighted = head._weighted_like(examples, others, factor=2.0)
    assert weighted.weights.tolist() == [1.0, 6.0]
    assert weighted.weights.dtype == np.float32


def test_smoothed_targets_make_softer_answers(tmp_path):
    plain, _ = fit(tmp_path / "plain", HEAD)
    soft, history = fit(tmp_path / "soft", dataclasses.replace(HEAD, label_smoothing=0.3))
    assert np.ptp(answers(soft)[0], axis=1).mean() < 0.9 * np.ptp(answers(plain)[0], axis=1).mean()
    logits, targets = answers(soft, seed=0, count=EXAMPLES)
    smoothed = targets * 0.7 + 0.3 / COUNT
    assert history.rows[0].loss == pytest.approx(cross_entropy(logits, smoothed), rel=1e-3)


def test_the_head_is_not_solved_again_after_a_kill(tmp_path):
    config = TrainConfig(epochs=2, ema=0.9)
    reference, _ = fit(tmp_path / "whole", config)
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "parts", config, reporter=Silent(interrupt_after=1))
    firsts = []

    def batches(start):
        firsts.append(start.epoch)
        return training_batches(start)

    parts, history = fit(tmp_path / "parts", config, batches=batches)
    assert firsts == [1]
    assert [row.phase for row in history.rows] == ["head", "fine-tune"]
    for one, other in zip(reference.get_weights(), parts.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_a_solved_head_has_metrics_of_validation_and_callbacks_may_end_with_it(tmp_path, capsys):
    heard = []

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            heard.append((epoch, logs["val_brier"], float(self.model.optimizer.learning_rate)))
            self.model.stop_training = True

    brier = keras.metrics.MeanSquaredError(name="brier")
    hooks = Hooks(metrics=[brier], callbacks=[Stop()], optimizer=keras.optimizers.SGD(0.25))
    model, history = fit(tmp_path, TrainConfig(), validated=14, hooks=hooks)
    assert history.stopped == "the callback Stop" and [row.phase for row in history.rows] == [
        "head"
    ]
    logits, targets = answers(model)
    expected = np.mean((tf.nn.softmax(logits).numpy() - targets) ** 2)
    assert history.rows[0].metrics == {
        "brier": None,
        "val_brier": pytest.approx(expected, rel=1e-4),
    }
    assert heard == [(0, history.rows[0].metrics["val_brier"], 0.25)]
    assert "SGD is not used: the head is solved" in capsys.readouterr().err


def test_with_a_loss_of_ones_own_no_head_is_solved(tmp_path):
    _, history = fit(tmp_path, HEAD, hooks=Hooks(loss=keras.losses.CategoricalHinge()))
    assert history.rows[0].phase == "head" and history.rows[0].learning_rate > 0


def test_a_caller_may_pause_after_the_head(tmp_path):
    _, history = fit(tmp_path, TrainConfig(epochs=2), pause=lambda row: row.phase == "head")
    assert (history.stopped, len(history.rows)) == ("paused", 1)
    _, history = fit(tmp_path, TrainConfig(epochs=2))
    assert [row.phase for row in history.rows] == ["head", "fine-tune"]


def test_the_judge_is_asked(tmp_path):
    config = dataclasses.replace(HEAD, monitor="macro_f1")
    _, history = fit(tmp_path, config, judge=lambda: 0.25)
    assert history.rows[0].val_metric == 0.25


def test_a_network_of_less_precision(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = pretrained()
    finally:
        keras.config.set_dtype_policy("float32")
    _, history = fit(tmp_path, HEAD, model=model)
    assert history.rows[0].val_figure > 0.8


@pytest.mark.parametrize("validated", [2 * BATCH, 14], ids=["many", "few"])
@pytest.mark.parametrize(
    ("precision", "advice"),
    [
        ("float32", r"take another ModelConfig\.model and choose another output folder\."),
        ("mixed_bfloat16", r"compute exactly \(TrainConfig\.precision='float32'\) and choose"),
    ],
)
def test_features_that_are_no_numbers_end_the_training(tmp_path, precision, advice, validated):
    model = pretrained()
    bias = model.get_layer("backbone").get_layer("second").bias
    bias.assign(np.full(bias.shape, np.nan))
    with pytest.raises(TrainingError, match=rf"loss became nan in epoch 1\. Its head.*{advice}"):
        fit(
            tmp_path,
            HEAD,
            model=model,
            validated=validated,
            runtime=Runtime(precision, False, "test", "CPU"),
        )
    assert not list(tmp_path.iterdir())


def test_which_networks_have_a_head_to_solve():
    model = pretrained()
    assert linear_head(model) is model.get_layer("logits")
    outputs = model.outputs[0]
    backbone, layers = model.get_layer("backbone"), keras.layers

    def ending(*more):
        x = layers.Flatten()(backbone(model.input))
        for layer in more:
            x = layer(x)
        return keras.Model(model.input, x)

    assert linear_head(ending(layers.Dense(3))) is not None
    assert linear_head(ending(layers.Dense(3, activation="softmax"))) is None
    assert linear_head(ending(layers.Dense(3, use_bias=False))) is None
    assert linear_head(ending(layers.Dense(4), layers.Dense(3))) is None
    assert linear_head(ending(layers.Dense(3), layers.ReLU())) is None
    assert linear_head(keras.Sequential([keras.Input((2,)), layers.Dense(3)])) is None
    assert outputs.shape[1] == COUNT


def test_what_is_said_of_few_examples():
    said = Head(None, 20, 4, True).describe()
    assert "only 4 validation examples" in said
    assert "training and validation examples" in said
    assert "cross-validation" in said
    apart = Head(None, 20, 4, False).describe()
    assert "judged on the few others" in apart and "and validation" not in apart
    assert "cross-validation" not in apart


def test_kinds_of_values():
    assert kinds_of(head) == {"Head": "frozen", "HeadTask": "frozen, by name"}


def test_what_a_network_labelled_is_learnt_from_and_judges_nothing():
    images, targets = make_examples(EXAMPLES, seed=0)
    solved = Head(pretrained().get_layer("logits"), EXAMPLES, 4, True, pseudo=EXAMPLES - 10)
    examples = Examples(images.reshape(EXAMPLES, -1), targets, np.ones(EXAMPLES, np.float32))
    labelled, beside = solved.parted(examples)
    assert len(labelled) == 10
    assert len(beside) == EXAMPLES - 10
    assert np.array_equal(labelled.followed_by(beside).features, examples.features)
    plain = dataclasses.replace(solved, pseudo=0)
    assert plain.parted(examples) == (examples, None)
    many = dataclasses.replace(solved, count=head.MOST_FOLDED + 10, pseudo=head.MOST_FOLDED)
    assert many.is_cross_validated
    assert not dataclasses.replace(many, pseudo=0).is_cross_validated


def test_wrong_labels_of_a_network_do_not_count_in_the_figures(tmp_path):
    """The last two thirds are labelled wrongly, and count next to nothing: what is judged is right.

    Were they judged too, the figure of cross-validation would be near a third.
    """
    count = EXAMPLES // 3
    images, targets = make_examples(EXAMPLES, seed=0)
    targets = np.concatenate([targets[:count], np.roll(targets[count:], 1, axis=1)])
    weights = np.where(np.arange(EXAMPLES) < count, 1.0, 1e-4).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices((images, targets, weights)).batch(BATCH)
    model = pretrained()
    solved = Head(model.get_layer("logits"), EXAMPLES, 2, True, pseudo=EXAMPLES - count)
    _, history = train(
        tmp_path,
        HEAD,
        model=model,
        head=solved,
        backbone=model.get_layer("backbone"),
        unchanged=data,
        batches=lambda start: data.repeat(),
    )
    assert history.rows[0].val_figure > 0.8
