"""A finished bundle under attacks and noise: its Keras model, and the file that is asked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps import ConfigError
from kerasapps.deploy.manifest import read_manifest
from kerasapps.evaluation.robustness import KERAS
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.labels.labelled import LabelledSets
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.recipes.robust_figures import RobustFigures, _known_answers, _subject, robust_asked
from kerasapps.recipes.text_classification import plan


def test_pictures_are_judged_as_they_are_and_changed(
    trained: kerasapps.RecipeResult, shapes: Path
) -> None:
    plain = kerasapps.evaluate_bundle(trained.bundle_dir, shapes, artifact="float32")
    found = kerasapps.evaluate_bundle(
        trained.bundle_dir, shapes, artifact="float32", attack="26/255", corruptions=True
    )
    assert isinstance(found, RobustFigures)
    figures, robust = found.to_dict(), found.robustness
    assert {name: figures[name] for name in plain.to_dict()} == plain.to_dict()
    assert figures["robustness"] == robust.to_dict()
    assert set(robust.plain) == set(robust.attacked) == {KERAS, "float32"}
    assert robust.plain["float32"] == pytest.approx(figures["accuracy"])
    assert (robust.radius, robust.steps) == (pytest.approx(26 / 255), 20)
    assert robust.attacked[KERAS] < robust.plain[KERAS] - 0.2
    assert set(robust.corrupted) == {"noise", "blur", "jpeg", "brightness"}
    shown = found.shown()
    assert shown.before[0].title == plain.shown().title
    assert [row[0] for row in shown.rows] == [KERAS, "float32"]


def test_texts_are_attacked_in_their_vectors(
    reviewed: kerasapps.RecipeResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = read_manifest(reviewed.bundle_dir).data["source"]
    with pytest.raises(ConfigError, match=r"RobustConfig\.attack: bag_of_ngrams counts runs of"):
        kerasapps.evaluate_bundle(reviewed.bundle_dir, source, attack=0.01)
    # It has vectors all the same, and no other bundle of texts need be trained.
    monkeypatch.setattr(plan, "check_attacks", lambda robust, *, model: None)
    shares = []
    for radius in (0.01, 1.0):
        found = kerasapps.evaluate_bundle(reviewed.bundle_dir, source, attack=radius)
        assert isinstance(found, RobustFigures)
        assert set(found.robustness.attacked) == {KERAS} and not found.robustness.corrupted
        shares.append(found.robustness.attacked[KERAS])
    assert shares[1] < shares[0] - 0.1
    with pytest.raises(ConfigError, match="corruptions is not for texts"):
        kerasapps.evaluate_bundle(reviewed.bundle_dir, source, corruptions=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attack": "far"}, "RobustConfig.attack must be a number above 0"),
        ({"attack": 0}, "RobustConfig.attack must be a number above 0"),
        ({"attack": 0.001}, "RobustConfig.attack 0.001 changes no pixel"),
    ],
)
def test_attacks_that_cannot_be_are_refused_before_data_are_read(
    trained: kerasapps.RecipeResult, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        kerasapps.evaluate_bundle(trained.bundle_dir, tmp_path / "nowhere", **options)


def test_what_is_neither_right_nor_wrong_is_refused() -> None:
    numbers: Any = SimpleNamespace(manifest=SimpleNamespace(folder="runs/prices"))
    with pytest.raises(ConfigError, match=r"RobustConfig\.corruptions is for one class or a set"):
        robust_asked(IMAGE_CLASSIFICATION, numbers, {"corruptions": True})
    assert robust_asked(IMAGE_CLASSIFICATION, numbers, {"unknown_classes": "skip"}) is None
    assert robust_asked(IMAGE_CLASSIFICATION, numbers, {"corruptions": False}) is None


def test_sets_of_labels_are_judged_by_the_bundles_own_thresholds(
    trained: kerasapps.RecipeResult,
) -> None:
    bundle: Any = LabelBundle.__new__(LabelBundle)
    bundle.artifact = "float32"
    answer = {"thresholds": [0.2, 0.8, 0.5]}
    bundle.manifest = SimpleNamespace(
        labels=("a", "b", "c"),
        answer=answer,
        folder=Path(),
        artifact=lambda *_, **__: {"path": "f.tflite"},
    )
    known = LabelledSets(["x", "y"], [{"a"}, {"b", "else"}], np.array([], np.uint64))
    inputs, truth = _known_answers(known, bundle)
    assert inputs == ["x", "y"] and truth.tolist() == [[True, False, False], [False, True, False]]
    subject = _subject(trained.model, truth, bundle)
    # Given: a and b of the first, nothing of the second: one of two right, one of two missed.
    assert subject.share(np.array([[0.3, 0.9, 0.1], [0.1, 0.7, 0.4]], np.float32)) == 0.5
    logits, targets = np.array([[0.0, 0.0, 0.0]], np.float32), np.ones((1, 3), np.float32)
    assert float(subject.loss(logits, targets)) == pytest.approx(3 * np.log(2))
