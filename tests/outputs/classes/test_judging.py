"""What classifiers of pictures and texts share: the judge of every epoch."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import TrustConfig
from kerasapps.data.splits import Splits
from kerasapps.data.texts.examples import TextExamples
from kerasapps.export.network import temperatures_of
from kerasapps.outputs import files as files_module
from kerasapps.outputs.classes import judging as judging_module
from kerasapps.outputs.classes.agreement import labels_kept
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.recipes.judgings import decided_as, shipping
from kerasapps.training.head import Head
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


@pytest.mark.parametrize(
    ("tested", "each_epoch", "trust", "may_pool"),
    [
        (True, False, {}, True),
        (True, False, {"unknown_label": "b", "temperature": False}, True),
        (False, False, {}, False),
        (True, True, {}, False),
        (True, False, {"unknown_rate": 0.05}, False),
        (True, False, {"min_precision": 0.9}, False),
        (True, False, {"thresholds": "f1"}, False),
    ],
)
def test_a_pretrained_network_has_a_head_to_solve(
    tested: bool, each_epoch: bool, trust: dict[str, Any], may_pool: bool
) -> None:
    assert judging().fit_options(make_network())["head"] is None
    given = keras.Input((3,))
    backbone = keras.Sequential([keras.layers.Dense(4)], name="backbone")
    network = keras.Model(given, keras.layers.Dense(3)(backbone(given)))
    judge = dataclasses.replace(
        judging(tested=tested, each_epoch=each_epoch), trust=TrustConfig(**trust)
    )
    head = judge.fit_options(network)["head"]
    # What a model is judged on, or its thresholds are chosen by, must not be learnt from.
    assert head == Head(network.layers[-1], count=2, validated=5, may_pool=may_pool)


@pytest.mark.parametrize(
    ("names", "asked"),
    [(("int8", "saved_model"), True), (("float32",), True), (("saved_model",), False)],
)
def test_what_another_program_prepares_is_made_where_a_tflite_file_is_judged(
    names: tuple[str, ...], asked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, elsewhere = [], object()
    monkeypatch.setattr(files_module, "verify", lambda candidates, *, held_out, **_: held_out)

    def make(agree: Any) -> Any:
        made.append(agree)
        return elsewhere

    reading: Any = SimpleNamespace(raw=lambda examples: (), odd_inputs=lambda: ())
    having = dataclasses.replace(judging(), reading=reading, elsewhere=make)
    candidates = {name: tmp_path / name for name in names}
    answers: Any = SimpleNamespace(answers=np.eye(3), source=None)
    held_out: Any = having.verify(candidates, answers, tolerance=1, folder=tmp_path)
    assert held_out.elsewhere is (elsewhere if asked else None) and made == [labels_kept] * asked
    plain = dataclasses.replace(having, elsewhere=None)
    held_out = plain.verify(candidates, answers, tolerance=1, folder=tmp_path)
    assert held_out.elsewhere is None


def test_a_model_file_of_its_own_is_written_with_the_bundle_alone(tmp_path: Path) -> None:
    written: list[Path] = []
    reading: Any = SimpleNamespace(write_files=lambda folder: None)
    judge = dataclasses.replace(
        judging(), reading=reading, also_writes=lambda judged, folder: written.append(folder)
    )
    judged: Any = None
    judge.write_files(judged, tmp_path)  # also for what files say of themselves
    assert not written
    judge.write_models(judged, tmp_path)
    assert written == [tmp_path]


def many(trust: TrustConfig) -> ClassJudging:
    """Two hundred examples to validate, and to test, whose pixels are three times too sure."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (400, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = tuple(int(rng.choice(3, p=each)) for each in shares)
    pixels = (3 * logits).astype(np.float32)
    halves = [slice(0, 200), slice(200, 400)]
    known, test = (TextExamples(("",) * 200, labels[half], ("file",) * 200) for half in halves)
    splits: Any = Splits(LABELS, known, known, test, None, "fingerprint")
    inputs = SplitInputs(*(pixels[half] for half in (halves[0], *halves)))
    reading: Any = None
    return ClassJudging(splits, inputs, reading, trust=trust)


def test_a_network_ships_with_the_temperature_that_validation_asks_for() -> None:
    network = make_network()
    shipped = shipping(many(TrustConfig()))(network)
    (temperature,) = temperatures_of(shipped)
    assert temperature == pytest.approx(3, rel=0.15)
    judged = many(TrustConfig()).judge(shipped)
    figures: Any = judged.figures
    assert figures.tempered.temperature == pytest.approx(temperature)
    assert figures.tempered.log_loss == figures.log_loss < figures.tempered.log_loss_before
    assert f"Temperature {temperature:.2f}" in judged.headline
    assert shipping(many(TrustConfig(temperature=False)))(network) is network


def test_thresholds_are_chosen_on_validation_and_told_of_the_test_split() -> None:
    judging = many(TrustConfig(min_precision=0.9, unknown_rate=0.1))
    judged = judging.judge(shipping(judging)(make_network()))
    figures: Any = judged.figures
    answer = judging.answering(judged)
    assert len(answer["thresholds"]) == 3 and figures.decided.unknown == answer["unknown"]
    assert figures.accuracy + 0.1 < figures.decided.precision <= 1
    assert figures.decided.coverage < 0.9
    assert "Answered" in judged.headline
    scores = np.eye(3, dtype=np.float32) * 0.5 + 0.1
    served = {name: each.numpy() for name, each in judging.served(judged)(scores).items()}
    limits = np.maximum(answer["thresholds"], answer["unknown"]).astype(np.float32)
    np.testing.assert_array_equal(served["answered"], np.float32(0.6) >= limits)
    plain = many(TrustConfig())
    assert set(plain.served(plain.judge(make_network()))(scores)) == {"labels", "scores"}
    assert "thresholds" not in plain.answering(plain.judge(make_network()))


def test_a_bundle_keeps_its_thresholds_when_it_is_judged_again() -> None:
    judging, answer = many(TrustConfig(min_precision=0.9)), {"thresholds": [0.3, 0.45, 0.6]}
    network = shipping(judging)(make_network())
    assert judging.answering(judging.judge(network))["thresholds"] != answer["thresholds"]
    again: Any = decided_as(judging, answer)
    assert again.answering(again.judge(network))["thresholds"] == answer["thresholds"]
    plain = many(TrustConfig())
    assert decided_as(plain, answer) is plain


@keras.saving.register_keras_serializable("test_judging")
class Votes(keras.layers.Layer):
    """Adds to each logit how many examples of its class it was shown."""

    def build(self, shape: Any) -> None:
        self.votes = self.add_weight(shape=(3,), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        return inputs + self.votes

    def adapt(self, data: Any, labels: Any, class_weights: Any = None) -> None:
        self.votes.assign(np.bincount(labels, minlength=3))


def test_what_learnt_from_validation_is_not_judged_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given = keras.Input((3,))
    network = keras.Model(given, Votes(name="votes")(given))
    judging = many(TrustConfig(unknown_rate=0.1))
    judging.start(network)
    seen: list[float] = []

    def temperature(labels: np.ndarray, logits: np.ndarray) -> float:
        seen.append(float((logits - judging.inputs.validation).sum(axis=1)[0]))
        return 2.0

    monkeypatch.setattr(judging_module, "class_temperature", temperature)
    shipped = shipping(judging, finishes=True)(network)
    assert seen == [200.0]  # the votes of the training split alone
    assert shipped.get_layer("votes").votes.numpy().sum() == 400
    assert judging.learnt_validation(shipped)
    assert not judging.on_validation().learnt_validation(shipped)
    assert not judging.learnt_validation(make_network())
    unseeing = judging._unseeing(shipped)
    assert unseeing.get_layer("votes").votes.numpy().sum() == 200
    assert shipped.get_layer("votes").votes.numpy().sum() == 400
    assert temperatures_of(unseeing) == (2.0,)
