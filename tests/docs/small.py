"""Bundles of texts with other answers than a class, made as quickly as can be."""

from __future__ import annotations

from pathlib import Path

import pytest

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig
from tests.conftest import convert_in_process
from tests.docs.place import RUNS, furnish


def trained_texts(folder: Path, kind: str) -> kerasapps.RecipeResult:
    """Some weights for the table of texts of a kind of data."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        convert_in_process(monkeypatch)
        return kerasapps.train_text_classifier(
            furnish(folder, kind) / f"{RUNS[kind]}.csv",
            output_dir=folder / "run",
            model=ModelConfig(model="bag_of_embeddings", width=0.25),
            train=TrainConfig(epochs=1),
            export=ExportConfig(quantization=("float32",), saved_model=False, tolerance=100.0),
        )
