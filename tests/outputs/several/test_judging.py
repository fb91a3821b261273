"""Several answers of one network, from its start to its files, over plain arrays."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import ExportConfig
from kerasapps.export.network import keeping_temperature, with_temperature
from kerasapps.outputs.several.answer import MEAN_SCORE
from kerasapps.outputs.several.criterion import uncertainty_of, without_uncertainty
from kerasapps.recipes.judgings import learnt_of, outputs_of
from kerasapps.workflow.judging import Judged
from tests.outputs.several.made import (
    PARTS,
    several_judging,
    several_network,
    several_splits,
)

SPLITS = several_splits()
JUDGING = several_judging(SPLITS)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return several_network(SPLITS)


@pytest.fixture(scope="module")
def judged(network: keras.Model) -> Judged:
    return JUDGING.judge(network)


def test_a_network_has_one_output_a_class_a_label_and_a_number() -> None:
    assert outputs_of(SPLITS) == sum(part.width for part in PARTS) == 6
    assert [part.columns for part in JUDGING.parts] == [slice(0, 3), slice(3, 5), slice(5, 6)]


def test_it_learns_one_hot_classes_sets_and_scaled_numbers() -> None:
    learnt = learnt_of(SPLITS)(SPLITS.train.labels)
    assert (learnt.shape, learnt.dtype) == ((60, 6), np.float32)
    kinds, marks, size = SPLITS.train.labels[:, 0], SPLITS.train.labels[:, 1:3], learnt[:, 5]
    np.testing.assert_array_equal(learnt[:, :3].argmax(1), kinds)
    np.testing.assert_array_equal(learnt[:, 3:5], marks)
    assert (abs(size.mean()), size.std()) == (pytest.approx(0, abs=1e-6), pytest.approx(1))


def test_the_loss_is_that_of_each_answer_weighed_by_its_variance(network: keras.Model) -> None:
    criterion = JUDGING.fit_options(network)["criterion"]
    targets = learnt_of(SPLITS)(SPLITS.train.labels)
    outputs = network(SPLITS.train.inputs)
    alone = [
        part.judging.fit_options(network)["criterion"].score(
            outputs[:, part.columns], targets[:, part.columns]
        )
        for part in JUDGING.parts
    ]
    losses = [float(each.loss) for each in alone]
    weights = uncertainty_of(network)
    assert float(criterion.score(outputs, targets).loss) == pytest.approx(
        losses[0] + losses[1] + losses[2] / 2, rel=1e-5
    )
    weights.log_variances.assign(np.log([2.0, 1.0, 4.0]))
    score = criterion.score(outputs, targets)
    weighed = losses[0] / 2 + losses[1] + losses[2] / 8 + (np.log(2) + np.log(4)) / 2
    assert float(score.loss) == pytest.approx(weighed, rel=1e-5)
    total, fit, count = score.sums.numpy()
    assert (total / count, count) == (pytest.approx(weighed, rel=1e-5), 60)
    right = (outputs[:, :3].numpy().argmax(1) == SPLITS.train.labels[:, 0]).mean()
    decisions = ((outputs[:, 3:5].numpy() > 0) == SPLITS.train.labels[:, 1:3]).mean()
    explained = 1 - np.mean((outputs[:, 5].numpy() - targets[:, 5]) ** 2)
    assert fit / count == pytest.approx((right + decisions + explained) / 3, rel=1e-5)
    weights.log_variances.assign(np.zeros(3))


def test_the_variances_learn_with_the_network(network: keras.Model) -> None:
    criterion = JUDGING.fit_options(network)["criterion"]
    targets = learnt_of(SPLITS)(SPLITS.train.labels)
    with tf.GradientTape() as tape:
        loss = criterion.score(network(SPLITS.train.inputs), targets, smoothing=0.1).loss
    weight = uncertainty_of(network).log_variances
    assert any(each is weight for each in network.trainable_variables)
    assert np.all(tape.gradient(loss, weight.value))


def test_each_answer_is_judged_as_if_it_were_alone(judged: Judged) -> None:
    figures = judged.figures.to_dict()
    assert set(figures["answers"]) == {"kind", "marks", "size"}
    accuracy = figures["answers"]["kind"]["accuracy"]
    scores = [accuracy, figures["answers"]["marks"]["micro_f1"], figures["answers"]["size"]["r2"]]
    assert [*figures["scores"].values()] == pytest.approx(scores)
    assert MEAN_SCORE.share(figures) == judged.metric == pytest.approx(np.mean(scores))
    assert min(scores) > 0.9  # the weights were chosen so
    shown = judged.figures.shown()
    assert [row[0] for row in shown.rows] == ["kind", "marks", "size", "all"]
    assert judged.headline == f"Test mean score {judged.metric:.2%}"
    lines = judged.told.splitlines()
    assert lines[0] == judged.headline
    assert [line.split(":")[0] for line in lines[1:]] == ["  kind", "  marks", "  size"]


def test_an_epoch_is_judged_by_the_mean_score_of_validation(network: keras.Model) -> None:
    standing_in = dataclasses.replace(SPLITS, test=SPLITS.validation)
    judge = JUDGING.epoch_judge(network)
    assert judge() == pytest.approx(several_judging(standing_in).judge(network).metric, abs=1e-5)


def test_every_file_gives_each_answer_in_an_output_of_its_own(
    judged: Judged, tmp_path: Path
) -> None:
    config = ExportConfig(quantization=("float32", "onnx"))
    (tmp_path / "files").mkdir()
    candidates = JUDGING.export(judged, config=config, seed=0, folder=tmp_path / "files")
    files = JUDGING.verify(candidates, judged, tolerance=1.0, folder=tmp_path / "gate")
    assert [(each.name, each.reason, each.agreement) for each in files] == [
        ("float32", "", 1.0),
        ("onnx", "", 1.0),
        ("saved_model", "", 1.0),
    ]
    serve = tf.saved_model.load(str(candidates["saved_model"])).signatures["serving_default"]
    answer = serve(row=tf.constant(["1.5,0.5", "x"]))
    assert set(answer) == {
        *("kind_labels", "kind_scores", "marks_labels", "marks_scores", "marks_chosen"),
        *("size_value", "errors"),
    }
    assert answer["kind_labels"].numpy()[0, 0] == b"c"
    assert answer["size_value"].numpy()[0] == pytest.approx(75, abs=0.1)
    check_light_bundle(Path(str(candidates["float32"])), judged)


def check_light_bundle(file: Path, judged: Judged) -> None:
    from kerasapps.deploy.interpreter import TFLiteModel

    model = TFLiteModel(file)
    assert model.outputs == {"kind": 3, "marks": 2, "size": 1}
    scores = model.scores(np.array([1.5, 0.5], np.float32))
    assert scores[:3].argmax() == 2 and scores[5] == pytest.approx(75, abs=0.1)


def test_a_file_that_loses_one_answer_is_refused_by_its_name(judged: Judged) -> None:
    compared = JUDGING.compared(judged)
    reference = compared.reference
    assert not compared.also(reference, tolerance=1.0)
    worse = reference.copy()
    worse[:, 5] += 2 * np.where(np.arange(40) % 2, 1, -1)
    lost = compared.also(worse, tolerance=1.0)
    assert lost.startswith("size: loses ") and "kind" not in lost
    assert not compared.also(worse, tolerance=1e6)
    assert compared.share(reference) - compared.share(worse) < 0.01  # the mean hardly tells
    otherwise = reference.copy()
    otherwise[:, :3] = np.roll(reference[:, :3], 1, axis=1)
    agreement = compared.agree(otherwise, reference, tolerance=1.0)
    assert agreement.share == 0 and agreement.objection.startswith("kind: gives 40 of 40")
    kept = compared.kept(otherwise, reference)
    assert "kind: 40 of 40" in kept.objection
    rows = np.arange(5)
    assert not compared.also(reference[rows], tolerance=1.0, rows=rows)


def test_a_report_has_the_sections_of_each_answer_under_its_name(judged: Judged) -> None:
    report = JUDGING.report(judged)
    headline = {each.name: each.value for each in report.headline}
    assert {"Mean score", "kind: Accuracy", "marks: Micro-F1"} <= set(headline)
    names = [section.name for section in report.sections]
    assert names[0] == "answers" and len(set(names)) == len(names)
    assert any(name.startswith("kind-") for name in names)
    assert any(name.startswith("size-") for name in names)


def test_what_is_exported_has_no_variances(network: keras.Model) -> None:
    plain = without_uncertainty(network)
    assert plain.count_params() == network.count_params() - 3
    assert without_uncertainty(plain) is plain
    np.testing.assert_array_equal(plain(SPLITS.test.inputs), network(SPLITS.test.inputs))


def test_two_answers_of_one_kind_ship_together(tmp_path: Path) -> None:
    """Their heads have layers of one name."""
    parts = (PARTS[0], dataclasses.replace(PARTS[0], name="kind again"))

    def twice(examples: Any) -> Any:
        return dataclasses.replace(examples, labels=examples.labels[:, [0, 0]])

    splits = dataclasses.replace(
        SPLITS,
        train=twice(SPLITS.train),
        validation=twice(SPLITS.validation),
        test=twice(SPLITS.test),
        target=dataclasses.replace(SPLITS.target, parts=parts),
    )
    judging = several_judging(splits)
    taken = keras.Input((2,))
    network = keras.Model(taken, keras.layers.Dense(6)(taken))
    answers = judging.answering_network(network)(SPLITS.test.inputs)
    assert {name: tuple(each.shape) for name, each in answers.items()} == {
        "kind": (40, 3),
        "kind_again": (40, 3),
    }


def test_each_answer_has_a_temperature_of_its_own(network: keras.Model) -> None:
    cooler = with_temperature(network, (2.0, 2.0, 2.0, 3.0, 3.0, 1.0))
    kind, marks, size = (each.figures for each in JUDGING.judge(cooler).figures.parts)
    assert kind.tempered.temperature == pytest.approx(2)
    assert marks.tempered.temperature == pytest.approx(3)
    plain = JUDGING.judge(network).figures.parts
    assert plain[0].figures.tempered is None and plain[2].figures == size
    assert plain[0].figures.log_loss == pytest.approx(kind.tempered.log_loss_before, rel=1e-5)
    shipped = keeping_temperature(cooler, without_uncertainty)
    assert not any(each.name == "uncertainty" for each in shipped.layers)
    inputs = SPLITS.test.inputs
    np.testing.assert_allclose(shipped(inputs), cooler(inputs), rtol=1e-5)
    assert JUDGING.temperatures(network) == [1.0] * 6  # thirty validation examples are too few


def test_files_are_chosen_by_what_each_answer_is_worth_on_validation(network: keras.Model) -> None:
    standing_in = dataclasses.replace(SPLITS, test=SPLITS.validation)
    expected = several_judging(standing_in).judge(network)
    moved = JUDGING.on_validation()
    judged = moved.judge(network)
    assert judged.metric == pytest.approx(expected.metric, abs=1e-6)
    assert judged.metric != JUDGING.judge(network).metric
    compared = moved.compared(judged)
    assert compared.share(compared.reference) == pytest.approx(judged.metric, abs=1e-6)
