"""The int8 file of a network on sounds: whole numbers behind a front end in float32.

A spectrum spans a million to one before its logarithm is taken, which 256 steps cannot hold. So all
that leads to the last logarithm or power stays float32, whose constants are small; what comes then
is a picture of few levels, and networks of convolutions bear whole numbers there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kerasapps.export.integer import Alike, integer_rows

FRONT_END = frozenset({"EXP", "LOG", "POW"})
"""Operations that end a front end, and occur nowhere else in a network."""


def integer_sounds(converter: Callable[[], Any], job: Mapping[str, Any], *, alike: Alike) -> bytes:
    """float32 samples in; scores of whole numbers where they suffice (see `integer_rows`).

    Args:
        converter: gives one of the float network, without optimizations set.
        job: see `integer_rows`.
        alike: whether two files answer alike.
    """
    return integer_rows(converter, job, alike=alike, stays_float=front_end)


def front_end(content: bytes) -> list[str]:
    """The operations that lead to the last logarithm or power: names for the converter's denylist.

    Args:
        content: a TFLite file, not quantized.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    kept: set[str] = set()
    for graph in model.subgraphs:
        made_by = {place: operator for operator in graph.operators for place in operator.outputs}
        waiting = [
            place
            for place, operator in made_by.items()
            if names[model.operatorCodes[operator.opcodeIndex].builtinCode] in FRONT_END
        ]
        found: set[int] = set()
        while waiting:
            place = waiting.pop()
            if place in made_by and place not in found:
                found.add(place)
                waiting += [int(each) for each in made_by[place].inputs]
        kept |= {graph.tensors[place].name.decode() for place in found}
    return sorted(kept)
