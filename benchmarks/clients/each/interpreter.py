"""LiteRT's `Interpreter` as its documentation uses it: a signature's runner, called by name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.clients.answers import Answer
from benchmarks.clients.arrays import ENCODE, SERVING, STEP, tensors
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.loop import translate
from benchmarks.clients.reasons import no_tflite


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(case.file))
    if case.answers == "translation":
        return translations(interpreter, case.loaded.tokenizer, case.inputs)
    run = interpreter.get_signature_runner(SERVING)
    takes = run.get_input_details()
    given = (run(**tensors(example, takes)).values() for example in case.inputs)
    return case.answered(output[0] for (output,) in given)


def translations(interpreter: Any, tokenizer: Any, sources: Sequence[np.ndarray]) -> list[str]:
    """Of sentences as ids, with the two signatures of a translator's file."""
    encode, step = (interpreter.get_signature_runner(name) for name in (ENCODE, STEP))
    return translate(
        tokenizer,
        sources,
        encode=lambda ids: encode(source=ids),
        step=lambda state: step(**state),
        gives=encode.get_output_details(),
        takes=step.get_input_details(),
    )


CLIENTS = (
    Client(
        name="LiteRT Interpreter",
        version=lambda: version("ai-edge-litert"),
        cannot=no_tflite,
        answers=one_by_one(answer),
        bare=True,
        beam=1,
    ),
)
