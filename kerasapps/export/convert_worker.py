"""The process that converts; run as `python -m kerasapps.export.convert_worker JOB.json`.

The converter can end the process it runs in, so it gets one of its own. For each mode the job
names it writes `model_<mode>.tflite`, or `<mode>.error` with the converter's message.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.export.integer import RowTrial, integer_file, quantize
from kerasapps.export.integer_pairs import pair_trial
from kerasapps.export.score_steps import whole_scores_suffice
from kerasapps.lean import import_tensorflow
from kerasapps.room import is_out_of_space


def main() -> None:
    import_tensorflow()
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(job["folder"])
    for mode in job["modes"]:
        try:
            content = convert(job, mode)
        except Exception as error:
            if is_out_of_space(error):
                raise
            # Whatever the converter raises is this mode's result; the parent reports it.
            (folder / f"{mode}.error").write_text(str(error), encoding="utf-8")
            continue
        partial = folder / f"{mode}.partial"
        partial.write_bytes(content)
        partial.replace(folder / f"model_{mode}.tflite")


def convert(job: Mapping[str, Any], mode: str) -> bytes:
    """The TFLite file of a SavedModel with a static batch of 1.

    Args:
        job: `saved_model`: folder, whose serving signature has the arguments `inputs` and gives
            scores of `classes`, or which has the signatures of a translator; `calibration`, read
            for `int8` only: .npy with training inputs, `(n, …)`, or the .npz of a translator;
            `folder`: for scratch files.
        mode: `float32`, `float16`, `dynamic` or `int8`.
    """
    import tensorflow as tf

    converter = _converter(job)
    if mode == "int8":
        return _integer(converter, job)
    if mode != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "float16":
        converter.target_spec.supported_types = [tf.float16]
    content: bytes = converter.convert()
    return content


def _converter(job: Mapping[str, Any]) -> Any:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_saved_model(job["saved_model"])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    return converter


def _integer(converter: Any, job: Mapping[str, Any]) -> bytes:
    folder = Path(job["folder"])
    calibration = np.load(job["calibration"], mmap_mode="r")
    if isinstance(calibration, np.lib.npyio.NpzFile):
        float_file = folder / "uncalibrated.tflite"
        float_file.write_bytes(_converter(job).convert())
        return integer_file(converter, pair_trial(calibration, float_file), folder=folder)
    if calibration.dtype == np.int32:
        return integer_file(converter, RowTrial(job["inputs"], calibration), folder=folder)
    return _integer_pictures(converter, calibration, classes=job["classes"])


def _integer_pictures(converter: Any, calibration: np.ndarray, *, classes: int) -> bytes:
    """uint8 in; scores are uint8 as well, or float32 (see `score_steps`)."""
    import tensorflow as tf
    from tensorflow.lite.python.util import modify_model_io_type

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.representative_dataset = lambda: _examples(calibration)
    content: bytes
    if whole_scores_suffice(classes):
        converter.inference_input_type = tf.uint8
        converter.inference_output_type = tf.uint8
        content = converter.convert()
    else:
        converter._experimental_calibrate_only = True
        content = modify_model_io_type(quantize(converter.convert()), tf.uint8, tf.float32)
    return bytes(content)


def _examples(calibration: np.ndarray) -> Iterator[list[np.ndarray]]:
    for index, picture in enumerate(calibration):
        batch = picture[None].astype(np.float32)
        if index == 0:
            # Both ends of the range, so that the input's scale is exactly 1 and its zero
            # point 0: a phone can feed the bytes of a picture as they are.
            batch.flat[:2] = 0, 255
        yield [batch]


if __name__ == "__main__":
    main()
