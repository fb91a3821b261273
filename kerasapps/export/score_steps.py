"""The one rule on how fine the scores of an int8 file are, for pictures and for texts.

A softmax on int8 answers in steps of 1/256. An answer that is unsure of all of many classes then is
a row of ties, or of zeros, and says nothing. There the softmax stays float32 behind whole-number
logits, which are as fine as their range needs; it costs microseconds.
"""

from __future__ import annotations

import math

MOST_WHOLE = 25  # classes; in an answer that is unsure of all, each then has ten of 256 steps


def whole_scores_suffice(classes: int) -> bool:
    """Whether steps of 1/256 tell the scores of so many classes apart: of up to 25."""
    return classes <= MOST_WHOLE


def float_scores(content: bytes) -> list[str]:
    """What must stay float32 in a network with many classes: names for the converter's denylist.

    Args:
        content: a TFLite file, not quantized.

    Returns:
        The output of each softmax that gives scores of the file, but where whole numbers suffice.
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
    return names
