"""Which operations a GPU delegate takes, told from the file."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import flatbuffers
import pytest
from ai_edge_litert import schema_py_generated as schema

from kerasapps.deploy import gpu_delegate
from kerasapps.deploy.gpu_delegate import OPERATIONS, GpuFigures, gpu_figures

FIRST = Path(__file__).parent / "first_bundle" / "model_int8.tflite"


def tensor(kind: str, *shape: int, constant: bool = False) -> gpu_delegate._Tensor:
    return gpu_delegate._Tensor(kind, shape, constant)


F = tensor("FLOAT32", 1, 8, 8, 3)
IDS = tensor("INT32", 1, 8)
AXES = tensor("INT32", 2, constant=True)


@pytest.mark.parametrize(
    ("name", "inputs", "outputs", "reason"),
    [
        ("CONV_2D", [F, F], [F], None),
        ("TOPK_V2", [F], [F, F], ""),
        ("ADD", [IDS, IDS], [IDS], "of int32"),
        ("CAST", [IDS], [F], None),
        ("LESS", [F, F], [tensor("BOOL", 1)], None),
        ("RESHAPE", [tensor("BOOL", 1)], [tensor("BOOL", 1, 1)], "of bool"),
        ("GATHER", [F, tensor("INT32", 4)], [F], None),
        ("GATHER", [F, IDS], [F], "places in 2 axes, not 1"),
        ("MEAN", [F, AXES], [F], None),
        ("MEAN", [F, tensor("FLOAT32", 2)], [F], "along axes found at each call"),
        ("PAD", [F, tensor("INT32", 4, 2, constant=True)], [F], None),
        ("PAD", [F, tensor("INT32", 2, 2, constant=True)], [F], "not of 3 or 4 axes"),
        ("SELECT_V2", [tensor("BOOL", 1), F, F], [F], None),
        ("SELECT_V2", [tensor("BOOL", 1), F, tensor("FLOAT32", 3, 1)], [F], "of other shapes"),
        ("SLICE", [tensor("FLOAT32", 1, 8)], [F], "of 2 axes, not 3 or 4"),
        ("RELU", [tensor("FLOAT32", 1, 1, 1, 1, 1)], [F], "5 axes"),
        ("FULLY_CONNECTED", [tensor("FLOAT32", 1, 3, constant=True), F], [F], "of a constant"),
    ],
)
def test_what_the_delegate_lacks_or_cannot_take_so(name, inputs, outputs, reason) -> None:
    operation = gpu_delegate._Operation(name, tuple(inputs), tuple(outputs), None)
    assert gpu_delegate._objection(operation) == reason


def test_a_slice_that_drops_an_axis_is_not_taken() -> None:
    options = SimpleNamespace(shrinkAxisMask=1, newAxisMask=0, ellipsisMask=0)
    operation = gpu_delegate._Operation("STRIDED_SLICE", (F,), (F,), options)
    assert gpu_delegate._objection(operation) == "with an axis left out"
    options.shrinkAxisMask = 0
    assert gpu_delegate._objection(operation) is None


def test_a_file_of_convolutions_is_taken_whole() -> None:
    found = gpu_figures(FIRST)
    assert found.operations > 5 and not found.stopped_by
    assert found.told == (
        f"takes all {found.operations} operations; it computes whole numbers in 16-bit floats, so "
        "no faster than float16"
    )


def test_what_stops_it_is_told_shortly() -> None:
    assert GpuFigures(9, ("2× ADD (of int32)", "TOPK_V2")).told == (
        "stops at 2× ADD (of int32), TOPK_V2"
    )
    assert GpuFigures(9, tuple("ABCDE")).told == "stops at A, B, C and 2 more"


def test_every_name_is_one_of_the_runtime() -> None:
    assert set(vars(schema.BuiltinOperator)) >= OPERATIONS


def test_values_behind_the_tables_of_a_file_are_constants_too(tmp_path: Path) -> None:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(FIRST.read_bytes(), 0))
    for buffer in model.buffers:
        if buffer.data is not None:
            buffer.data, buffer.offset, buffer.size = None, 1 << 20, len(buffer.data)
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    (tmp_path / "moved.tflite").write_bytes(bytes(builder.Output()))
    assert gpu_figures(tmp_path / "moved.tflite") == gpu_figures(FIRST)
