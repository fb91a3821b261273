"""A loss of the user's counts as ours does: by example, with class weights."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training.foreign_loss import loss_of, tell_shared_loss, with_loss

DRAW = np.random.default_rng(0)
LOGITS = tf.constant(DRAW.normal(size=(5, 3)), tf.bfloat16)
TRUTH = tf.one_hot([0, 2, 1, 1, 0], 3)
WEIGHT = tf.constant([1.0, 0.0, 3.0, 3.0, 1.0])


@pytest.mark.parametrize(
    "loss",
    [
        keras.losses.CategoricalCrossentropy(from_logits=True, reduction="sum"),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        lambda y_true, y_pred: -tf.reduce_sum(y_true * tf.nn.log_softmax(y_pred), -1),
        lambda y_true, y_pred: -y_true * tf.nn.log_softmax(y_pred) * y_true.shape[-1],
    ],
    ids=["keras", "sparse", "an example", "a class"],
)
def test_the_cross_entropy_of_the_user_is_ours(loss):
    theirs = with_loss(CLASS_CRITERION, loss_of(loss))
    for weights in ((), (WEIGHT,)):
        ours, found = (each.score(LOGITS, TRUTH, *weights) for each in (CLASS_CRITERION, theirs))
        assert float(found.loss) == pytest.approx(float(ours.loss), rel=1e-5)
        assert found.sums.numpy() == pytest.approx(ours.sums.numpy(), rel=1e-5)
    plain = theirs.score(LOGITS, TRUTH)
    assert float(theirs.score(LOGITS, TRUTH, smoothing=0.1).loss) == float(plain.loss)
    assert theirs.answers is CLASS_CRITERION.answers and theirs.figure is CLASS_CRITERION.figure


def test_a_loss_of_a_whole_batch_has_no_place_for_class_weights():
    def dice(y_true, y_pred):
        return 1 - tf.reduce_mean(y_true * tf.nn.softmax(y_pred))

    theirs = with_loss(CLASS_CRITERION, dice)
    score = theirs.score(LOGITS, TRUTH)
    expected = float(dice(TRUTH, tf.cast(LOGITS, tf.float32)))
    assert float(score.loss) == pytest.approx(expected)
    assert score.sums.numpy()[[0, 2]] == pytest.approx([5 * expected, 5])
    with pytest.raises(ConfigError, match="dice gives one number a batch; class weights"):
        theirs.score(LOGITS, TRUTH, WEIGHT)


def test_a_loss_gives_a_number_for_each_example():
    def of_classes(y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=0)

    with pytest.raises(ConfigError, match="of_classes gives 3 numbers for a batch of 5"):
        with_loss(CLASS_CRITERION, of_classes).score(LOGITS, TRUTH)


def test_a_loss_of_class_numbers_takes_one_hot_and_mixed_rows():
    mixed = 0.75 * TRUTH + 0.25 * tf.roll(TRUTH, 1, 0)
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ours, theirs = CLASS_CRITERION.score(LOGITS, mixed), with_loss(CLASS_CRITERION, sparse)
    assert float(theirs.score(LOGITS, mixed).loss) == pytest.approx(float(ours.loss), rel=1e-5)
    own = type("OfOnesOwn", (keras.losses.SparseCategoricalCrossentropy,), {})(from_logits=True)
    assert float(with_loss(CLASS_CRITERION, own).score(LOGITS, TRUTH).loss) == pytest.approx(
        float(CLASS_CRITERION.score(LOGITS, TRUTH).loss), rel=1e-5
    )


def test_without_a_loss_the_criterion_stays():
    assert with_loss(CLASS_CRITERION, None) is CLASS_CRITERION


def test_metrics_see_probabilities():
    answers, truth = CLASS_CRITERION.answers(LOGITS, TRUTH)
    assert np.allclose(answers.numpy().sum(1), 1) and truth is TRUTH


def test_what_several_devices_make_of_a_loss_that_may_be_no_mean_is_said(capsys):
    def farthest(y_true, y_pred):
        return tf.reduce_max(tf.square(y_true - y_pred))

    known = keras.losses.CategoricalFocalCrossentropy(from_logits=True)
    tell_shared_loss(farthest, 1)
    for loss in (None, known, keras.losses.huber, keras.losses.categorical_crossentropy):
        tell_shared_loss(loss, 2)
    assert capsys.readouterr().err == ""
    for loss, name in ((farthest, "farthest"), (keras.losses.Dice(), "Dice")):
        tell_shared_loss(loss, 2)
        assert f"{name} is taken of each device's part" in capsys.readouterr().err
