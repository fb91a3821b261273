"""LiteRT.js in Chromium, given tensors as our preprocessing makes them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.clients import browser, elsewhere, places
from benchmarks.clients.answers import Answer
from benchmarks.clients.arrays import ENCODE, SERVING, STEP, tensors
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.loop import zero_shapes
from benchmarks.clients.reasons import no_tflite

MODULE = "@litertjs/core"


def missing() -> str:
    """It needs Chromium and the package from npm."""
    return places.no_program("chromium") or places.no_module(MODULE)


def answers(cases: Sequence[Case]) -> Iterator[Answers]:
    """What each case's examples give."""
    files = {f"/{number}.tflite": case.file for number, case in enumerate(cases)}
    jobs = [{**_job(case), "model": f"/files/{number}.tflite"} for number, case in enumerate(cases)]
    values = browser.answered("litert.html", jobs, files=files)
    yield from elsewhere.read(values, by=[_reading(case) for case in cases])


def _job(case: Case) -> Mapping[str, Any]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(case.file))
    if case.answers == "translation":
        encode, step = (interpreter.get_signature_runner(name) for name in (ENCODE, STEP))
        spec = case.loaded.tokenizer.spec
        return {
            "sources": [ids.tolist() for ids in case.inputs],
            "max_source": spec.max_source,
            "max_target": spec.max_target,
            "zeros": zero_shapes(encode.get_output_details(), step.get_input_details()),
        }
    takes = interpreter.get_signature_runner(SERVING).get_input_details()
    examples = [
        {name: _told(each) for name, each in tensors(example, takes).items()}
        for example in case.inputs
    ]
    return {"signature": SERVING, "examples": examples}


def _told(tensor: np.ndarray) -> dict[str, Any]:
    return {
        "shape": tensor.shape,
        "dtype": tensor.dtype.name,
        "base64": base64.b64encode(tensor.tobytes()).decode(),
    }


def _reading(case: Case) -> Callable[[Any], list[Answer]]:
    """From what the page posts to answers."""
    if case.answers == "translation":
        return lambda posted: [case.loaded.tokenizer.decode_target(ids) for ids in posted]

    def output(each: Mapping[str, Any]) -> np.ndarray:
        dtype = np.uint8 if each["whole"] else np.float32
        return np.array(each["values"], dtype).reshape(each["shape"][1:])

    return lambda posted: case.answered(output(each) for each in posted)


CLIENTS = (
    Client(
        name="LiteRT.js, Chromium",
        version=lambda: places.version_of_module(MODULE),
        missing=missing,
        cannot=no_tflite,
        answers=answers,
        bare=True,
        beam=1,
    ),
)
