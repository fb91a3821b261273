"""One small recipe run, made once and shared by every test that needs a finished bundle."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kerasapps
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    ModelConfig,
    TrainConfig,
    TranslationConfig,
)
from tests.shapes import write_shapes
from tests.words import write_pairs

if TYPE_CHECKING:
    from tests.tiny_translator import TinyTranslator


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


@pytest.fixture(scope="session")
def translator(tmp_path_factory: pytest.TempPathFactory) -> TinyTranslator:
    """An untrained translator with its TFLite files."""
    from tests.tiny_translator import make_tiny_translator

    return make_tiny_translator(tmp_path_factory.mktemp("translator"))


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of aligned files."""
    return write_pairs(tmp_path_factory.mktemp("data") / "words")


@pytest.fixture(scope="session")
def translated(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole translation recipe on `pairs`, of a very small network."""
    return kerasapps.train_translator(
        pairs,
        output_dir=tmp_path_factory.mktemp("run") / "words",
        model=ModelConfig(model="transformer", width=0.25, depth=0.5),
        translation=TranslationConfig(vocab_size=60, batch_tokens=512, beam=3),
        train=TrainConfig(epochs=12, learning_rate=1e-2, dropout=0.0, average_checkpoints=2),
        export=ExportConfig(quantization=("float32", "dynamic"), calibration=200),
    )


@pytest.fixture
def bundle(trained: kerasapps.RecipeResult, tmp_path: Path) -> Iterator[Path]:
    """A copy of the finished bundle that a test may spoil."""
    copy = tmp_path / "run" / "bundle"
    shutil.copytree(trained.bundle_dir, copy)
    yield copy
