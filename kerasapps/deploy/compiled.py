"""LiteRT's CompiledModel beside its Interpreter: one signature of a TFLite file in both.

CompiledModel is LiteRT's newer interface, which its accelerators ask for. Both get zeros, on one
thread of the CPU, and what they give is read each time, so that the times compare.
`python -m kerasapps.deploy.compiled JOB.json` measures `model` and writes `result`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.measure import latencies_ms
from kerasapps.deploy.translator_file import DECODE_STEP


@dataclass(frozen=True)
class CompiledFigures:
    """How two interfaces of LiteRT run the same signature.

    Attributes:
        signature: of a translator a step of it; of all others the file's only one.
        interpreter_ms: median time of a call by Interpreter; None where the process died.
        compiled_ms: likewise by CompiledModel; None where it refuses the file.
        refused: why; empty where it runs.
    """

    signature: str
    interpreter_ms: float | None
    compiled_ms: float | None
    refused: str = ""


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    figures = compare(Path(job["model"]))
    Path(job["result"]).write_text(json.dumps(vars(figures)), encoding="utf-8")


def compare(path: Path) -> CompiledFigures:
    """Times a TFLite file by both interfaces."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    signatures = sorted(interpreter.get_signature_list())
    name = DECODE_STEP if DECODE_STEP in signatures else signatures[0]
    runner = interpreter.get_signature_runner(name)
    inputs = {
        each: np.zeros(details["shape"], details["dtype"])
        for each, details in runner.get_input_details().items()
    }
    interpreted = _median(lambda: runner(**inputs))
    outputs = runner(**inputs)
    try:
        compiled: float | None = _median(_compiled_call(path, name, inputs, outputs))
        refused = ""
    except Exception as error:  # LiteRT's errors have no class in common
        compiled, refused = None, str(error).strip().partition("\n")[0] or type(error).__name__
    return CompiledFigures(name, interpreted, compiled, refused)


def _compiled_call(
    path: Path, name: str, inputs: dict[str, np.ndarray], outputs: dict[str, np.ndarray]
) -> Callable[[], object]:
    from ai_edge_litert.compiled_model import CompiledModel

    model = CompiledModel.from_file(str(path))
    given = {each: model.create_input_buffer_by_name(name, each) for each in inputs}
    answers = {each: model.create_output_buffer_by_name(name, each) for each in outputs}

    def call() -> Any:
        for each, buffer in given.items():
            buffer.write(inputs[each])
        model.run_by_name(name, given, answers)
        return [
            buffer.read(outputs[each].size, outputs[each].dtype) for each, buffer in answers.items()
        ]

    return call


def _median(call: Callable[[], object]) -> float:
    return float(np.median(latencies_ms(call)))


if __name__ == "__main__":
    main()
