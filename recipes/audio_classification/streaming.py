"""The file that hears a stream: a few milliseconds in, scores out, and what is to be remembered.

It is one more TFLite file of a bundle, in float32. Each state goes in as it came out, zeros before
the first chunk; there are no loops in it. Its answers are compared with those of the whole clip.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasapps.deploy.sound_stream import SoundStream
from kerasapps.errors import BundleError, ConfigError, ExportError
from kerasapps.export.tflite import convert_modes
from kerasapps.models.streaming import LOGITS
from kerasapps.process.quiet import without_log
from kerasapps.recipes.audio_classification.bundle import STREAM_FILE
from kerasapps.recipes.audio_classification.network import NetworkBuilder
from kerasapps.terminal.streams import tell

LARGEST_DIFFERENCE = 1e-3
"""Of a score, from that of the network on whole clips."""

JUDGED = 32  # clips


def add_stream(
    build: NetworkBuilder,
    network: keras.Model,
    folder: Path,
    *,
    chunk: int,
    clips: np.ndarray,
    scores: np.ndarray,
) -> None:
    """Puts a file that hears a stream into a bundle's folder; says so where there can be none.

    Args:
        build: made the network.
        network: on whole clips, causal.
        folder: of the bundle.
        chunk: samples that are heard at a time.
        clips: of the test split, float32 `(n, samples)`.
        scores: what the network says of them, float `(n, classes)`.
    """
    path = folder / STREAM_FILE
    try:
        with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
            write_stream(build.for_streams(network, chunk=chunk), path, scratch=Path(scratch))
        apart = stream_difference(path, clips, scores, chunk=chunk)
    except (ExportError, BundleError, ConfigError) as error:
        tell(f"Warning: there is no file for streams: {error}")
        path.unlink(missing_ok=True)
        return
    if not apart <= LARGEST_DIFFERENCE:
        path.unlink()
        tell(f"Warning: the file for streams is left out: its scores are up to {apart:.3f} away")
        return
    tell(f"{STREAM_FILE} hears {chunk} samples at a time, and answers as the whole clip")


def write_stream(twin: keras.Model, path: Path, *, scratch: Path) -> None:
    """Converts the twin of a network for streams; see `streaming_model`.

    Args:
        twin: from `sound` and states to `logits` and states.
        path: file to write.
        scratch: an empty folder.

    Raises:
        ExportError: if it does not convert.
    """
    saved_model = scratch / "stream"
    scores = keras.layers.Softmax(name="scores", dtype="float32")(twin.output[LOGITS])
    states = {name: each for name, each in twin.output.items() if name != LOGITS}
    scoring = keras.Model(twin.input, {"scores": scores, **states})
    names = sorted(scoring.input)
    _write(scoring, saved_model, names)
    job = {"folder": str(scratch), "saved_model": str(saved_model), "calibration": None}
    made = convert_modes(job, modes=("float32",), folder=scratch)["float32"]
    if isinstance(made, ExportError):
        raise made
    path.write_bytes(made.read_bytes())


def _write(model: keras.Model, folder: Path, names: list[str]) -> None:
    signature = [
        tf.TensorSpec((1, *model.input[name].shape[1:]), model.input[name].dtype, name=name)
        for name in names
    ]
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",
        lambda *tensors: model(dict(zip(names, tensors, strict=True)), training=False),
        input_signature=signature,
    )
    with without_log():
        archive.write_out(str(folder), verbose=False)


def stream_difference(path: Path, clips: np.ndarray, scores: np.ndarray, *, chunk: int) -> float:
    """How far a file's answer to a clip, bit by bit, is from that of the network at most.

    Args:
        path: of the file.
        clips: float32 `(n, samples)`, of which some are heard.
        scores: of the network, float `(n, classes)`.
        chunk: samples that are heard at a time.
    """
    stream = SoundStream(path)
    worst = 0.0
    for clip, expected in zip(clips[:JUDGED], scores[:JUDGED], strict=True):
        stream.forget()
        whole = len(clip) // chunk * chunk
        for start in range(0, whole, chunk):
            heard = stream.hear(clip[start : start + chunk])
        worst = max(worst, float(np.abs(heard - expected).max()))
    return worst
