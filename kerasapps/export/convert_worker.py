"""The process that converts; run as `python -m kerasapps.export.convert_worker JOB.json`.

The converter can end the process it runs in, so it gets one of its own. For each mode the job
names it writes `model_<mode>.tflite` (of `onnx`: what the job calls its files), or `<mode>.error`
with the converter's message.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config.export import ONNX
from kerasapps.export.integer import MakeInteger
from kerasapps.export.onnx_convert import onnx_files
from kerasapps.export.slim import with_short_names
from kerasapps.files.room import is_out_of_space
from kerasapps.process.lean import import_tensorflow


def main() -> None:
    import_tensorflow()
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(job["folder"])
    for mode in job["modes"]:
        try:
            files = _files(job, mode)
        except Exception as error:
            if is_out_of_space(error):
                raise
            # Whatever the converter raises is this mode's result; the parent reports it.
            (folder / f"{mode}.error").write_text(str(error), encoding="utf-8")
            continue
        _write(files, folder, aside=folder / f"{mode}.partial")


def _files(job: Mapping[str, Any], mode: str) -> Mapping[str, bytes]:
    """Path in the job's folder → content."""
    if mode == ONNX:
        asked = job["onnx"]
        return onnx_files(Path(asked["saved_model"]), asked["files"])
    content = convert(job, mode)
    # The float file keeps its names, by which the ladder finds its layers.
    return {f"model_{mode}.tflite": with_short_names(content) if mode == "int8" else content}


def _write(files: Mapping[str, bytes], folder: Path, *, aside: Path) -> None:
    """Writes files aside, and renames what is whole, be it a file or a folder, to its place."""
    for name, content in files.items():
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).write_bytes(content)
    for each in [*aside.iterdir()]:
        each.replace(folder / each.name)
    aside.rmdir()


def convert(job: Mapping[str, Any], mode: str) -> bytes:
    """The TFLite file of a SavedModel with a static batch of 1.

    Args:
        job: `saved_model`: folder; `integer`: "module:function", which makes the `int8` file of a
            function that gives a fresh converter and of the job, in which it finds what else it
            needs, such as `calibration`; `folder`: for scratch files.
        mode: `float32`, `float16`, `dynamic` or `int8`.
    """
    import tensorflow as tf

    def converter() -> Any:
        fresh = tf.lite.TFLiteConverter.from_saved_model(job["saved_model"])
        fresh.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        return fresh

    if mode == "int8":
        return _integer(job["integer"])(converter, job)
    plain = converter()
    if mode != "float32":
        plain.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "float16":
        plain.target_spec.supported_types = [tf.float16]
    content: bytes = plain.convert()
    return content


def _integer(name: str) -> MakeInteger:
    module, function = name.split(":")
    make: MakeInteger = getattr(importlib.import_module(module), function)
    return make


if __name__ == "__main__":
    main()
