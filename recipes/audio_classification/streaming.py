"""The file that hears a stream: a few milliseconds in, scores out, and what is to be remembered.

Its first signature takes a whole clip, as the other files of a bundle do, its second a chunk and
the states, each of which goes in as it came out, zeros before the first chunk; there are no loops.
The weights lie there once. It is a file of its own as MediaPipe takes none of two graphs. Its
answers are compared with those to the whole clip: on whole numbers if these suffice, else floats.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import keras
import numpy as np

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.sound_stream import SCORES, STREAM, SoundStream
from kerasapps.errors import BundleError, ConfigError, ExportError
from kerasapps.export.network import (
    keeping_temperature,
    scoring_model,
    temperatures_of,
    with_temperature,
    without_temperature,
)
from kerasapps.export.tflite import Twin, convert_network
from kerasapps.models.streaming import LOGITS, stream_states
from kerasapps.outputs.classes.integer import keeps_scores
from kerasapps.recipes.audio_classification.bundle import STREAM_FILE
from kerasapps.recipes.audio_classification.integer import INTEGER
from kerasapps.recipes.audio_classification.network import NetworkBuilder
from kerasapps.terminal.streams import tell

LARGEST_DIFFERENCE = 1e-3
"""Of a score of a file of floats, from that of the network on whole clips."""
MODES = ("int8", "float32")

JUDGED = 100  # clips
CALIBRATED, MOMENTS = 8, 64  # clips, and chunks of each, on which ranges for int8 are found


def add_stream(
    build: NetworkBuilder,
    network: keras.Model,
    folder: Path,
    *,
    chunk: int,
    clips: np.ndarray,
    scores: np.ndarray,
    calibration: np.ndarray,
) -> None:
    """Puts a file that hears a stream into a bundle's folder; says so where there can be none.

    Args:
        build: made the network.
        network: on whole clips, causal.
        folder: of the bundle.
        chunk: samples that are heard at a time.
        clips: of the test split, float32 `(n, samples)`.
        scores: what the network says of them, float `(n, classes)`.
        calibration: clips on which ranges for whole numbers are found, float32 `(n, samples)`.
    """
    for mode in MODES:
        with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
            try:
                file = stream_file(
                    build, network, Path(scratch), mode=mode, chunk=chunk, calibration=calibration
                )
                objection = _objection(mode, file, clips, scores[:JUDGED])
            except (BundleError, ConfigError, ExportError) as error:
                objection = str(error)
            if not objection:
                shutil.copyfile(file, folder / STREAM_FILE)
                tell(f"{STREAM_FILE} ({mode}) hears {chunk} samples at a time, as the whole clip")
                return
        tell(f"Warning: {mode} is no file for streams: {objection}")


def stream_file(
    build: NetworkBuilder,
    network: keras.Model,
    folder: Path,
    *,
    mode: str,
    chunk: int,
    calibration: np.ndarray,
) -> Path:
    """A file that hears clips by one signature and streams by another.

    Args:
        build: made the network.
        network: on whole clips, causal.
        folder: an empty one for the file.
        mode: `int8` or `float32`.
        chunk: samples that are heard at a time.
        calibration: float32 `(n, samples)`.

    Raises:
        ConfigError: if the network hears no streams.
        ExportError: if it does not convert.
    """
    made = convert_network(
        scoring_model(keeping_temperature(network, build.for_export)),
        folder=folder,
        modes=(mode,),
        calibration=calibration,
        integer=INTEGER["class"],
        twin=twin_of(build, network, chunk=chunk, clips=calibration),
    )[mode]
    if isinstance(made, ExportError):
        raise made
    return made


def twin_of(build: NetworkBuilder, network: keras.Model, *, chunk: int, clips: np.ndarray) -> Twin:
    """The signature that hears a stream; see `streaming_model`.

    Args:
        build: made the network.
        network: on whole clips.
        chunk: samples that are heard at a time.
        clips: on which ranges for int8 are found, float32 `(n, samples)`.
    """
    twin = build.for_streams(without_temperature(network), chunk=chunk)
    taken: dict[str, list[np.ndarray]] = {name: [] for name in twin.input}
    for given in stream_states(twin, np.asarray(clips[:CALIBRATED]), most=MOMENTS):
        for name, values in given.items():
            taken[name].append(values)
    states = {name: each for name, each in twin.output.items() if name != LOGITS}
    hearing = keras.Model(twin.input, twin.output[LOGITS])
    scores = scoring_model(with_temperature(hearing, temperatures_of(network))).output
    return Twin(
        STREAM,
        keras.Model(twin.input, {SCORES: scores, **states}),
        {name: np.concatenate(each) for name, each in taken.items()},
    )


def _objection(mode: str, file: Path, clips: np.ndarray, expected: np.ndarray) -> str:
    """What a file's answers to clips, whole or bit by bit, have against them; "" where nothing."""
    whole = TFLiteModel(file)
    answers = [
        stream_scores(file, clips),
        np.stack([whole.scores(np.asarray(clip)) for clip in clips[:JUDGED]]),
    ]
    apart = max(float(np.abs(each - expected).max()) for each in answers)
    if mode == "int8":
        fits = all(keeps_scores(each, expected) for each in answers)
    else:
        fits = apart <= LARGEST_DIFFERENCE
    return "" if fits else f"its scores are up to {apart:.3f} from those of the network"


def stream_scores(path: Path, clips: np.ndarray) -> np.ndarray:
    """What a file answers to clips that it hears bit by bit, float32 `(n, classes)`.

    Args:
        path: of the file.
        clips: float32 `(n, samples)`, of which some are heard, each as a stream of its own.

    Raises:
        BundleError: if the file hears no stream.
    """
    stream, rows = SoundStream(path), []
    for clip in clips[:JUDGED]:
        stream.forget()
        for start in range(0, len(clip) // stream.chunk * stream.chunk, stream.chunk):
            heard = stream.hear(clip[start : start + stream.chunk])
        rows.append(heard)
    return np.stack(rows)
