"""One small recipe run, made once and shared by every test that needs a finished bundle."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kerasapps
from kerasapps.config import ImageConfig, ModelConfig, TrainConfig
from tests.shapes import write_shapes


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of class folders."""
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=60)


@pytest.fixture(scope="session")
def trained(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole recipe on `shapes`."""
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=tmp_path_factory.mktemp("run") / "shapes",
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none"),
        train=TrainConfig(epochs=6, learning_rate=3e-3),
    )


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole text recipe on the built-in reviews."""
    return kerasapps.train_sentiment_classifier(
        "builtin:reviews",
        output_dir=tmp_path_factory.mktemp("run") / "reviews",
    )


@pytest.fixture
def bundle(trained: kerasapps.RecipeResult, tmp_path: Path) -> Iterator[Path]:
    """A copy of the finished bundle that a test may spoil."""
    copy = tmp_path / "run" / "bundle"
    shutil.copytree(trained.bundle_dir, copy)
    yield copy
