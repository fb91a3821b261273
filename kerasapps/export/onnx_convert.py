"""A SavedModel → ONNX files that onnxruntime runs as they are; for the converter's process.

tf2onnx writes the graph. What it leaves as it was, as it knows no such operation of ONNX, is
refused by name: no runtime would load it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.formats import NEXT
from kerasapps.errors import ExportError

OPSET = 18  # of 2022: what every onnxruntime since 1.14 knows
_BATCH = "batch"
_MOST_NAMED = 5


def onnx_files(saved_model: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    """The ONNX files of a SavedModel.

    Inputs and outputs keep the names that they have in the signature, but what is taken and given
    under one name: there `next_` stands before what is given. What is not fixed of their first axis
    is called `batch`.

    Args:
        saved_model: the folder.
        names: of its signatures → what the file of each is called.

    Returns:
        What the files are called → their contents.

    Raises:
        ExportError: if a file would hold operations that ONNX lacks, or be too large for one.
    """
    import tensorflow as tf

    loaded = tf.saved_model.load(str(saved_model))
    return {file: _onnx_file(loaded.signatures[name]) for name, file in names.items()}


def _onnx_file(function: Any) -> bytes:
    from tf2onnx import convert

    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # what it lacks is found below
    takes = dict(sorted(function.structured_input_signature[1].items()))
    ordered = _in_order(function, takes)
    made, _ = convert.from_function(
        ordered,
        [*takes.values()],
        opset=OPSET,
        custom_op_handlers={
            "Erfc": (_complement_of_erf, []),
            "XlaDynamicUpdateSlice": (_one_row_updated, []),
        },
    )
    foreign = sorted(set(_foreign(made.graph.node)))
    if foreign:
        raise ExportError(
            f"onnx: no onnxruntime runs {', '.join(foreign[:_MOST_NAMED])}; replace the layer by "
            "one with operations that ONNX has."
        )
    _fill_in(made.graph, ordered.get_concrete_function(*takes.values()))
    _name_batch(made.graph)
    try:
        content: bytes = made.SerializeToString()
    except ValueError as error:
        raise ExportError(f"onnx: {error}: one file holds 2 GB at most.") from error
    return content


def _fill_in(graph: Any, function: Any) -> None:
    """Makes constants of inputs that nobody gives: tensors that layers keep beside their weights.

    Keras's normalization has its mean and deviation so.
    """
    from onnx import numpy_helper

    kept = {inner.name: outer for outer, inner in function.graph.captures}
    for place in reversed(range(len(graph.input))):
        name = graph.input[place].name
        if name in kept:
            graph.initializer.append(numpy_helper.from_array(kept[name].numpy(), name))
            del graph.input[place]


def _in_order(function: Any, names: Collection[str]) -> Any:
    """A function of a signature, which takes tensors by name, as one that takes them in order.

    In ONNX nothing that comes out has the name of what goes in: it gets `NEXT` before it.
    """
    import tensorflow as tf

    def called(*tensors: Any) -> dict[str, Any]:
        answer = function(**dict(zip(names, tensors, strict=True)))
        return {f"{NEXT * (name in names)}{name}": each for name, each in answer.items()}

    return tf.function(called)


def _complement_of_erf(graph: Any, node: Any, name: str, args: Any) -> None:
    """1 - erf(x), whose parts ONNX has: of GELU without an approximation."""
    one = graph.make_const(f"{name}_one", np.array(1, np.float32)).output[0]
    error = graph.make_node("Erf", [node.input[0]]).output[0]
    _replace(graph, node, "Sub", [one, error])


def _one_row_updated(graph: Any, node: Any, name: str, args: Any) -> None:
    """A slice of one row along one axis put in its place: what a step adds to a cache."""
    whole, update, place = node.input
    shapes = [graph.get_shape(each) for each in (whole, update)]
    sides = list(zip(*shapes, strict=True))
    axes = [axis for axis, (side, updated) in enumerate(sides) if side != updated]
    if len(axes) != 1 or sides[axes[0]][1] != 1:
        return  # it stays what it was, and is refused by its name
    (axis,) = axes
    count, behind = sides[axis][0], len(sides) - axis - 1
    rows = np.arange(count, dtype=np.int32).reshape(count, *[1] * behind)
    numbers = graph.make_const(f"{name}_rows", rows).output[0]
    chosen = graph.make_const(f"{name}_axis", np.array(axis, np.int32)).output[0]
    row = graph.make_node("Gather", [place, chosen]).output[0]
    here = graph.make_node("Equal", [numbers, row]).output[0]
    _replace(graph, node, "Where", [here, update, whole])


def _replace(graph: Any, node: Any, kind: str, inputs: Sequence[str]) -> None:
    """Another operation in the place of `node`, which gives a tensor of the same shape."""
    outputs, shapes, dtypes = list(node.output), node.output_shapes, node.output_dtypes
    graph.remove_node(node.name)
    graph.make_node(
        kind, list(inputs), outputs=outputs, name=node.name, shapes=shapes, dtypes=dtypes
    )


def _foreign(nodes: Any) -> Iterator[str]:
    """Names of the operations that ONNX does not have, also of those in branches and loops."""
    from onnx import defs

    for node in nodes:
        if node.domain or not defs.has(node.op_type):
            yield node.op_type
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                yield from _foreign(graph.node)


def _name_batch(graph: Any) -> None:
    """tf2onnx numbers what is not known of a shape; a batch is called so."""
    for tensor in (*graph.input, *graph.output):
        first = tensor.type.tensor_type.shape.dim[:1]
        for side in first:
            if not side.HasField("dim_value"):
                side.dim_param = _BATCH
