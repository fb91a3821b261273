"""A teacher that answers to the very pictures that a network is trained on."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.image_classification.teacher import _fitting, teacher_of_pictures
from kerasapps.workflow.extension import finished_network


@pytest.mark.parametrize(("side", "wanted"), [(12, 7), (7, 12), (9, 9)])
def test_pictures_get_the_size_that_the_teacher_takes(side: int, wanted: int) -> None:
    levels = np.random.default_rng(0).uniform(0, 255, (1, side, side, 1)).astype(np.float32)
    fit = _fitting(ImageSpec(side, side, 1), ImageSpec(wanted, wanted, 3))
    resized = Image.fromarray(levels[0, :, :, 0], "F").resize(
        (wanted, wanted), Image.Resampling.BILINEAR
    )
    found = fit(levels).numpy()
    assert found.shape == (1, wanted, wanted, 3)
    np.testing.assert_allclose(found[0, :, :, 2], np.asarray(resized), atol=0.01)


def test_grey_is_made_of_colours() -> None:
    fit = _fitting(ImageSpec(2, 2, 3), ImageSpec(2, 2, 1))
    assert fit(np.full((1, 2, 2, 3), 9, np.uint8)).numpy().tolist() == [[[[9], [9]], [[9], [9]]]]


def test_it_answers_as_its_bundle_does(trained: kerasapps.RecipeResult) -> None:
    manifest = read_manifest(trained.bundle_dir)
    spec = ImageSpec.from_dict(manifest.input)
    pictures = np.random.default_rng(0).integers(0, 256, (2, *spec.shape)).astype(np.float32)
    logits = teacher_of_pictures(finished_network(manifest), manifest.input, "", spec=spec)(
        pictures
    ).numpy()
    assert trained.model is not None
    np.testing.assert_allclose(logits, trained.model.predict(pictures, verbose=0), atol=1e-4)


@pytest.mark.parametrize(
    ("side", "warned"),
    [((8, 8), True), ((16, 12), True), ((12, 16), True), ((16, 16), False), ((20, 18), False)],
)
def test_a_teacher_of_larger_pictures_is_named(
    side: tuple[int, int], warned: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    flat = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.GlobalAveragePooling2D()])
    teacher_of_pictures(flat, None, "", spec=ImageSpec(*side, 3))
    said = " ".join(capfd.readouterr().err.split())
    given = f"{side[0]}x{side[1]}"
    assert ("Warning: the teacher takes pictures of 16×16" in said) is warned
    assert (f"image_size='{given}'" in said) is warned
    assert ("image_size='16x16'" in said) is warned
