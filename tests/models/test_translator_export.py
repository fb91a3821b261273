"""Both halves of a translator convert to TFLite builtins without loops, and compute the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.translator_file import TFLiteTranslator
from kerasapps.export.translator_files import _write_signatures
from kerasapps.models.seq2seq_lstm import lstm_attention
from kerasapps.models.seq2seq_transformer import transformer_tiny
from tests.models.check_translator import SHAPE, SOURCE, TARGET, Builder, lively, pairs, stepwise
from tests.tiny_translator import check_tensors

FOREIGN = {"CUSTOM", "WHILE", "VAR_HANDLE", "READ_VARIABLE"}


@pytest.mark.parametrize(
    # tests/export/test_translator_files.py converts a transformer in every mode.
    "build",
    [pytest.param(transformer_tiny, marks=pytest.mark.slow), lstm_attention],
)
def test_tflite_files_agree_with_keras(build: Builder, tmp_path: Path) -> None:
    network = lively(build(SHAPE)).for_export()
    source, target = pairs()
    graphs, file = tmp_path / "saved", tmp_path / "model.tflite"
    _write_signatures(network, graphs, max_source=SOURCE, batch=1)
    expected, _ = stepwise(network, source, target)
    spread = np.std(expected)
    for mode, share in (("float32", 1e-4), ("float16", 0.01), ("dynamic", 0.25)):
        content = _convert(graphs, mode)
        assert not _operations(content) & FOREIGN
        rows = zip(source, target, strict=True)
        actual = np.stack([_run(content, *row, path=file) for row in rows])
        assert np.abs(actual - expected).max() < share * spread, mode
    check_tensors(file)


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


def _run(content: bytes, source: np.ndarray, target: np.ndarray, *, path: Path) -> np.ndarray:
    """Logits of each step, float32 `(t, vocabulary)`."""
    path.write_bytes(content)
    stepper = TFLiteTranslator(path)
    state, rows = stepper.start(source), []
    for position in range(TARGET):
        logits, state, _ = stepper.step(int(target[position]), position, state)
        rows.append(logits)
    return np.stack(rows)
