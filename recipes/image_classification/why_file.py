"""The file that answers and says where in the picture the answer is from.

It is a file of its own: clients that look for one graph in a file, as MediaPipe does, find one in
all others. Its weights lie there once. Its maps are compared with those of the network.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.deploy.feeds import as_channels
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.why_file import MAPS, SCORES, WHY, WHY_FILE, WhyFile
from kerasapps.errors import BundleError, ConfigError, ExportError
from kerasapps.export.integer import integer_rows
from kerasapps.export.network import (
    colours_taken,
    scoring_model,
    temperatures_of,
    with_temperature,
    without_temperature,
)
from kerasapps.export.tflite import Twin, convert_network, input_names
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.class_activation import LOGITS, class_activation
from kerasapps.outputs.classes.integer import keeps_scores
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.recipes.judgings import AnyJudging
from kerasapps.terminal.streams import tell
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.ship import draw_rows

MODES = ("int8", "float32")
JUDGED = 64  # pictures
CALIBRATED = 64
LEAST_ALIKE = 0.95
"""Correlation of an int8 file's maps of the likeliest class with those of the network."""
LARGEST_DIFFERENCE = 1e-3
"""Of a map of a file of floats, as a share of the largest value."""
INTEGER = f"{__name__}:integer_why"


def integer_why(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file: float32 in and out, so that both signatures take a picture alike."""
    return integer_rows(converter, job, alike=keeps_scores)


def refuse_unexplainable(
    build: Callable[[], keras.Model], *, kind: TargetKind, averages_views: bool
) -> None:
    """Refuses a file with explanations of what has no class activation map.

    Args:
        build: makes the network that is to be trained.
        kind: what is answered.
        averages_views: whether the answer is the mean of a picture and its mirror image.

    Raises:
        ConfigError: if it is no class, the mean over two views, or of a network of another head.
    """
    if kind != "class":
        raise ConfigError(
            f"explain_signature is for one class, and the target is {kind}: leave it out."
        )
    if averages_views:
        raise ConfigError(
            "explain_signature and test_time_flip exclude each other: the answer would be from two "
            "views. Leave one out."
        )
    class_activation(build())


def also_explaining(judging: AnyJudging, *, asked: bool) -> AnyJudging:
    """What judges a network, and puts a file that explains answers into the bundle if asked to."""
    if not asked or not isinstance(judging, ClassJudging):
        return judging
    train, test = (_pictures(inputs) for inputs in (judging.inputs.train, judging.inputs.test))

    def why(judged: Judged, folder: Path) -> None:
        add_why(
            judged.network,
            folder,
            pictures=test,
            scores=judged.answers,
            calibration=train[draw_rows(len(train), CALIBRATED, seed=0)],
        )

    return replace(judging, also_writes=why)


def _pictures(inputs: ModelInputs) -> np.ndarray:
    assert not isinstance(inputs, Mapping)
    return inputs


def add_why(
    network: keras.Model,
    folder: Path,
    *,
    pictures: np.ndarray,
    scores: np.ndarray,
    calibration: np.ndarray,
) -> None:
    """Puts a file that explains its answers into a bundle's folder; says so where there is none.

    Args:
        network: from pictures to logits; see `class_activation`.
        folder: of the bundle.
        pictures: of the test split, uint8 `(n, height, width, channels)`.
        scores: what the network says of them, float `(n, classes)`.
        calibration: pictures on which ranges for whole numbers are found.
    """
    twin = class_activation(without_temperature(network))
    pictures, scores = np.asarray(pictures[:JUDGED]), scores[:JUDGED]
    expected = twin.predict(pictures, verbose=0)[MAPS]
    for mode in MODES:
        with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
            try:
                file = why_file(
                    network, twin, Path(scratch), mode=mode, calibration=np.asarray(calibration)
                )
                objection = objection_to(mode, file, pictures, scores, expected)
            except (BundleError, ExportError) as error:
                objection = str(error)
            if not objection:
                shutil.copyfile(file, folder / WHY_FILE)
                tell(f"{WHY_FILE} ({mode}) says by its signature {WHY!r} where answers are from")
                return
        tell(f"Warning: {mode} is no file for explanations: {objection}")


def why_file(
    network: keras.Model, twin: keras.Model, folder: Path, *, mode: str, calibration: np.ndarray
) -> Path:
    """A file that answers by one signature and explains by another.

    Args:
        network: from pictures to logits.
        twin: as `class_activation` makes it.
        folder: an empty one for the file.
        mode: `int8` or `float32`.
        calibration: uint8 `(n, height, width, channels)`.

    Raises:
        ExportError: if it does not convert.
    """
    logits = keras.Model(twin.input, twin.output[LOGITS])
    scores = scoring_model(with_temperature(logits, temperatures_of(network))).output
    explaining = colours_taken(
        keras.Model(twin.input, {SCORES: scores, MAPS: twin.output[MAPS]}, name="explaining")
    )
    serving = colours_taken(scoring_model(network))
    shape = serving.inputs[0].shape[1:]
    taken = as_channels(calibration, shape).astype(np.float32)
    made = convert_network(
        serving,
        folder=folder,
        modes=(mode,),
        calibration=calibration,
        integer=INTEGER,
        twin=Twin(WHY, explaining, {input_names(explaining)[0]: taken}),
    )[mode]
    if isinstance(made, ExportError):
        raise made
    return made


def objection_to(
    mode: str, file: Path, pictures: np.ndarray, scores: np.ndarray, maps: np.ndarray
) -> str:
    """What a file's answers and maps have against them; "" where nothing.

    Args:
        mode: of the file.
        file: to be judged.
        pictures: uint8 `(n, height, width, channels)`.
        scores: of the network, `(n, classes)`.
        maps: likewise, `(n, rows, columns, classes)`.
    """
    why, plain = WhyFile(file), TFLiteModel(file)
    found = [why.explain(each) for each in pictures]
    answers = [np.stack([each for each, _ in found]), np.stack([plain.scores(p) for p in pictures])]
    if not all(keeps_scores(each, scores) for each in answers):
        return "its scores are not those of the network"
    rows, classes = np.arange(len(pictures)), scores.argmax(axis=1)
    own, theirs = (
        each[rows, :, :, classes].reshape(len(rows), -1)
        for each in (np.stack([each for _, each in found]), maps)
    )
    apart = float(np.abs(own - theirs).max() / max(float(np.abs(theirs).max()), 1e-9))
    if mode != "int8":
        return "" if apart <= LARGEST_DIFFERENCE else f"its maps are {apart:.2%} off"
    mean = likeness(own, theirs)
    return "" if mean >= LEAST_ALIKE else f"its maps are like those of the network by {mean:.2f}"


def likeness(own: np.ndarray, theirs: np.ndarray) -> float:
    """The mean correlation of maps with those of the network; one that is all equal is like none.

    Args:
        own: of a file, `(n, places)`.
        theirs: of the network, likewise; where one of these is all equal there is nothing to say.
    """
    pairs = [pair for pair in zip(own, theirs, strict=True) if pair[1].std() > 0]
    each = [np.corrcoef(one, other)[0, 1] if one.std() > 0 else 0.0 for one, other in pairs]
    return float(np.mean(each)) if each else 1.0
