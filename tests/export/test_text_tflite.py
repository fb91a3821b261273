"""Networks on token ids as TFLite files: one input or BERT's three, int32 in, float32 out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.errors import ExportError
from kerasapps.export.integer import operations
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import convert_network
from kerasapps.models.bert_inputs import EXPORT_INPUTS, with_bert_inputs
from kerasapps.models.text_common import TextShape
from kerasapps.models.text_presets import text_preset
from kerasapps.outputs.classes.integer import SCORES, keeps_scores
from tests.models.tiny_bert import TOKENS, write_keras_hub

pytestmark = pytest.mark.usefixtures("convert_here")

MODES = ("float32", "float16", "dynamic", "int8")
LENGTH = 8


def token_ids(vocabulary: int, count: int = 200) -> np.ndarray:
    """Texts of every length from 1 to LENGTH, padded on the right."""
    ids = np.random.default_rng(0).integers(1, vocabulary, (count, LENGTH), dtype=np.int32)
    lengths = 1 + np.arange(count) % LENGTH
    return np.where(np.arange(LENGTH) < lengths[:, None], ids, 0).astype(np.int32)


def small_network() -> keras.Model:
    """An embedding of 100 tokens, a convolution and two dense layers, all with clear answers."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((LENGTH,), dtype="int32", name="ids")
    x = keras.layers.Embedding(100, 32, embeddings_initializer="random_normal")(inputs)
    x = keras.layers.Conv1D(64, 3, padding="same", activation="relu")(x * 20.0)
    x = keras.layers.GlobalMaxPooling1D()(x)
    x = keras.layers.Dense(64, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(3, name="logits")(x * 10.0))


def bert_network(folder: Path) -> tuple[keras.Model, keras.Model]:
    """A network with random weights that answers clearly, and its copy for export."""
    shape = TextShape(vocabulary_size=len(TOKENS), num_classes=2)
    name = str(write_keras_hub(folder))
    network = text_preset(name, shape)
    head = network.get_layer("logits")
    head.kernel.assign(head.kernel * 5)
    copy = text_preset(name, dataclasses.replace(shape, length=LENGTH, for_export=True))
    copy.set_weights(network.get_weights())
    return network, copy


def weights_in(path: Path) -> Counter[str]:
    """Numbers held by the constants of a file, by the name of their type."""
    names = {number: name for name, number in vars(schema.TensorType).items()}
    model = flatbuffer_utils.read_model(str(path))
    found: Counter[str] = Counter()
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data):
            found[names[tensor.type]] += int(np.prod(tensor.shape)) if len(tensor.shape) else 1
    return found


def test_every_mode_of_a_token_network_gives_the_scores_of_keras(tmp_path: Path) -> None:
    model, ids = scoring_model(small_network()), token_ids(100)
    found = convert_network(model, folder=tmp_path, modes=MODES, calibration=ids, integer=SCORES)
    expected = model(ids).numpy()
    assert np.abs(expected - 0.5).mean() > 0.3
    for mode, tolerance in zip(MODES, (1e-5, 2e-2, 0.1, 0.25), strict=True):
        path = found[mode]
        assert isinstance(path, Path), path
        runner = TFLiteModel(path)
        assert runner.input_dtypes == {"input": np.int32}
        assert runner.input_shapes == {"input": (LENGTH,)}
        scores = np.stack([runner.scores(row) for row in ids])
        assert scores.dtype == np.float32
        np.testing.assert_allclose(scores, expected, atol=tolerance, err_msg=mode)
        assert keeps_scores(scores, expected), mode
    content = found["float32"].read_bytes()  # type: ignore[union-attr]
    assert {"GATHER", "CONV_2D", "FULLY_CONNECTED", "SOFTMAX"} <= operations(content)
    # 100 * 32 + 3 * 32 * 64 + 64 * 64 weights, and the few of the last layer.
    assert weights_in(found["int8"])["INT8"] > 13_000  # type: ignore[arg-type]
    assert weights_in(found["int8"])["FLOAT32"] < 300  # type: ignore[arg-type]
    # All of it is integer here: there is no need to fall back.
    assert integer_shares(found["int8"]) == {"CONV_2D": 1.0, "FULLY_CONNECTED": 1.0}


def integer_shares(path: object) -> dict[str, float]:
    """Of each kind of matrix product, the share whose inputs and outputs are int8."""
    assert isinstance(path, Path)
    model = flatbuffer_utils.read_model(str(path))
    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    graph, kinds = model.subgraphs[0], {}
    for operator in graph.operators:
        kind = names[model.operatorCodes[operator.opcodeIndex].builtinCode]
        if kind in ("CONV_2D", "FULLY_CONNECTED"):
            ends = [graph.tensors[operator.inputs[0]], graph.tensors[operator.outputs[0]]]
            kinds.setdefault(kind, []).append(
                all(each.type == schema.TensorType.INT8 for each in ends)
            )
    return {kind: float(np.mean(flags)) for kind, flags in kinds.items()}


@pytest.mark.parametrize(
    "modes", [("float32", "int8"), pytest.param(("float16", "dynamic"), marks=pytest.mark.slow)]
)
def test_every_mode_of_a_bert_gives_the_scores_of_keras(
    tmp_path: Path, modes: tuple[str, ...]
) -> None:
    network, copy = bert_network(tmp_path / "preset")
    ids = token_ids(len(TOKENS), 80)
    (tmp_path / "files").mkdir()
    found = convert_network(
        scoring_model(copy),
        folder=tmp_path / "files",
        modes=modes,
        calibration=ids,
        integer=SCORES,
    )
    expected = scoring_model(network)(ids).numpy()
    assert np.ptp(expected[:, 0]) > 0.5
    tolerances = dict(zip(MODES, (1e-4, 2e-2, 0.15, 0.15), strict=True))
    for mode in modes:
        path = found[mode]
        assert isinstance(path, Path), path
        signatures = Interpreter(model_path=str(path)).get_signature_list()
        assert sorted(signatures["serving_default"]["inputs"]) == sorted(EXPORT_INPUTS)
        runner = TFLiteModel(path)
        scores = np.stack([runner.scores(row) for row in ids])
        np.testing.assert_allclose(scores, expected, atol=tolerances[mode], err_msg=mode)
        assert np.mean(scores.argmax(1) == expected.argmax(1)) >= 0.95, mode


def test_a_network_of_ids_takes_what_a_bert_takes(tmp_path: Path) -> None:
    network, ids = scoring_model(small_network()), token_ids(100, 40)
    path = convert_network(
        with_bert_inputs(network, LENGTH),
        folder=tmp_path,
        modes=("float32",),
        calibration=None,
        integer=SCORES,
    )["float32"]
    assert isinstance(path, Path), path
    runner = TFLiteModel(path)
    assert runner.input_dtypes == dict.fromkeys(EXPORT_INPUTS, np.dtype(np.int32))
    scores = np.stack([runner.scores(row) for row in ids])
    np.testing.assert_allclose(scores, network(ids), atol=1e-6)
    # What a mask hides is padding; one of 2 hides nothing more, and segments say nothing.
    mask = (np.arange(LENGTH) < 3).astype(np.int32)
    given = {"input_word_ids": ids[7], "input_mask": 2 * mask, "input_type_ids": mask}
    hidden = runner.scores(ids[7] * mask)
    np.testing.assert_array_equal(runner.scores(given), hidden)
    assert (hidden != scores[7]).any()


def test_a_length_that_is_not_fixed_is_refused(tmp_path: Path) -> None:
    inputs = keras.Input((None,), dtype="int32", name="ids")
    x = keras.layers.Embedding(10, 4)(inputs)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling1D()(x))
    with pytest.raises(ExportError, match="one length"):
        convert_network(
            model,
            folder=tmp_path,
            modes=MODES,
            calibration=np.ones((3, 4), np.int32),
            integer=SCORES,
        )
