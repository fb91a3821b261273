"""Packed data are to every command what the data are: trained on, judged on, guessed, explained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import DataError
from kerasapps.recipes.registry import guess_task
from tests.conftest import REVIEWED, TRAINED


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kerasapps.pack("builtin:reviews", output=tmp_path_factory.mktemp("p") / "packed").folder


def test_a_bundle_is_judged_on_packed_data_as_on_the_data(
    reviewed: kerasapps.RecipeResult, packed: Path, tmp_path: Path
) -> None:
    bundle = reviewed.bundle_dir
    plain = kerasapps.evaluate_bundle(bundle, "builtin:reviews")
    assert kerasapps.evaluate_bundle(bundle, packed).to_dict() == plain.to_dict()
    # Of other splits all is judged that was not trained on, which is the same.
    other = kerasapps.pack("builtin:reviews", output=tmp_path / "other", seed=1)
    assert other.fingerprint != read_manifest(bundle).data["fingerprint"]
    figures, expected = kerasapps.evaluate_bundle(bundle, other.folder).to_dict(), plain.to_dict()
    # Their order is another, in which losses add up to another last digit.
    assert figures.pop("log_loss") == pytest.approx(expected.pop("log_loss"))
    assert figures == expected
    with pytest.raises(DataError, match="packed with text_column=none, and text_column=words"):
        kerasapps.evaluate_bundle(bundle, other.folder, text_column="words")


def test_pictures_in_shards_are_judged(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    pack = kerasapps.pack(shapes, output=tmp_path / "packed", format="webdataset")
    figures = kerasapps.evaluate_bundle(trained.bundle_dir, pack.folder).to_dict()
    assert figures == kerasapps.evaluate_bundle(trained.bundle_dir, shapes).to_dict()


def test_the_task_of_packed_data_is_known(packed: Path) -> None:
    assert guess_task(packed).name == "text_classification"
    (packed / "pack.json").rename(packed / "kept")
    try:
        (packed / "pack.json").write_text('{"version": 1}')
        with pytest.raises(DataError, match=r"pack\.json is damaged"):
            guess_task(packed)
    finally:
        (packed / "kept").replace(packed / "pack.json")


@pytest.mark.slow
def test_training_on_packed_texts_gives_the_same_network(
    reviewed: kerasapps.RecipeResult, packed: Path, tmp_path: Path
) -> None:
    again = kerasapps.train_sentiment_classifier(packed, output_dir=tmp_path / "run", **REVIEWED)
    data = read_manifest(again.bundle_dir).data
    assert data["fingerprint"] == read_manifest(reviewed.bundle_dir).data["fingerprint"]
    for one, other in zip(again.model.get_weights(), reviewed.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    kerasapps.export_bundle(again.bundle_dir, export=kerasapps.ExportConfig(quantization=("int8",)))


@pytest.mark.slow
def test_training_on_packed_pictures_gives_the_same_network(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    pack = kerasapps.pack(shapes, output=tmp_path / "packed", format="parquet")
    again = kerasapps.train_image_classifier(pack.folder, output_dir=tmp_path / "run", **TRAINED)
    for one, other in zip(again.model.get_weights(), trained.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
