"""Metadata in a finished file: nothing else changes, and any reader finds it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.errors import ExportError
from kerasapps.export.metadata.attach import attach
from tests.export.metadata.reading import buffer_in, files_in

FILE = Path(__file__).parents[2] / "deploy" / "first_bundle" / "model_int8.tflite"
METADATA = bytes(4) + b"M001" + bytes(range(50))
FILES = {"labels.txt": "ä\nb\n".encode(), "vocab.txt": bytes(1000)}


@pytest.fixture(scope="module")
def content() -> bytes:
    return attach(FILE.read_bytes(), METADATA, FILES)


def scores(content: bytes) -> np.ndarray:
    """Of twenty pictures."""
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    random, found = np.random.default_rng(0), []
    for _ in range(20):
        pixels = random.integers(0, 256, taken["shape"], dtype=np.uint8)
        interpreter.set_tensor(taken["index"], pixels)
        interpreter.invoke()
        found.append(interpreter.get_tensor(given["index"])[0])
    return np.stack(found)


def outside(content: bytes) -> bytes:
    """The same model with its buffers behind it, as other tools write large ones."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    held = {number: bytes(b.data) for number, b in enumerate(model.buffers) if b.data is not None}
    for number in held:
        model.buffers[number].data = None
        model.buffers[number].offset = model.buffers[number].size = 1
    packed = bytearray(flatbuffer_utils.convert_object_to_bytearray(model))
    root = schema.Model.GetRootAs(packed, 0)
    for number, data in held.items():
        packed += bytes(-len(packed) % 16)
        flatbuffer_utils.update_packed_buffer(root.Buffers(number), len(packed), len(data))
        packed += data
    return bytes(packed)


def test_a_file_answers_to_the_bit_as_without(content: bytes) -> None:
    plain = FILE.read_bytes()
    np.testing.assert_array_equal(scores(content), scores(plain))
    before = len(content) - len(plain)
    assert content[4:8] == b"TFL3" and before < 3000 and plain in content
    assert content.index(plain) % 64 == 0  # so that all weights keep their alignment


def test_all_that_the_model_held_is_there_and_the_metadata_too(
    content: bytes, tmp_path: Path
) -> None:
    old, new = (schema.Model.GetRootAs(each, 0) for each in (FILE.read_bytes(), content))
    assert buffer_in(content) == METADATA
    assert new.Version() == old.Version() == 3 and new.Description() == old.Description()
    assert new.BuffersLength() == old.BuffersLength() + 1
    assert new.MetadataLength() == old.MetadataLength() + 1
    for number in range(old.MetadataLength()):
        assert new.Metadata(number).Name() == old.Metadata(number).Name()
    for number in range(old.BuffersLength()):
        if old.Buffers(number).DataLength():
            data = (each.Buffers(number).DataAsNumpy().tolist() for each in (old, new))
            assert next(data) == next(data)
    assert new.SignatureDefsLength() == old.SignatureDefsLength()
    (tmp_path / "model.tflite").write_bytes(content)
    assert files_in(tmp_path / "model.tflite") == FILES


def test_equal_models_make_equal_files_and_no_file_means_no_archive(content: bytes) -> None:
    assert attach(FILE.read_bytes(), METADATA, FILES) == content
    alone = attach(FILE.read_bytes(), METADATA, {})
    assert alone.endswith(FILE.read_bytes()) and content.startswith(alone)


def test_buffers_behind_a_file_are_taken_into_it() -> None:
    plain = outside(FILE.read_bytes())
    expected = scores(plain)
    np.testing.assert_array_equal(expected, scores(FILE.read_bytes()))
    np.testing.assert_array_equal(scores(attach(plain, METADATA, FILES)), expected)


def test_a_file_gets_metadata_once(content: bytes) -> None:
    with pytest.raises(ExportError, match="has metadata already"):
        attach(content, METADATA, FILES)
