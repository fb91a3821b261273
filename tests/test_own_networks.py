"""Somebody's own networks in each recipe: searched, trained, judged, exported and opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.models import Seq2SeqTransformer, TranslatorShape
from tests.data.row_samples import columns, write_csv
from tests.data.text_samples import rows as texts
from tests.data.text_samples import write_csv as write_texts
from tests.shapes import write_shapes
from tests.words import word_pairs

QUICK: dict[str, Any] = {
    "train": kerasapps.TrainConfig(epochs=2),
    "tune": kerasapps.TuneConfig(trials=2),
    "export": kerasapps.ExportConfig(quantization=("float32",), saved_model=False, tolerance=100.0),
}


def searched(result: kerasapps.RecipeResult, *asked: str) -> str:
    """The model's name in a bundle whose search tried what the network asks for."""
    manifest = read_manifest(result.bundle_dir)
    assert result.search is not None and len(result.search.records) == 2
    for record in result.search.records:
        assert record.state == "done"
        assert {f"network/{name}" for name in asked} <= set(record.values)
    assert result.passed and len(manifest.settings["network"]) == 64
    return str(manifest.settings["model"]["model"])


class PictureNet:
    """As a keras-tuner HyperModel is asked."""

    def build(self, hp: Any, input_shape: tuple[int, ...], num_classes: int) -> keras.Model:
        return keras.Sequential(
            [
                keras.Input(input_shape),
                keras.layers.Rescaling(1 / 255),
                keras.layers.Conv2D(hp.Choice("filters", [2, 4]), 3, activation="relu"),
                keras.layers.GlobalAveragePooling2D(),
                keras.layers.Dense(num_classes, activation="softmax"),
            ]
        )


def text_net(hp: Any, input_shape: tuple[int], vocabulary_size: int) -> keras.Model:
    ids = keras.Input(input_shape, dtype="int32")
    x = keras.layers.Embedding(vocabulary_size, 4)(ids)
    x = keras.layers.Bidirectional(keras.layers.LSTM(hp.Int("units", 2, 3)))(x)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(x))


def row_net() -> keras.Model:
    """For rows of a number and a category."""
    numbers = keras.Input((1,), name="numbers")
    categories = keras.Input((1,), dtype="int32", name="categories")
    x = keras.layers.Flatten()(keras.layers.Embedding(16, 2)(categories))
    x = keras.layers.Concatenate()([x, keras.layers.Normalization()(numbers)])
    return keras.Model([categories, numbers], keras.layers.Dense(1)(x))


def translator(hp: Any, shape: TranslatorShape) -> keras.Model:
    heads = hp.Int("heads", 1, 2)
    return Seq2SeqTransformer(shape, blocks=1, heads=heads, head_size=8, expansion=2.0, rate=0.0)


@pytest.mark.slow
def test_pictures(tmp_path: Path) -> None:
    data = write_shapes(tmp_path / "data", per_class=12)
    result = kerasapps.train_image_classifier(
        data,
        model=PictureNet(),
        output_dir=tmp_path / "run",
        image=kerasapps.ImageConfig(image_size=12),
        **QUICK,
    )
    assert searched(result, "filters").startswith("own:PictureNet@")
    assert kerasapps.load_bundle(result.bundle_dir).predict([next(data.glob("*/*.png"))])


@pytest.mark.slow
def test_texts(tmp_path: Path) -> None:
    data = write_texts(tmp_path / "texts.csv", texts(80))
    text = kerasapps.TextConfig(max_length=6)
    result = kerasapps.train_text_classifier(
        data, model=f"{__file__}:text_net", output_dir=tmp_path / "run", text=text, **QUICK
    )
    assert searched(result, "units").startswith("own:text_net@")
    assert kerasapps.load_bundle(result.bundle_dir).predict(["a good film"])


@pytest.mark.slow
def test_rows(tmp_path: Path) -> None:
    table = {name: columns(120, number=True)[name] for name in ("age", "job", "y")}
    data = write_csv(tmp_path / "rows.csv", table)
    result = kerasapps.train_tabular(data, model=row_net(), output_dir=tmp_path / "run", **QUICK)
    assert searched(result).startswith("own:functional")
    export = kerasapps.ExportConfig(quantization=("dynamic",), saved_model=False, tolerance=100.0)
    (added,) = kerasapps.export_bundle(result.bundle_dir, export=export)
    assert added.passed


@pytest.mark.slow
def test_pairs(tmp_path: Path) -> None:
    data = tmp_path / "pairs.tsv"
    data.write_text("\n".join(["en\tde", *("\t".join(each) for each in word_pairs(80))]) + "\n")
    options = kerasapps.TranslationConfig(vocab_size=60, max_length=12, batch_tokens=512, beam=1)
    result = kerasapps.train_translator(
        data, model=translator, output_dir=tmp_path / "run", translation=options, **QUICK
    )
    assert "(heads=" in searched(result, "heads")
    with pytest.raises(kerasapps.ConfigError, match=r"function \(shape\)"):
        kerasapps.train_translator(data, model=row_net(), output_dir=tmp_path / "other")
