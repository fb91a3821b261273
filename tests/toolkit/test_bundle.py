from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps import load_bundle
from kerasapps.config import ExportConfig
from kerasapps.deploy.manifest import FILE_NAME, read_manifest
from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.export import GraphPreprocess, write_bundle
from kerasapps.outputs.classes.answer import CLASS_ANSWER
from kerasapps.preprocess import ImageSpec
from kerasapps.recipes.bundles import evaluate_bundle
from kerasapps.toolkit.reading import reading_of
from kerasapps.toolkit.using import usage_of
from tests.evaluation.pages import run_lines, use_lines
from tests.shapes import shape_picture

FLOAT32 = ExportConfig(quantization=("float32",))
X = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)


def test_a_network_of_pictures_is_asked_with_pictures(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(3),
        ]
    )
    pixels = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    labels = np.asarray(model(pixels)).argmax(1)
    spec = ImageSpec(height=8, width=8, channels=3)
    write_bundle(
        model,
        tmp_path / "bundle",
        test=(pixels, labels),
        labels=("a", "b", "c"),
        preprocess=spec,
        export=FLOAT32,
    )
    bundle = load_bundle(tmp_path / "bundle")
    shape_picture("red", 1).save(tmp_path / "red.png")
    (answer,) = bundle.predict(tmp_path / "red.png")
    assert sum(answer.scores) == pytest.approx(1, abs=1e-5)
    assert [each.label for each in bundle.predict(pixels[:4])] == ["abc"[k] for k in labels[:4]]
    manifest = read_manifest(tmp_path / "bundle")
    assert manifest.metrics["accuracy"] == 1.0
    assert (manifest.preprocessing, manifest.answer) == (spec.explained(), CLASS_ANSWER)
    assert manifest.artifact("float32")["runtime"]["format"] == "tflite"
    Image.fromarray(pixels[0]).save(tmp_path / "photo.jpg")
    python, phone = use_lines(tmp_path / "bundle")  # no command line is for it
    assert run_lines(python, tmp_path).split()[0] in "abc"
    assert len(run_lines(phone, tmp_path).strip("[] \n").split()) == 3
    with pytest.raises(BundleError, match="a network of your own"):
        evaluate_bundle(tmp_path / "bundle", tmp_path)


def test_a_network_of_numbers_gives_them(tmp_path: Path) -> None:
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((2,), name="b")}
    outputs = keras.layers.Dense(1)(keras.layers.Concatenate()(list(inputs.values())))
    model = keras.Model(inputs, outputs)
    test = {"a": X, "b": X[:, :2]}
    expected = np.asarray(model(test))
    (artifact,) = write_bundle(
        model, tmp_path / "bundle", test=(test, expected[:, 0] + 0.1), export=FLOAT32
    )
    assert artifact.passed and artifact.metric == pytest.approx(0.1, rel=1e-3)
    bundle = load_bundle(tmp_path / "bundle")
    np.testing.assert_allclose(np.stack(bundle.predict(test)), expected, rtol=1e-4, atol=1e-5)
    one = bundle.predict({"a": X[0], "b": X[0, :2]})
    np.testing.assert_allclose(one[0], expected[0], rtol=1e-4, atol=1e-5)
    with pytest.raises(DataError, match="expected the inputs a, b"):
        bundle.predict({"a": X[0]})
    with pytest.raises(DataError, match=r"shape \(4,\)"):
        bundle.predict({"a": X[0, :3], "b": X[0, :2]})
    (python,) = use_lines(tmp_path / "bundle")
    bias = float(model.layers[-1].bias.numpy()[0])
    assert float(run_lines(python, tmp_path).strip("[] \n")) == pytest.approx(bias, abs=1e-5)
    _damage(tmp_path / "bundle", {"reads": "minds", "spec": {}})
    with pytest.raises(BundleError, match="input: reads is 'minds'"):
        load_bundle(tmp_path / "bundle")


def test_lines_of_a_server_ask_with_the_arguments_of_ones_own_preprocessing() -> None:
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    takes = {"name": tf.string, "size": tf.float32}
    own = GraphPreprocess(lambda name, size: tf.stack([size, size], 1), takes=takes)
    rows = [{"name": 'long "ones"', "size": 1.5}, {"name": 'a "b"', "size": np.float32(2)}]
    usage = usage_of(model, reading_of(model, own), preprocess=own, raw=rows, labels=())
    served = eval(f"dict({usage.asked.served})", {"tf": tf})
    assert served["name"].numpy()[0] == b'a "b"' and served["size"].numpy()[0] == 2
    assert usage.asked.takes == "an array [1, 2], float32" and usage.gives == "float32 [1, 1]"
    one = GraphPreprocess(tf.io.decode_raw)
    usage = usage_of(model, reading_of(model, one), preprocess=one, raw=[Path("x.bin")], labels=())
    assert usage.asked.served == 'tf.constant([open("x.bin", "rb").read()], tf.string)'
    rows = [{"input": 1000 * b"a"}]
    usage = usage_of(model, reading_of(model, one), preprocess=one, raw=rows, labels=())
    assert usage.asked.served == 'tf.constant([open("a_file", "rb").read()], tf.string)'
    assert usage.asked.python == 'np.zeros((2,), "float32")'


def _damage(bundle: Path, value: object) -> None:
    """Another `input` in the manifest, with a hash that fits."""
    from kerasapps.deploy.manifest import digest_of

    values = json.loads((bundle / FILE_NAME).read_text(encoding="utf-8")) | {"input": value}
    del values["manifest_sha256"]
    text = json.dumps(values | {"manifest_sha256": digest_of(values)})
    (bundle / FILE_NAME).write_text(text, encoding="utf-8")


def test_what_does_not_fit_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    labels = np.zeros(30, int)
    with pytest.raises(ConfigError, match="3 classes apart"):
        write_bundle(model, tmp_path / "bundle", test=(X, labels), labels=("a", "b"))
    with pytest.raises(ConfigError, match="raw has 1 inputs"):
        write_bundle(model, tmp_path / "bundle", test=(X, labels), raw=["x"])
    with pytest.raises(ConfigError, match="preprocess is a str"):
        write_bundle(model, tmp_path / "bundle", test=(X, labels), preprocess="x")  # type: ignore[arg-type]
    assert not (tmp_path / "bundle").exists()
    with pytest.raises(DataError, match=r"test has \(n, 3\)"):
        write_bundle(model, tmp_path / "bundle", test=(X[:, :3], labels))
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"folder is .*/file/bundle, and"):
        write_bundle(model, tmp_path / "file" / "bundle", test=(X, labels))
    coded = keras.Sequential([*model.layers, keras.layers.Lambda(lambda values: values * 2)])
    coded.build((None, 4))
    with pytest.raises(ConfigError, match="must become such a layer"):
        write_bundle(coded, tmp_path / "new" / "bundle", test=(X, labels))
    assert (tmp_path / "new").is_dir(), "made before anything else"
