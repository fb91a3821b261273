"""What `load_bundle(...).predict` adds to the bare interpreter and the decoding of the file.

python benchmarks/runner_latency.py BUNDLE PICTURE
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import kerasapps
from kerasapps.preprocess.image import load_image

RUNS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("picture", type=Path)
    arguments = parser.parse_args()
    bundle = kerasapps.load_bundle(arguments.bundle, artifact="int8")
    bare = bare_interpreter(bundle, arguments.picture)
    ours, base = in_turn(lambda: bundle.predict(arguments.picture), bare)
    assert "tensorflow" not in sys.modules
    from results import record

    rows = [
        {
            "predict, p50": f"{ours:.3f} ms",
            "interpreter + decoding, p50": f"{base:.3f} ms",
            "ratio": f"{ours / base:.2f}×",
            "n": RUNS,
            "seed": "none",
        }
    ]
    print(record("One picture, load_bundle(...).predict against the bare interpreter", rows))


def bare_interpreter(bundle: kerasapps.Bundle, picture: Path) -> Callable[[], object]:
    """Decoding, and the three calls that LiteRT's own documentation shows."""
    from ai_edge_litert.interpreter import Interpreter

    path = bundle.manifest.folder / "model_int8.tflite"
    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    inputs, outputs = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def run() -> object:
        interpreter.set_tensor(inputs["index"], load_image(picture, bundle.reader.spec)[np.newaxis])
        interpreter.invoke()
        return interpreter.get_tensor(outputs["index"])

    return run


def in_turn(*calls: Callable[[], object]) -> tuple[float, ...]:
    """Median milliseconds of each call, made in turn so that noise meets all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(RUNS):
        for call, found in zip(calls, times, strict=True):
            started = time.perf_counter()
            call()
            found.append((time.perf_counter() - started) * 1e3)
    return tuple(float(np.median(found)) for found in times)


if __name__ == "__main__":
    main()
