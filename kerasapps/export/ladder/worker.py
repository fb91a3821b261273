"""The process that quantizes; run as `python -m kerasapps.export.ladder.worker JOB.json`.

For each file that the job wants it writes `model_<name>.tflite` beside the float32 file, or
`<name>.error` with the quantizer's message. It imports no TensorFlow.
"""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.export.ladder.engine import (
    Call,
    Ranges,
    Recipe,
    quantized,
    quantized_tagged,
    ranges_of,
)
from kerasapps.export.ladder.graph import layers, tagged
from kerasapps.files.room import is_out_of_space

_MOST_CALLS = 500  # on which ranges are found
_COMPARED = 24  # calls on which layers are compared
_QUIET = 1e-12


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    source = Path(job["source"])
    content = tagged(source.read_bytes())
    if job["measure"]:
        suffering = measured(content, job, folder=source.parent)
        (source.parent / "suffering.json").write_text(json.dumps(suffering), encoding="utf-8")
    for wanted in job["wanted"]:
        try:
            made = _made(content, wanted, job, folder=source.parent)
        except Exception as error:
            if is_out_of_space(error):
                raise
            # Whatever the quantizer raises is this file's result; the parent reports it.
            message = " ".join(str(error).split()) or type(error).__name__
            place = source.parent / f"{wanted['name']}.error"
            place.write_text(f"ai-edge-quantizer: {message}", encoding="utf-8")
            continue
        aside = source.parent / "partial"
        aside.write_bytes(made)
        aside.replace(source.parent / f"model_{wanted['name']}.tflite")


def _made(
    content: bytes, wanted: Mapping[str, Any], job: Mapping[str, Any], *, folder: Path
) -> bytes:
    by_layer = layers(content) if wanted["left"] else {}
    tags = [tag for layer in wanted["left"] for tag in by_layer[layer]]
    recipe = Recipe(wanted["form"], tags, wanted["left_as"])
    ranges = _ranges(content, job, folder) if recipe.is_static else None
    return quantized(content, recipe, ranges)


def measured(content: bytes, job: Mapping[str, Any], *, folder: Path) -> list[tuple[str, float]]:
    """Layers and the noise of the answers with that layer alone on int8, the worst first.

    A layer is looked at alone, with what it reads and gives rounded: two layers around one wide
    activation would hide one another if each were left out of a file that is int8 elsewhere.

    Args:
        content: a tagged float32 file.
        job: leads to the examples.
        folder: for what is found of them.
    """
    ranges, calls = _ranges(content, job, folder), _spread(_calls(job))
    expected = _answers(content, calls)
    noise = []
    for layer, tags in layers(content).items():
        everything_else = Recipe("float", tags, "int8")
        try:
            made = quantized_tagged(content, everything_else, ranges)
            noise.append((layer, _noise(_answers(made, calls), expected)))
        except Exception as error:
            if is_out_of_space(error):
                raise
            noise.append((layer, float("inf")))  # what cannot be on int8 is left out first
    return sorted(noise, key=lambda each: -each[1])


def _noise(answers: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> float:
    """The mean of what changed of an answer, squared, against the answer squared."""
    shares = [
        float(np.sum((answer - each) ** 2) / max(float(np.sum(each**2)), _QUIET))
        for answer, each in zip(answers, expected, strict=True)
    ]
    mean = float(np.mean(shares))
    return mean if np.isfinite(mean) else float("inf")


def _answers(content: bytes, calls: Sequence[Call]) -> list[np.ndarray]:
    """Of each call all float outputs, one after the other, each of equal weight."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content)
    runners = {name: interpreter.get_signature_runner(name) for name, _ in calls}
    answers = []
    for name, values in calls:
        given = runners[name](**values)
        floats = [given[each] for each in sorted(given) if given[each].dtype.kind == "f"]
        answers.append(np.concatenate([np.array(each, np.float64).ravel() for each in floats]))
    return answers


def _ranges(content: bytes, job: Mapping[str, Any], folder: Path) -> Ranges:
    """Of the activations on the calibration examples; found once."""
    kept = folder / "ranges.json"
    if not kept.exists():
        found = ranges_of(content, itertools.islice(_calls(job), _MOST_CALLS))
        values = {
            name: [float(each["min"][0]), float(each["max"][0])] for name, each in found.items()
        }
        kept.write_text(json.dumps(values), encoding="utf-8")
    pairs = json.loads(kept.read_text(encoding="utf-8"))
    return {
        name: {"min": np.array([low], np.float32), "max": np.array([high], np.float32)}
        for name, (low, high) in pairs.items()
    }


def _spread(calls: Iterator[Call]) -> list[Call]:
    """Some calls, evenly spread over the first hundreds: not the first words of one sentence."""
    known = list(itertools.islice(calls, _MOST_CALLS))
    return known[:: max(1, len(known) // _COMPARED)]


def _calls(job: Mapping[str, Any]) -> Iterator[Call]:
    """The calibration examples as calls of the float32 file, as the job says who makes them."""
    module, function = job["calls"].split(":")
    calls: Iterator[Call] = getattr(importlib.import_module(module), function)(job)
    return calls


if __name__ == "__main__":
    main()
