"""The file that says where its answers are from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps import ExplainConfig, ImageConfig
from kerasapps.config import ModelConfig
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.why_file import WhyFile
from kerasapps.errors import ConfigError
from kerasapps.export.network import without_temperature
from kerasapps.models.class_activation import class_activation
from kerasapps.outputs.classes.probabilities import predict_probabilities
from kerasapps.recipes.image_classification.why_file import likeness, objection_to, why_file
from tests.shapes import shape_picture

PICTURES = np.stack([np.asarray(shape_picture("red", number)) for number in range(12)])


@pytest.mark.parametrize("mode", ["float32", pytest.param("int8", marks=pytest.mark.slow)])
def test_the_file_gives_the_scores_and_the_maps_of_the_network(
    trained: kerasapps.RecipeResult, tmp_path: Path, convert_here: None, mode: str
) -> None:
    scores = predict_probabilities(trained.model, PICTURES)
    twin = class_activation(without_temperature(trained.model))
    file = why_file(trained.model, twin, tmp_path, mode=mode, calibration=PICTURES)
    found, maps = WhyFile(file).explain(PICTURES[0])
    maps_of_all = twin.predict(PICTURES, verbose=0)["maps"]
    expected = maps_of_all[0]
    assert objection_to(mode, file, PICTURES, scores, maps_of_all) == ""
    assert maps.shape == expected.shape
    place = int(found.argmax())
    assert np.corrcoef(maps[..., place].ravel(), expected[..., place].ravel())[0, 1] > 0.95
    np.testing.assert_allclose(TFLiteModel(file).scores(PICTURES[0]), scores[0], atol=0.05)
    # The weights of both signatures lie there once.
    alone = (trained.bundle_dir / f"model_{mode}.tflite").stat().st_size
    assert file.stat().st_size < 1.3 * alone
    assert "its maps" in objection_to(mode, file, PICTURES, scores, -maps_of_all)
    assert "its scores" in objection_to(mode, file, PICTURES, scores[:, ::-1], maps_of_all)


def test_a_map_that_says_nothing_is_like_none() -> None:
    theirs = np.random.default_rng(0).normal(size=(4, 9))
    assert likeness(3 * theirs + 1, theirs) == pytest.approx(1)
    assert likeness(np.zeros((4, 9)), theirs) == 0
    half = theirs.copy()
    half[:2] = 5
    assert likeness(half, theirs) == pytest.approx(0.5)
    assert likeness(theirs, half) == pytest.approx(1)
    assert likeness(theirs, np.zeros((4, 9))) == 1


@pytest.mark.slow
def test_a_training_makes_it_and_explain_asks_it(
    shapes: Path, tmp_path: Path, convert_here: None
) -> None:
    result = kerasapps.train_image_classifier(
        shapes,
        output_dir=tmp_path / "run",
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none", channels=1, explain_signature=True),
        train=kerasapps.TrainConfig(epochs=2, learning_rate=3e-3),
        export=kerasapps.ExportConfig(quantization=("float32",), tolerance=100.0),
    )
    picture = Image.fromarray(PICTURES[0])
    how = ExplainConfig(method="cam", samples=64)
    why = kerasapps.explain_bundle(result.bundle_dir, picture, explain=how)
    assert why.artifact == "why" and why.map.any()  # type: ignore[attr-defined]


def test_what_has_no_such_map_is_refused_before_it_is_trained(shapes: Path, tmp_path: Path) -> None:
    for model, flip in (("mlp", None), ("cnn", True)):
        with pytest.raises(ConfigError, match="explain_signature"):
            kerasapps.train_image_classifier(
                shapes,
                output_dir=tmp_path / model,
                model=ModelConfig(model=model, width=0.25),
                image=ImageConfig(explain_signature=True, test_time_flip=flip),
            )


def test_a_bundle_without_it_says_so(trained: kerasapps.RecipeResult) -> None:
    with pytest.raises(ConfigError, match=r"why\.tflite, which .* has not"):
        kerasapps.explain_bundle(
            trained.bundle_dir, PICTURES[0], explain=ExplainConfig(method="cam")
        )
