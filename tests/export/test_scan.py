from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.errors import DataError
from kerasapps.export.scan import ForeignOp, foreign_ops_in, layer_of, scan_tflite

FILE = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"


class Foreign(keras.layers.Layer):
    def call(self, x: tf.Tensor) -> tf.Tensor:
        values = tf.linalg.svd(x[:, :, tf.newaxis], compute_uv=False)
        return tf.math.igamma(tf.ones_like(x), values)


class Sorted(keras.layers.Layer):
    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.raw_ops.Bincount(
            arr=tf.cast(x, tf.int32), size=8, weights=tf.constant([], tf.float32)
        )[tf.newaxis]


def test_custom_operations_in_a_file_are_found_with_their_layer(tmp_path: Path) -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, Foreign(name="foreign")(keras.layers.Dense(4)(inputs)))
    archive = keras.export.ExportArchive()
    archive.track(model)
    signature = [tf.TensorSpec((1, 4), tf.float32)]
    archive.add_endpoint("serve", lambda x: model(x, training=False), input_signature=signature)
    archive.write_out(str(tmp_path / "saved"), verbose=False)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved"))
    converter.allow_custom_ops = True
    (tmp_path / "foreign.tflite").write_bytes(converter.convert())
    found = scan_tflite(tmp_path / "foreign.tflite")
    assert set(found) == {ForeignOp("Svd", "foreign"), ForeignOp("Igamma", "foreign")}


def test_a_flex_operation_is_found_too(tmp_path: Path) -> None:
    inputs = keras.Input((8,))
    x = keras.layers.Dense(8)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2)(Sorted(name="sorted")(x)))
    archive = keras.export.ExportArchive()
    archive.track(model)
    signature = [tf.TensorSpec((1, 8), tf.float32)]
    archive.add_endpoint("serve", lambda x: model(x, training=False), input_signature=signature)
    archive.write_out(str(tmp_path / "saved"), verbose=False)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved"))
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.TFLITE_BUILTINS,
        tf.lite.OpsSet.SELECT_TF_OPS,
    ]
    (tmp_path / "flex.tflite").write_bytes(converter.convert())
    (found,) = scan_tflite(tmp_path / "flex.tflite")
    assert found.op.startswith("Flex") and found.layer == "sorted"


def test_the_layer_is_found_in_a_scope() -> None:
    assert layer_of("scoring_1/attention_1/Softmax") == "attention"
    assert layer_of("functional_1/block_2/conv_1/Erf;functional_1/other/Add") == "block/conv"
    assert layer_of("output") == "output"


def spoilt(tmp_path: Path, names: list[bytes]) -> Path:
    """A file whose second operation is custom, with these names for its output and its inputs."""
    model = flatbuffer_utils.read_model(str(FILE))
    graph = model.subgraphs[0]
    code = copy.deepcopy(model.operatorCodes[0])
    code.builtinCode, code.customCode = schema.BuiltinOperator.CUSTOM, b"Svd"
    model.operatorCodes.append(code)
    for operator in graph.operators[1:3]:
        operator.opcodeIndex = len(model.operatorCodes) - 1
        tensors = (*operator.outputs, *operator.inputs)
        for place, name in zip(tensors, names, strict=False):
            graph.tensors[place].name = name
    flatbuffer_utils.write_model(model, str(tmp_path / "spoilt.tflite"))
    return tmp_path / "spoilt.tflite"


def test_whole_files_hold_nothing_foreign_and_what_occurs_twice_is_said_once(
    tmp_path: Path,
) -> None:
    assert scan_tflite(FILE) == ()
    (found,) = scan_tflite(spoilt(tmp_path, [b"scoring/block_1/odd_1/Svd"]))
    assert str(found) == "Svd (layer 'block/odd')"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.op = "Add"  # type: ignore[misc]


def test_an_output_without_a_scope_is_placed_by_its_inputs(tmp_path: Path) -> None:
    found = scan_tflite(spoilt(tmp_path, [b"output", b"scoring/odd/Svd", b"scoring/other/Add"]))
    assert found[0] == ForeignOp("Svd", "odd")
    (lost,) = scan_tflite(spoilt(tmp_path, [b"output"] * 9))
    assert lost == ForeignOp("Svd", "output")


def test_the_operations_of_a_message_are_named_once() -> None:
    line = 'loc(fused["{0}:", "scoring_1/{1}/{0}@x"]): error: \'tf.{0}\' op is neither a custom op'
    message = "\n".join(
        ["ConverterError", *(line.format(*each) for each in [("Svd", "a_2"), ("Erf", "b")] * 2)]
    )
    assert foreign_ops_in(message) == (ForeignOp("Svd", "a"), ForeignOp("Erf", "b"))


def test_messages_without_foreign_operations_name_none() -> None:
    assert foreign_ops_in("ValueError: out of memory") == ()
    assert np.size(foreign_ops_in("")) == 0


def test_what_is_no_tflite_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.tflite").write_bytes(b"\x89PNG not a file for phones")
    (tmp_path / "cut.tflite").write_bytes(FILE.read_bytes()[:40])
    with pytest.raises(DataError, match=r"photo.tflite is no TFLite file"):
        scan_tflite(tmp_path / "photo.tflite")
    with pytest.raises(DataError, match=r"cut.tflite is damaged"):
        scan_tflite(tmp_path / "cut.tflite")
    with pytest.raises(DataError, match="No such file"):
        scan_tflite(str(tmp_path / "none.tflite"))
    assert scan_tflite(str(FILE)) == ()
