"""Where in pictures of discs on noise a trained network looks, and that it can be trusted."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps import ExplainConfig, models
from kerasapps.data.images.examples import PictureExamples
from kerasapps.evaluation.saliency.curves import area, deletion, insertion
from kerasapps.evaluation.saliency.maps import Box, mass_in, rank_correlation
from kerasapps.models.feature_maps import class_maps, map_layers
from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.image_classification.explain import PictureExplanation, _box
from kerasapps.recipes.image_classification.report import show_pictures
from tests.shapes import shape_picture

QUICK = ExplainConfig(samples=300)


def disc(label: str, number: int) -> tuple[Image.Image, Box]:
    """A picture, and the box of its disc, by the colours of the noise, which are dark."""
    picture = shape_picture(label, number)
    rows, columns = np.nonzero(np.asarray(picture).max(axis=-1) > 100)
    return picture, Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def explained(bundle: Path, picture: Image.Image, how: ExplainConfig) -> PictureExplanation:
    found = kerasapps.explain_bundle(bundle, picture, artifact="int8", explain=how)
    assert isinstance(found, PictureExplanation)
    return found


@pytest.mark.parametrize(
    ("shape", "strong"),
    [
        ((60, 80), Box(0, 40, 20, 60)),
        # Of so narrow a map not a whole pixel would be left where boxes are found.
        ((2, 3000), Box(1000, 0, 1200, 2)),
        ((3000, 2), Box(0, 1000, 2, 1200)),
    ],
)
def test_the_box_lies_where_the_map_is_strong(shape: tuple[int, int], strong: Box) -> None:
    over = np.zeros(shape, np.float32)
    over[strong.top : strong.bottom, strong.left : strong.right] = 1
    found = _box(over)
    assert found is not None
    sides = (found.left, found.top, found.right, found.bottom)
    pixel = max(1, max(shape) / 256)  # of the smaller map
    assert sides == pytest.approx((strong.left, strong.top, strong.right, strong.bottom), abs=pixel)


def test_the_mass_lies_in_the_object_and_the_curves_beat_chance(
    trained: kerasapps.RecipeResult,
) -> None:
    """Of the int8 file itself, on discs that it has not seen, small ones on a large ground."""
    bundle = kerasapps.load_bundle(trained.bundle_dir, "int8")
    shares, grounds, gone, come = [], [], [], []
    random = np.random.default_rng(0)
    for label, number in (("red", 700), ("green", 701), ("blue", 702), ("red", 703)):
        picture, box = disc(label, number)
        found = explained(trained.bundle_dir, picture, QUICK)
        assert (found.label, found.method, found.artifact) == (label, "rise", "int8")
        shares.append(mass_in(found.over, box))
        grounds.append((box.right - box.left) * (box.bottom - box.top) / 32**2)
        pixels, column = np.asarray(picture), bundle.labels.index(label)  # type: ignore[attr-defined]
        for curve, areas in ((deletion, gone), (insertion, come)):
            by_map, by_chance = (
                area(curve(lambda shown: float(bundle.run(shown)[column]), pixels, values))  # type: ignore[attr-defined] # noqa: B023
                for values in (found.map, random.random(found.map.shape))
            )
            areas.append(by_map - by_chance)
    assert np.mean(shares) > 1.4 * np.mean(grounds)
    assert np.mean(gone) < -0.02 and np.mean(come) > 0.05


def test_grad_cam_finds_the_same_and_forgets_it_with_the_weights(
    trained: kerasapps.RecipeResult,
) -> None:
    """Adebayo et al. 2018: what the network learnt is what the map shows."""
    picture, box = disc("green", 701)
    found = explained(trained.bundle_dir, picture, ExplainConfig(method="gradcam", samples=300))
    share = (box.right - box.left) * (box.bottom - box.top) / 32**2
    mass = mass_in(found.over, box)
    # How bright it is inside, and outside, of a map of 4 x 4 cells.
    assert mass / share > 1.2 * (1 - mass) / (1 - share)
    assert found.artifact == "keras" and found.agreement is not None
    assert found.agreement.method == "rise" and found.agreement.correlation > 0.3
    random = keras.models.clone_model(trained.model)
    maps = [class_maps(each, np.asarray(picture)[None], [1])[0] for each in (trained.model, random)]
    assert rank_correlation(*maps) < 0.7


def test_the_worst_mistakes_have_their_maps_beside_them(
    trained: kerasapps.RecipeResult, shapes: Path
) -> None:
    paths = [shapes / "red" / f"000{number}.png" for number in range(3)]
    examples = PictureExamples(paths, np.zeros(3, np.int64))
    probabilities = np.array([[0.1, 0.9, 0.0], [0.9, 0.1, 0.0], [0.3, 0.0, 0.7]])
    spec = ImageSpec(32, 32, 3)
    names, flat = ("red", "green", "blue"), models.mlp(input_shape=(32, 32, 3), num_classes=3)
    first, second = show_pictures(examples, probabilities, names, network=trained.model, spec=spec)
    assert (first.predicted, second.predicted) == ("green", "blue")
    for each in (first, second):
        assert each.map is not None
        with Image.open(io.BytesIO(each.map)) as drawn:
            assert drawn.size == (160, 160) and drawn.format == "JPEG"
    assert first.map != second.map
    for each in show_pictures(examples, probabilities, names, network=flat, spec=spec):
        assert each.map is None


def test_the_command_says_where_and_writes_the_picture(
    trained: kerasapps.RecipeResult,
    tmp_path: Path,
    run_here: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    picture, box = disc("red", 700)
    file = tmp_path / "disc.png"
    picture.resize((320, 320), Image.Resampling.NEAREST).save(file)
    asked = ("explain", trained.bundle_dir, file, "--samples", "200")
    printed = run_here(*asked, "--output", tmp_path / "why.jpg", "--json")
    values = json.loads(printed.stdout)
    assert values["label"] == "red" and values["output"] == str(tmp_path / "why.jpg")
    assert (values["width"], values["height"], len(values["grid"])) == (320, 320, 8)
    middle = [(values["box"][low] + values["box"][high]) / 2 for low, high in (
        ("left", "right"), ("top", "bottom"))]  # fmt: skip
    assert abs(middle[0] - 5 * (box.left + box.right)) < 80
    assert abs(middle[1] - 5 * (box.top + box.bottom)) < 80
    with Image.open(tmp_path / "why.jpg") as written:
        assert written.size == (320, 320)
        assert np.ptp(np.asarray(written).astype(int), axis=-1).max() > 40  # in colours
    shown = run_here(*asked).stdout
    assert "Strongest fifth:" in shown and "red 9" in shown


def test_a_layer_is_shown_and_a_wrong_name_lists_them(
    trained: kerasapps.RecipeResult,
    tmp_path: Path,
    run_here: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    file = tmp_path / "disc.png"
    disc("red", 700)[0].save(file)
    (first, *_) = map_layers(trained.model, (32, 32, 3))
    asked = ("explain", trained.bundle_dir, file, "--layer")
    maps = run_here(*asked, first.layer.name, "--output", tmp_path / "maps.png", "--json")
    assert json.loads(maps.stdout)["shape"] == [first.shape[2], *first.shape[:2]]
    filters = run_here(*asked, first.layer.name, "--filters", "--json")
    assert json.loads(filters.stdout)["shape"] == [first.shape[2], 3, 3, 3]
    wrong = run_here(*asked, "conv")
    assert wrong.returncode == 2 and first.layer.name in wrong.stderr
    with Image.open(tmp_path / "maps.png") as sheet:
        assert sheet.width > 96


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--method", "shap"], "--method 'shap' is not for pictures"),
        (["--label", "pink"], "label 'pink' is not known"),
        (["--output", "why.gif"], "must end in .png, .jpg, .jpeg (--output)"),
        (["--filters"], "--filters must be with layer only"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    trained: kerasapps.RecipeResult,
    tmp_path: Path,
    run_here: Callable[..., subprocess.CompletedProcess[str]],
    options: list[str],
    message: str,
) -> None:
    file = tmp_path / "disc.png"
    disc("red", 700)[0].save(file)
    refused = run_here("explain", trained.bundle_dir, file, *options)
    assert refused.returncode != 0 and message in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_picture_comes_in_every_form_and_alone(trained: kerasapps.RecipeResult) -> None:
    picture = disc("blue", 702)[0]
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    few = ExplainConfig(samples=16)
    forms = (picture, np.asarray(picture), encoded.getvalue())
    maps = [explained(trained.bundle_dir, form, few).map for form in forms]
    assert all((each == maps[0]).all() for each in maps)
    with pytest.raises(kerasapps.DataError, match="one picture is explained at a time, and 2"):
        kerasapps.explain_bundle(trained.bundle_dir, [picture, picture], explain=few)
