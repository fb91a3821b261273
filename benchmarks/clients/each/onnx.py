"""onnxruntime with a bundle's ONNX files, as any program of its users has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.clients import places
from benchmarks.clients.answers import Answer
from benchmarks.clients.arrays import ENCODE, STEP, tensors
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.loop import translate

ARTIFACT = "onnx"
NEXT = "next_"  # before a state that comes out under another name than it goes in
DTYPES = {"tensor(float)": np.float32, "tensor(int32)": np.int32, "tensor(uint8)": np.uint8}


def cannot(case: Case) -> str:
    """It runs ONNX files."""
    return "" if case.artifact == ARTIFACT else "no ONNX file"


def missing() -> str:
    """It is in the extra `onnx`."""
    return "" if find_spec("onnxruntime") else "onnxruntime is not here: install kerasapps[onnx]"


class Session:
    """One ONNX file.

    Args:
        file: the file.
    """

    def __init__(self, file: Path) -> None:
        import onnxruntime

        self._session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        # What is no number is free: the batch, of which there is one here.
        self.takes = {
            each.name: {
                "shape": [side if isinstance(side, int) else 1 for side in each.shape],
                "dtype": DTYPES[each.type],
            }
            for each in self._session.get_inputs()
        }
        self.gives = [each.name for each in self._session.get_outputs()]

    def __call__(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The outputs by name."""
        return dict(zip(self.gives, self._session.run(None, dict(values)), strict=True))


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives."""
    if case.answers == "translation":
        return _translations(case)
    session = Session(case.file)
    outputs = (session(tensors(each, session.takes)) for each in case.inputs)
    return case.answered(next(iter(each.values()))[0] for each in outputs)


def _translations(case: Case) -> list[str]:
    encode, run = (Session(case.file / f"{name}.onnx") for name in (ENCODE, STEP))

    def step(state: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name.removeprefix(NEXT): value for name, value in run(state).items()}

    return translate(
        case.loaded.tokenizer,
        case.inputs,
        encode=lambda ids: encode({"source": ids}),
        step=step,
        gives=encode.gives,
        takes=run.takes,
    )


CLIENTS = (
    Client(
        name="onnxruntime",
        version=lambda: places.version_here("onnxruntime"),
        missing=missing,
        cannot=cannot,
        answers=one_by_one(answer),
        beam=1,
        note="Compared with the `float32` file.",
    ),
)
