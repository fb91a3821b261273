"""ONNX files of a few operations, made without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

Tensors = Mapping[str, tuple[int, Sequence[int | str]]]
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT32


def write_onnx(
    path: Path,
    nodes: Sequence[tuple[str, Sequence[str], Sequence[str]]],
    *,
    takes: Tensors,
    gives: Tensors,
    constants: Mapping[str, np.ndarray] = {},
    **attributes: int,
) -> Path:
    """A file of operations, each a name, inputs and outputs; tensors have a type and a shape.

    Args:
        path: of the file.
        nodes: in order.
        takes: name of each input → type and shape.
        gives: likewise of each output.
        constants: by name.
        attributes: of every node.
    """
    graph = helper.make_graph(
        [helper.make_node(*node, **attributes) for node in nodes],
        "made",
        *(
            [helper.make_tensor_value_info(name, *each) for name, each in tensors.items()]
            for tensors in (takes, gives)
        ),
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    opsets = [helper.make_opsetid("", 18)]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    )
    return path
