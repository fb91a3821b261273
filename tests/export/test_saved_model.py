from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.export.saved_model import signature_names, write_saved_model
from kerasapps.outputs.classes.ranked import ranked
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.odd_pictures import encode, smooth_photo
from tests.fresh_process import run_tensorflow_program

LABELS = ("rot", "grün", "blau")
SPEC = ImageSpec(6, 5, 3)


class Means(keras.layers.Layer):
    """Scores that are the shares of the three colours."""

    def call(self, inputs):  # type: ignore[no-untyped-def]
        means = keras.ops.mean(inputs, axis=(1, 2))
        return means / (keras.ops.sum(means, axis=-1, keepdims=True) + 1.0)


def copying() -> keras.layers.Layer:
    """A convolution that changes nothing; it fails on batches of nothing."""
    same = np.eye(3, dtype=np.float32)[np.newaxis, np.newaxis]
    return keras.layers.Conv2D(3, 1, use_bias=False, kernel_initializer=lambda *_, **__: same)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures") / "saved_model"
    write_saved_model(
        keras.Sequential([keras.Input(SPEC.shape), copying(), Means()]),
        folder,
        preprocess=lambda encoded: decode_batch(encoded, SPEC),
        takes={"image": tf.string},
        answer=functools.partial(ranked, labels=LABELS),
        refuses=True,
    )
    return folder


@pytest.fixture(scope="module")
def signatures(pictures: Path) -> Iterator[Mapping[str, Any]]:
    loaded = tf.saved_model.load(str(pictures))
    yield loaded.signatures


@pytest.fixture(scope="module")
def lengths(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts") / "saved_model"
    model = keras.Sequential([keras.Input((2,)), keras.layers.Softmax()])

    def preprocess(text: tf.Tensor) -> tf.Tensor:
        sizes = tf.cast(tf.strings.length(text), tf.float32)
        return tf.stack([sizes, 5.0 - sizes], axis=1)

    write_saved_model(
        model,
        folder,
        takes={"text": tf.string},
        preprocess=preprocess,
        answer=functools.partial(ranked, labels=("long", "short")),
    )
    return folder


def test_labels_and_scores_best_first(signatures: Mapping[str, Any]) -> None:
    grey = smooth_photo(6, 5).getchannel(0)
    bands = [grey.point(lambda level, part=part: level // part) for part in (3, 1, 2)]
    photo = Image.merge("RGB", bands)
    serve = signatures["serving_default"]
    answer = serve(image=tf.constant([encode(photo, "PNG")]))
    means = np.asarray(photo, np.float64).mean((0, 1))
    order = np.argsort(-means)
    assert [name.decode() for name in answer["labels"].numpy()[0]] == [LABELS[i] for i in order]
    expected = means[order] / (means.sum() + 1)
    np.testing.assert_allclose(answer["scores"].numpy()[0], expected, rtol=1e-4)
    assert answer["errors"].numpy().tolist() == [b""]


def test_a_refused_row_has_no_labels_and_scores_that_json_holds(
    signatures: Mapping[str, Any],
) -> None:
    whole = encode(smooth_photo(6, 5), "JPEG")
    serve = signatures["serving_default"]
    answer = serve(tf.constant([b"", whole, whole[:-30], encode(smooth_photo(3, 3), "TIFF")]))
    assert [bool(error) for error in answer["errors"].numpy()] == [True, False, True, True]
    refused = answer["scores"].numpy()[[0, 2, 3]]
    assert json.loads(json.dumps(refused.tolist())) == [[0.0] * 3] * 3
    assert answer["labels"].numpy()[[0, 2, 3]].tolist() == [[b""] * 3] * 3
    assert answer["scores"].numpy()[1].sum() > 0.9
    assert sorted(answer["labels"].numpy()[1]) == sorted(label.encode() for label in LABELS)


def test_what_the_model_sees_can_be_seen(signatures: Mapping[str, Any]) -> None:
    photo = smooth_photo(9, 9)
    prepare = signatures["prepare"]
    assert prepare(tf.constant([], tf.string))["inputs"].shape == (0, *SPEC.shape)
    answer = prepare(tf.constant([encode(photo, "PNG"), b"x"]))
    expected = load_image(encode(photo, "PNG"), SPEC)
    assert np.abs(answer["inputs"].numpy()[0] - expected).max() <= 1
    assert not answer["inputs"].numpy()[1].any()
    assert answer["errors"].numpy()[0] == b"" and b"not a picture" in answer["errors"].numpy()[1]


PROGRAM = """
import tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
for batch in ([], [b"x"], [b"\\xff\\xd8\\xff", b"GIF89a"]):
    answer = serve(tf.constant(batch, tf.string))
    print({name: value.shape.as_list() for name, value in sorted(answer.items())})
"""


def test_a_fresh_process_answers_empty_and_broken_batches(pictures: Path) -> None:
    printed = run_tensorflow_program(PROGRAM, pictures).splitlines()
    shapes = [{"errors": [n], "labels": [n, 3], "scores": [n, 3]} for n in (0, 1, 2)]
    assert printed[-3:] == [str(each) for each in shapes]


def test_texts_are_never_refused(lengths: Path) -> None:
    loaded = tf.saved_model.load(str(lengths))
    assert set(loaded.signatures) == {"serving_default"}
    serve = loaded.signatures["serving_default"]
    answer = serve(text=tf.constant([b"", b"long text", b"\xff\xfe"]))
    assert set(answer) == {"labels", "scores"}
    assert answer["labels"].numpy()[:, 0].tolist() == [b"short", b"long", b"short"]
    empty = serve(text=tf.constant([], tf.string))
    assert empty["labels"].shape == empty["scores"].shape == (0, 2)


def test_named_columns_of_texts_and_numbers(tmp_path: Path) -> None:
    """The order of the columns is neither that of their names nor that of the model's inputs."""
    inputs = {name: keras.Input((1,), name=name) for name in ("a", "b")}
    model = keras.Model(inputs, 10.0 * inputs["a"] + inputs["b"])

    def preprocess(size: tf.Tensor, colour: tf.Tensor) -> dict[str, tf.Tensor]:
        length = tf.cast(tf.strings.length(colour), tf.float32)
        return {"b": size[:, tf.newaxis], "a": length[:, tf.newaxis]}

    names = signature_names(["size (cm)", "colour"])
    write_saved_model(
        model,
        tmp_path / "saved",
        takes={names["size (cm)"]: tf.float32, names["colour"]: tf.string},
        preprocess=preprocess,
        answer=lambda scores: {"value": scores[:, 0]},
    )
    serve = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
    answer = serve(size__cm=tf.constant([3.0, -1.0]), colour=tf.constant(["rot", "grün"]))
    assert answer["value"].numpy().tolist() == [33.0, 49.0]
    empty = serve(size__cm=tf.constant([], tf.float32), colour=tf.constant([], tf.string))
    assert empty["value"].shape == (0,)


def test_names_that_a_signature_can_have() -> None:
    names = ["age", "hours-per-week", "hours per week", "größe", "2nd", "_", "", "age_2", "age!"]
    arguments = signature_names(names)
    assert list(arguments) == names
    assert list(arguments.values()) == [
        *("age", "hours_per_week", "hours_per_week_2", "gr__e", "input_2nd", "input", "input_2"),
        *("age_2", "age_3"),
    ]
