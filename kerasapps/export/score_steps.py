"""The one rule on how fine the answers of an int8 file are, whatever is read.

A softmax on int8 answers in steps of 1/256. An answer that is unsure of all of many classes then is
a row of ties, or of zeros, and says nothing. There the softmax stays float32 behind whole-number
logits, which are as fine as their range needs; it costs microseconds.

So do the steps by which a number is brought into its own unit. On int8 its range would reach to 0:
of years around 2000 there would be one every eight. And so does the product that gives the number:
a hundred examples of calibration have a hundred numbers, and larger ones would be cut off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

MOST_WHOLE = 25  # classes; in an answer that is unsure of all, each then has ten of 256 steps


def whole_scores_suffice(classes: int) -> bool:
    """Whether steps of 1/256 tell the scores of so many classes apart: of up to 25."""
    return classes <= MOST_WHOLE


def float_scores(content: bytes) -> list[str]:
    """What must stay float32 at the end of a network: names for the converter's denylist.

    Args:
        content: a TFLite file, not quantized.

    Returns:
        What each softmax gives, but where whole numbers suffice, and each step that brings a number
        into its own unit, from a bound on that is there to be found, with the product before it.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    graph = model.subgraphs[0]
    if len(model.subgraphs) > 1:
        return []
    names = []
    for place in graph.outputs:
        scores = graph.tensors[place]
        (maker,) = (each for each in graph.operators if place in each.outputs)
        made_by = model.operatorCodes[maker.opcodeIndex].builtinCode
        is_softmax = made_by == schema.BuiltinOperator.SOFTMAX
        if is_softmax and not whole_scores_suffice(math.prod(scores.shape)):
            names.append(scores.name.decode())
        steps = list(_steps_of_one(model, place))
        if any(made_by == schema.BuiltinOperator.MINIMUM for made_by, _ in steps):
            names += [name for _, name in steps]
    return names


def _steps_of_one(model: Any, place: int) -> Iterator[tuple[int, str]]:
    """Operations that lead to a tensor, the last first: those with a constant, up to a bound, and
    what parts the outputs of the product before it, and that.
    """
    from ai_edge_litert import schema_py_generated as schema

    graph, operators = model.subgraphs[0], schema.BuiltinOperator
    scaling = {operators.ADD, operators.MUL, operators.MINIMUM}
    parting = {operators.RESHAPE, operators.SLICE, operators.SPLIT, operators.STRIDED_SLICE}
    makers = {made: each for each in graph.operators for made in each.outputs}
    wanted = scaling
    while place in makers:
        made_by = model.operatorCodes[makers[place].opcodeIndex].builtinCode
        computed = [each for each in makers[place].inputs if each in makers]
        if made_by not in wanted:
            return
        yield made_by, graph.tensors[place].name.decode()
        if made_by == operators.FULLY_CONNECTED or len(computed) != 1:
            return
        if made_by == operators.MINIMUM:
            wanted = parting | {operators.FULLY_CONNECTED}
        (place,) = computed
