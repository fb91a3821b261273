"""Both halves of a translator convert to TFLite builtins without loops, and compute the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.models import Translator
from kerasapps.models.seq2seq_lstm import lstm_attention
from kerasapps.models.seq2seq_transformer import transformer_tiny
from tests.models.check_translator import SHAPE, SOURCE, TARGET, Builder, lively, pairs, stepwise

FOREIGN = {"CUSTOM", "WHILE", "VAR_HANDLE", "READ_VARIABLE"}


@pytest.mark.parametrize(
    # tests/export/test_translator_files.py converts a transformer in every mode.
    "build",
    [pytest.param(transformer_tiny, marks=pytest.mark.slow), lstm_attention],
)
def test_tflite_files_agree_with_keras(build: Builder, tmp_path: Path) -> None:
    network = lively(build(SHAPE)).for_export()
    source, target = pairs()
    memory, cache = network.encode(source[:1])
    graphs = _write(network, tmp_path, memory | cache)
    expected, _ = stepwise(network, source, target)
    spread = np.std(expected)
    for mode, share in (("float32", 1e-4), ("float16", 0.01), ("dynamic", 0.25)):
        content = _convert(graphs, mode)
        assert not _operations(content) & FOREIGN
        rows = zip(source, target, strict=True)
        actual = np.stack([_run(content, *row, cache=set(cache)) for row in rows])
        assert np.abs(actual - expected).max() < share * spread, mode


def _write(network: Translator, folder: Path, state: dict[str, Any]) -> Path:
    """A SavedModel with both signatures at batch 1, weights as constants."""
    names = network.encode(np.zeros((1, SOURCE), np.int32))[0]

    def encode(source: Any) -> dict[str, Any]:
        memory, cache = network.encode(source)
        return memory | cache

    def decode_step(token: Any, position: Any, **state: Any) -> dict[str, Any]:
        memory = {name: state.pop(name) for name in names}
        logits, after, attention = network.decode_step(token, position, memory, state)
        return after | {"logits": logits, "attention": attention}

    specs = {
        name: tf.TensorSpec((1, *v.shape[1:]), v.dtype, name=name) for name, v in state.items()
    }
    signatures = {
        "encode": _frozen(encode, source=tf.TensorSpec((1, SOURCE), tf.int32, name="source")),
        "decode_step": _frozen(
            decode_step,
            token=tf.TensorSpec((1,), tf.int32, name="token"),
            position=tf.TensorSpec((), tf.int32, name="position"),
            **specs,
        ),
    }
    tf.saved_model.save(tf.Module(), str(folder / "saved"), signatures=signatures)
    return folder / "saved"


def _frozen(function: Any, **specs: tf.TensorSpec) -> Any:
    """Weights as constants: those that two signatures share would stay variables in the file."""
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    traced = tf.function(function).get_concrete_function(**specs)
    constant = convert_variables_to_constants_v2(traced)
    inputs = [tensor.name.split(":")[0] for tensor in constant.inputs]
    outputs = sorted(traced.structured_outputs)

    def call(**feeds: Any) -> dict[str, Any]:
        return dict(zip(outputs, constant(*(feeds[name] for name in inputs)), strict=True))

    return tf.function(call).get_concrete_function(**specs)


def _convert(saved: Path, mode: str) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if mode != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "float16":
        converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


def _operations(content: bytes) -> set[str]:
    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return {names[code.builtinCode] for code in model.operatorCodes}


def _run(content: bytes, source: np.ndarray, target: np.ndarray, *, cache: set[str]) -> np.ndarray:
    """Logits of each step, float32 `(t, vocabulary)`."""
    interpreter = Interpreter(model_content=content)
    encode = interpreter.get_signature_runner("encode")
    step = interpreter.get_signature_runner("decode_step")
    state, rows = encode(source=source[None]), []
    for position in range(TARGET):
        feeds = {"token": target[position : position + 1], "position": np.int32(position)}
        out = step(**state, **feeds)
        state |= {name: out[name] for name in cache}
        rows.append(out["logits"][0])
    return np.stack(rows)
