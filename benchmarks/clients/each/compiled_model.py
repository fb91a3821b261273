"""LiteRT's `CompiledModel`, the interface of LiteRT 2, as phones have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.clients.answers import Answer
from benchmarks.clients.arrays import ENCODE, SERVING, STEP, tensors
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.loop import translate
from benchmarks.clients.reasons import no_tflite


class Signature:
    """One signature with a buffer for each of its tensors.

    Args:
        model: a `CompiledModel`.
        name: of the signature.
    """

    def __init__(self, model: Any, name: str) -> None:
        self._model, self._name = model, name
        self.takes = model.get_input_tensor_details(name)
        self.gives = model.get_output_tensor_details(name)
        self._inputs = {each: model.create_input_buffer_by_name(name, each) for each in self.takes}
        self._outputs = {
            each: model.create_output_buffer_by_name(name, each) for each in self.gives
        }

    def __call__(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The outputs by name."""
        for name, buffer in self._inputs.items():
            buffer.write(np.ascontiguousarray(values[name]))
        self._model.run_by_name(self._name, self._inputs, self._outputs)
        return {name: self._read(name) for name in self._outputs}

    def _read(self, name: str) -> np.ndarray:
        shape, dtype = self.gives[name]["shape"], np.dtype(self.gives[name]["dtype"])
        values = self._outputs[name].read(int(np.prod(shape)), dtype.type)
        return np.array(values).reshape(shape)


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives."""
    from ai_edge_litert.compiled_model import CompiledModel

    model = CompiledModel.from_file(str(case.file))
    if case.answers == "translation":
        return translations(model, case.loaded.tokenizer, case.inputs)
    serve = Signature(model, SERVING)
    given = (serve(tensors(example, serve.takes)).values() for example in case.inputs)
    return case.answered(output[0] for (output,) in given)


def translations(model: Any, tokenizer: Any, sources: Sequence[np.ndarray]) -> list[str]:
    """Of sentences as ids, with the two signatures of a translator's file."""
    encode, step = Signature(model, ENCODE), Signature(model, STEP)
    return translate(
        tokenizer,
        sources,
        encode=lambda ids: encode({"source": ids}),
        step=step,
        gives=encode.gives,
        takes=step.takes,
    )


CLIENTS = (
    Client(
        name="LiteRT CompiledModel",
        version=lambda: version("ai-edge-litert"),
        cannot=no_tflite,
        answers=one_by_one(answer),
        bare=True,
        beam=1,
    ),
)
