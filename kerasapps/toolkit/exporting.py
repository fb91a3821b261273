"""Any Keras network → TFLite files, each proven against the network by its own runtime."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import keras

from kerasapps.config import choose
from kerasapps.config.export import TFLiteMode
from kerasapps.errors import ConfigError, ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.scan import require_tflite
from kerasapps.export.tflite import convert_network
from kerasapps.export.verify import SCORERS, HeldOut, verify
from kerasapps.files.paths import folder_place
from kerasapps.model_inputs import ModelInputs
from kerasapps.toolkit.answers import OwnAnswer, answer_of, functional_of, require_one_output
from kerasapps.toolkit.compared import comparison_of, integer_of, outputs_of
from kerasapps.toolkit.inputs import fitting_inputs


def export_tflite(
    model: keras.Model,
    folder: str | os.PathLike[str],
    *,
    modes: TFLiteMode | Sequence[TFLiteMode] = ("float32",),
    calibration: ModelInputs | None = None,
) -> Mapping[str, Path | ExportError]:
    """TFLite files of any network with one output, of a batch of 1 and of builtin operations only.

    The files take what the network takes and give what it gives.

    Args:
        model: functional or sequential; all sides of its inputs but the batch have a fixed size.
        folder: for `model_MODE.tflite`; made if it is missing, older files are replaced.
        modes: of "float32", "float16", "dynamic" and "int8"; one, or several.
        calibration: of "int8": some hundred training inputs, `(n, …)`, or by name of the inputs.

    Returns:
        For each mode its file, or an `ExportError` that names the layers that do not convert.

    Raises:
        ConfigError: for several outputs, an unknown mode, "int8" without `calibration`, or a folder
            that cannot be written.
        DataError: if `calibration` is not what the network takes.
        ExportError: if a side of an input has no fixed size.

    Examples:
        >>> keras.utils.set_random_seed(0)
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, "softmax")])
        >>> files = kerasapps.export.export_tflite(model, "files")
        >>> files["float32"].name
        'model_float32.tflite'
    """
    require_one_output(model)
    modes = (modes,) if isinstance(modes, str) else tuple(modes)
    for mode in modes:
        choose(mode, get_args(TFLiteMode), what="mode")
    if "int8" in modes and calibration is None:
        raise ConfigError(
            "int8 needs calibration=…: some hundred training inputs, by whose ranges it rounds."
        )
    if calibration is not None:
        calibration = fitting_inputs(calibration, model, what="calibration")
    target = folder_place(folder, what="folder")
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        made = convert_network(
            functional_of(model),
            folder=Path(scratch),
            modes=modes,
            calibration=calibration,
            integer=integer_of(_known_answer(model)),
        )
        return {
            mode: each if isinstance(each, ExportError) else _moved(each, target)
            for mode, each in made.items()
        }


def verify_tflite(
    file: str | os.PathLike[str],
    model: keras.Model,
    inputs: ModelInputs,
    *,
    targets: Any = None,
    tolerance: float | None = None,
) -> Artifact:
    """Runs a TFLite file over examples, in a process of its own, and compares it with its network.

    Args:
        file: of `export_tflite`, or anybody's.
        model: the network that it was made of.
        inputs: held-out examples as the network takes them, `(n, …)`, or by name of its inputs.
        targets: true class numbers, one-hot rows or numbers, by which both are judged; None: the
            network's own answers.
        tolerance: what the file may lose: points, or per cent of an error (default: 1, of an error
            2).

    Returns:
        What was measured: `passed`, and `reason` where it did not; `metric`, `delta` and
        `agreement` against the network; latency, memory and size.

    Raises:
        ConfigError: for a network with several outputs.
        DataError: if the file is none, the inputs are not what the network takes, or targets are
            not as many.

    Examples:
        >>> keras.utils.set_random_seed(0)
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, "softmax")])
        >>> file = "files/model_float32.tflite"  # as the example of export_tflite made it
        >>> inputs = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
        >>> kerasapps.export.verify_tflite(file, model, inputs).passed
        True
    """
    require_one_output(model)
    path = require_tflite(file)
    inputs = fitting_inputs(inputs, model, what="inputs")
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        [artifact] = verify_files(
            {path.stem.removeprefix("model_"): path},
            model,
            inputs,
            answer=_known_answer(model),
            targets=targets,
            tolerance=tolerance,
            folder=Path(scratch),
        )
    return artifact


def verify_files(
    files: Mapping[str, Path | ExportError],
    model: keras.Model,
    inputs: ModelInputs,
    *,
    answer: OwnAnswer | None,
    targets: Any,
    tolerance: float | None,
    folder: Path,
    **more: Any,
) -> tuple[Artifact, ...]:
    """Every file against the network, over all inputs.

    Args:
        files: mode, or `saved_model` → file, or why there is none.
        model: the network that answers as the files should.
        inputs: held-out examples.
        answer: how its outputs are read; None for outputs of any kind.
        targets: see `verify_tflite`, as for `tolerance`.
        tolerance: likewise.
        folder: scratch space.
        more: of `HeldOut`, where there are raw examples.
    """
    outputs = outputs_of(model, inputs)
    reference = outputs if answer is None else answer.scores(outputs)
    compared = comparison_of(answer, targets, reference)
    scores = (lambda values: values) if answer is None else answer.scores
    held_out = HeldOut(
        inputs=inputs,
        raw=more.pop("raw", ()),
        reference=reference,
        metric=compared.metric,
        share=lambda values, rows=slice(None): compared.share(scores(values), rows),
        agree=lambda values, usual, *, tolerance: compared.agree(
            scores(values), usual, tolerance=tolerance
        ),
        runners=SCORERS,
        **more,
    )
    limit = compared.metric.tolerance if tolerance is None else tolerance
    return verify(files, held_out=held_out, tolerance=limit, folder=folder)


def _known_answer(model: keras.Model) -> OwnAnswer | None:
    """How a network's outputs are read; None where they are no classes and no numbers known."""
    if len(require_one_output(model)) != 2:
        return None
    try:
        return answer_of(model)
    except ConfigError:
        return None


def _moved(file: Path, folder: Path) -> Path:
    place = folder / file.name
    shutil.move(file, place)
    return place
