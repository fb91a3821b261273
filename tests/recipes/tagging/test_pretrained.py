"""A pretrained encoder that tags words, from options to a bundle that answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.config import ExportConfig, TrainConfig
from tests.models.tiny_bert import write_keras_hub
from tests.recipes.tagging.sentences import write_conll


@pytest.mark.slow
def test_the_pieces_of_words_are_tagged(tmp_path: Path) -> None:
    preset = write_keras_hub(tmp_path / "preset")
    result = kerasapps.train_tagger(
        write_conll(tmp_path / "data" / "names.conll", 120),
        output_dir=tmp_path / "out",
        model=f"preset:{preset}",
        train=TrainConfig(epochs=2, head_epochs=1),
        export=ExportConfig(quantization=("float32",)),
        quiet=True,
    )
    bundle = kerasapps.load_bundle(result.bundle_dir)
    assert bundle.manifest.preprocessing["kind"] == "pieces"
    inputs = bundle.reader.read("a movie is great .")
    assert set(inputs) == {"ids", "first"} and inputs["first"][4] == 5
    (answer,) = bundle.predict(["Bob Smith lives in Paris."])
    assert np.isfinite([each.score for each in answer.entities]).all()
