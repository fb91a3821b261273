"""Any Keras network → a bundle of proven files, with a report, that `load_bundle` opens."""

from __future__ import annotations

import dataclasses
import functools
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from kerasapps.config import ExportConfig, TrainConfig
from kerasapps.config.checks import identifying_values
from kerasapps.config.export import AUTO
from kerasapps.deploy.own_bundle import OWN
from kerasapps.errors import ConfigError, ExportError
from kerasapps.evaluation.report import Report, write_report
from kerasapps.evaluation.usage import Usage, use_section
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import BundleContent, versions, withhold_failed
from kerasapps.export.bundle import write_bundle as write_content
from kerasapps.export.metadata.describe import Described, describe_files
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import convert_network
from kerasapps.files.paths import folder_place
from kerasapps.model_inputs import ModelInputs, RawInput, count_of, rows_of
from kerasapps.models.own_copies import fresh_copy
from kerasapps.outputs.classes.ranked import ranked
from kerasapps.toolkit.answers import Answers, answer_of, functional_of
from kerasapps.toolkit.batches import as_arrays
from kerasapps.toolkit.compared import integer_of
from kerasapps.toolkit.exporting import verify_files
from kerasapps.toolkit.fitting import Needs
from kerasapps.toolkit.inputs import fitting_inputs
from kerasapps.toolkit.judged import JudgedNetwork
from kerasapps.toolkit.reading import OwnReading, Preprocess, check_raw, reading_of
from kerasapps.toolkit.using import usage_of
from kerasapps.training.history import History
from kerasapps.workflow.benchmarked import charts_of_files
from kerasapps.workflow.documents import shipped_files
from kerasapps.workflow.report_rows import history_row, report_row
from kerasapps.workflow.ship import draw_rows

_NO_HISTORY: Mapping[str, Any] = {"rows": [], "best_epoch": 1, "seconds": None}


def write_bundle(
    model: keras.Model,
    folder: str | os.PathLike[str],
    *,
    test: tuple[ModelInputs, Any],
    labels: Sequence[str] = (),
    answers: Answers | None = None,
    preprocess: Preprocess | None = None,
    raw: Sequence[RawInput] = (),
    calibration: ModelInputs | None = None,
    export: ExportConfig = ExportConfig(),
    history: History | None = None,
    train: TrainConfig = TrainConfig(),
) -> tuple[Artifact, ...]:
    """Exports a network, runs every file over held-out examples, and publishes those that pass.

    The bundle has TFLite files, the Keras model, a report, the history and a manifest with hashes;
    with `preprocess` and `raw` also a SavedModel that takes what the world has. A bundle with
    labels answers with them and their scores, others with what the network gives.

    Args:
        model: functional or sequential, with one output and inputs of fixed sizes.
        folder: of the bundle, made with those above; one that stands there is replaced at the end.
        test: held-out inputs as the network takes them, `(n, …)`, of several inputs by name or in
            order; and their true class numbers, one-hot rows or numbers.
        labels: class names in the order of the outputs; without them classes are numbered.
        answers: see `kerasapps.training.fit`.
        preprocess: an `ImageSpec`, by which `load_bundle(…).predict` takes pictures; a tokenizer,
            by which it takes texts; or your own `GraphPreprocess`, for the SavedModel: `predict`
            then takes what the network takes.
        raw: the test examples before preprocessing, by which the SavedModel is judged: files,
            texts, or mappings from its arguments to values. Without them none is written.
        calibration: training inputs for int8, which is left out without them.
        export: which files, and what they may lose.
        history: of the training, for the report and the manifest.
        train: how it was trained, likewise.

    Returns:
        What is known of each file; those that did not pass are withheld.

    Raises:
        ConfigError: if the network, the labels or `raw` do not fit each other, the network cannot
            be saved and loaded again (a `Lambda`, a layer that is not registered), or the folder
            cannot be written.
        DataError: if the test examples are empty, of different lengths, or do not fit the network.
        ExportError: if a side of an input has no fixed size.
        OSError: if there is no room; what stood at `folder` stays.

    Examples:
        >>> x = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
        >>> y = (x[:, 0] > 0).astype(int)
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> only = kerasapps.ExportConfig(quantization=("float32",))
        >>> files = kerasapps.export.write_bundle(
        ...     model, "bundle", test=(x, y), labels=("no", "yes"), export=only
        ... )
        >>> kerasapps.load_bundle("bundle").predict(x[0])[0].label in ("no", "yes")
        True
    """
    if AUTO in export.quantization:
        raise ConfigError(
            "quantization='auto' chooses a file on a validation split, and write_bundle is given "
            "test examples alone: name the files to make, or train a network of yours by a task "
            "(docs/own_networks.md)."
        )
    answer, network = answer_of(model, answers), functional_of(model)
    target = folder_place(folder, what="folder")
    inputs, targets, _ = as_arrays(test, needs=Needs.of(model, answer), what="test")
    if calibration is not None:
        calibration = fitting_inputs(calibration, network, what="calibration")
    names = answer.named(labels)
    check_raw(raw, count_of(inputs))
    reading = reading_of(network, preprocess)
    fresh_copy(model, title=f"The network {model.name!r}")  # what cannot be saved fails here
    shipped = answer.scoring(model)
    judged = answer.shipped
    own = JudgedNetwork(judged, shipped, inputs, targets, names)
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        work = Path(scratch)
        files = _export(own, reading, raw, calibration, config=export, seed=train.seed, folder=work)
        beside = work / "beside"
        beside.mkdir()
        reading.files(beside)
        describe_files(files, Described(reading.explained, own.explained, own.labels, beside))
        verified = verify_files(
            files,
            shipped,
            inputs,
            answer=judged,
            targets=targets,
            tolerance=export.tolerance,
            folder=work / "gate",
            raw=raw,
            labels=names if judged.kind == "classes" else None,
        )
        artifacts = verified if export.keep_failed else withhold_failed(verified)
        settings = _settings(target.name, model, export=export, train=train)
        usage = usage_of(shipped, reading, preprocess=preprocess, raw=raw, labels=names)
        content = _content(
            own,
            usage,
            reading,
            model=model,
            history=history,
            settings=settings,
            place=target,
        )
        return write_content(content, artifacts, target=target)


def _export(
    own: JudgedNetwork,
    reading: OwnReading,
    raw: Sequence[RawInput],
    calibration: ModelInputs | None,
    *,
    config: ExportConfig,
    seed: int,
    folder: Path,
) -> Mapping[str, Path | ExportError]:
    """TFLite files, and a SavedModel where it can be judged."""
    modes = [mode for mode in config.quantization if mode != "int8" or calibration is not None]
    if calibration is not None:
        rows = draw_rows(count_of(calibration), config.calibration, seed=seed)
        calibration = rows_of(calibration, rows)
    files: dict[str, Path | ExportError] = {}
    if modes:
        files |= convert_network(
            own.network,
            folder=folder,
            modes=modes,
            calibration=calibration,
            integer=integer_of(own.answer),
        )
    if config.saved_model and reading.graph is not None and raw:
        files["saved_model"] = target = folder / "saved_model"
        write_saved_model(
            own.network,
            target,
            takes=reading.graph.takes,
            preprocess=reading.graph.function,
            answer=_answering(own),
            refuses=reading.refuses,
        )
    return files


def _answering(own: JudgedNetwork) -> Callable[[Any], Mapping[str, Any]]:
    if own.labels:
        return functools.partial(ranked, labels=own.labels)
    return lambda values: {"value": values}


def _settings(
    name: str, model: keras.Model, *, export: ExportConfig, train: TrainConfig
) -> Mapping[str, Any]:
    return {
        "run": name,
        "model": {"model": model.name},
        "load": {},
        "train": identifying_values(train),
        "export": dataclasses.asdict(export),
    }


def _content(
    own: JudgedNetwork,
    usage: Usage,
    reading: OwnReading,
    *,
    model: keras.Model,
    history: History | None,
    settings: Mapping[str, Any],
    place: Path,
) -> BundleContent:
    figures, told = own.report
    answer, metric = own.answer.answer, own.metric

    def write_documents(folder: Path, artifacts: Sequence[Artifact]) -> None:
        reading.files(folder)
        if history is not None:
            history.write_csv(folder / "history.csv")
        reference = {"name": "Keras", "metric": float(figures[metric.key])}
        report = Report(
            title=str(settings["run"]),
            task="a network of your own",
            answer=answer,
            task_report=told,
            history=[] if history is None else [history_row(row, answer) for row in history.rows],
            settings=settings,
            artifacts=[
                reference | {"path": "model.keras", "passed": None},
                *(report_row(each, metric=metric) for each in artifacts),
            ],
            charts=charts_of_files(artifacts, metric=metric, reference=metric.share(figures)),
            environment=versions(),
            use=use_section(usage, shipped_files(place, artifacts)),
        )
        write_report(folder / "report.html", report=report)

    return BundleContent(
        task=OWN,
        labels=own.labels,
        input=reading.spec,
        preprocessing=reading.explained,
        answer=own.explained,
        metrics=figures,
        data={"source": "arrays in memory", "fingerprint": own.fingerprint},
        settings=settings,
        history=_NO_HISTORY if history is None else history.as_dict(),
        environment=versions(),
        model=model,
        write_documents=write_documents,
    )
