"""One trial: trained as its values say, measured on validation, and told apart from the rest."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import ExportConfig, TrainConfig, TuneConfig
from kerasapps.errors import ExportError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION, TRANSLATION
from kerasapps.training import Hooks
from kerasapps.training.keeping import history_so_far
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.trial import TrialJob
from kerasapps.workflow.options import with_values
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.search import trial
from kerasapps.workflow.search.objects import send_objects
from kerasapps.workflow.search.trial import run_trial
from kerasapps.workflow.search.trial_setup import TrialSetup, stored_splits, write_splits

SMALL = {"model": "mlp", "width": 0.25, "epochs": 2, "augment": "none", "image_size": 16}
TRAINED = ["val_accuracy", "val_loss", "accuracy", "loss"]
COSTS = ["epochs", "seconds", "parameters"]


class Listener:
    """Keeps what a trial reports; ends it after an epoch if asked to."""

    def __init__(self, *, end_after: int | None = None) -> None:
        self.end_after = end_after
        self.told: list[tuple[int, dict[str, float]]] = []

    def __call__(self, epoch: int, figures: Any, *, final: bool = False) -> bool:
        self.told.append((epoch, dict(figures)))
        return epoch != self.end_after


def make_setup(task: Any, data: Any, folder: Path, values: Any, **tune: Any) -> TrialSetup:
    options = with_values(task.defaults, values)
    write_splits(read_splits(task, data, options, folder), folder)
    objective = make_objective(TuneConfig(**tune), answer=task.answers[0])
    return TrialSetup(task, options, objective, folder)


def job(setup: TrialSetup, number: int, values: Any = None, **more: Any) -> TrialJob:
    folder = setup.folder / "trials" / str(number)
    folder.mkdir(parents=True)
    return TrialJob(number, values or {}, folder, **more)


@pytest.fixture(scope="module")
def pictures(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> TrialSetup:
    folder = tmp_path_factory.mktemp("pictures")
    return make_setup(IMAGE_CLASSIFICATION, shapes, folder, SMALL)


def test_trials_never_get_the_test_split(
    pictures: TrialSetup, shapes: Path, tmp_path: Path
) -> None:
    reference = read_splits(IMAGE_CLASSIFICATION, shapes, pictures.options, tmp_path)
    splits = stored_splits(pictures.folder)
    assert splits.test is splits.validation
    assert splits.train == reference.train and splits.validation == reference.validation
    assert not set(reference.test.paths) & {*splits.train.paths, *splits.validation.paths}


def test_a_setup_survives_json(pictures: TrialSetup) -> None:
    setup = dataclasses.replace(pictures, keeps_checkpoints=True)
    assert TrialSetup.from_dict(json.loads(json.dumps(setup.to_dict()))) == setup


def test_a_trial_trains_what_its_values_say_and_leaves_nothing(pictures: TrialSetup) -> None:
    listener, first = Listener(), job(pictures, 0)
    figures = run_trial(pictures, first, listener)
    assert list(figures) == [*TRAINED, *COSTS] and figures["epochs"] == 2
    assert [epoch for epoch, _ in listener.told] == [1, 2]
    best = max(listener.told, key=lambda each: (each[1]["val_accuracy"], -each[1]["val_loss"]))
    assert {name: figures[name] for name in TRAINED} == best[1]
    assert list(first.folder.iterdir()) == []
    wider = run_trial(pictures, job(pictures, 1, {"width": 0.5, "epochs": 1}), Listener())
    assert wider["parameters"] > 1.5 * figures["parameters"] and wider["epochs"] == 1
    # Its pictures were decoded by the first trial, and validation is not decoded twice.
    decoded = sorted((pictures.folder / "cache").rglob("*.npy"))
    assert [path.name.partition("-")[0] for path in decoded] == ["train", "validation"]
    assert all(isinstance(np.load(path, mmap_mode="r"), np.memmap) for path in decoded)


def test_a_trial_keeps_and_tells_the_best_macro_f1(pictures: TrialSetup) -> None:
    options = with_values(pictures.options, {"monitor": "macro_f1"})
    objective = make_objective(TuneConfig(objective="val_macro_f1"), answer=CLASSES)
    setup = dataclasses.replace(pictures, options=options, objective=objective)
    listener = Listener()
    figures = run_trial(setup, job(setup, 8), listener)
    told = [each["val_macro_f1"] for _, each in listener.told]
    assert figures["val_macro_f1"] == max(told)
    assert objective.score(figures) == max(told) and 0 < max(told) <= 1


class OneEpoch(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = logs["val_own"] is not None


def test_a_trial_has_the_users_objects_and_its_own_rate(pictures: TrialSetup) -> None:
    hooks = Hooks(
        callbacks=[OneEpoch()],
        metrics=[keras.metrics.Recall(name="own")],
        optimizer=keras.optimizers.SGD(0.01),
    )
    objects = send_objects(hooks, pictures.folder)
    setup = dataclasses.replace(pictures, objects=objects, keeps_checkpoints=True)
    listener, first = Listener(), job(setup, 9, {"learning_rate": 0.5})
    figures = run_trial(setup, first, listener)
    assert figures["epochs"] == 1 and 0 <= figures["val_own"] <= 1
    assert [*figures][:6] == [*TRAINED, "own", "val_own"]
    history = history_so_far(first.folder / "training")
    assert history is not None and history.stopped == "the callback OneEpoch"
    assert 0.1 < history.rows[0].learning_rate <= 0.5


def test_a_hopeless_trial_ends_with_what_it_has(pictures: TrialSetup) -> None:
    objective = make_objective(TuneConfig(objective="int8_accuracy"), answer=CLASSES)
    setup = dataclasses.replace(pictures, objective=objective)
    figures = run_trial(setup, job(setup, 2), Listener(end_after=1))
    assert figures["epochs"] == 1 and "int8_accuracy" not in figures


def test_a_trial_goes_on_exactly_from_an_earlier_one(pictures: TrialSetup) -> None:
    setup = dataclasses.replace(pictures, keeps_checkpoints=True)
    reference = run_trial(setup, job(setup, 3), Listener())
    half, rest = job(setup, 4, epochs=1), Listener()
    assert run_trial(setup, half, Listener())["epochs"] == 1
    ended = run_trial(setup, job(setup, 5, epochs=2, resume_from=half.folder), rest)
    assert [epoch for epoch, _ in rest.told] == [2]
    assert {**ended, "seconds": 0} == {**reference, "seconds": 0}


def test_a_repeated_trial_begins_afresh(pictures: TrialSetup) -> None:
    setup = dataclasses.replace(pictures, keeps_checkpoints=True)
    again, first, second = job(setup, 6, epochs=1), Listener(), Listener()
    run_trial(setup, again, first)
    run_trial(setup, again, second)
    assert first.told == second.told and len(second.told) == 1


def test_a_file_is_measured_on_validation_as_often_as_its_limit_needs(
    pictures: TrialSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kerasapps.outputs import files

    real, latencies = files.time_first, iter([7e3, 9e3])

    def time_first(*arguments: Any, **options: Any) -> Any:
        return dataclasses.replace(real(*arguments, **options), latency_ms=next(latencies))

    monkeypatch.setattr(files, "time_first", time_first)
    limits = TuneConfig(max_size_mb=1.0, max_latency_ms=1e4)
    objective = make_objective(limits, answer=CLASSES)
    setup = dataclasses.replace(pictures, objective=objective)
    figures = run_trial(setup, job(setup, 7), Listener())
    assert list(figures)[7:] == ["int8_accuracy", "int8_size_mb", "int8_latency_ms"]
    assert abs(figures["int8_accuracy"] - figures["val_accuracy"]) < 0.2
    assert 0.001 < figures["int8_size_mb"] < 1
    assert figures["int8_latency_ms"] == 9e3 and next(latencies, None) is None


def test_a_file_that_is_not_to_be_had_fails_the_trial_and_leaves_nothing(
    pictures: TrialSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def export_and_verify(judged: Any, judging: Any, **options: Any) -> Any:
        asked.update(options, judged=judged)
        options["folder"].mkdir()
        return (SimpleNamespace(path=None, reason="the converter cannot"),)

    monkeypatch.setattr(trial, "judge_network", lambda network, experiment: f"{network}, judged")
    monkeypatch.setattr(trial, "export_and_verify", export_and_verify)
    objective = make_objective(TuneConfig(objective="int8_accuracy"), answer=CLASSES)
    options = with_values(pictures.options, {"calibration": 300})
    setup = dataclasses.replace(pictures, objective=objective, options=options)
    plan = SimpleNamespace(train=TrainConfig(seed=7))
    experiment: Any = SimpleNamespace(plan=plan, judging="prepared")
    network: Any = "net"
    with pytest.raises(ExportError, match="the converter cannot"):
        trial._exported(setup, experiment, network, tmp_path / "export")
    assert not (tmp_path / "export").exists()
    # Whatever a file loses against Keras is for the search to weigh.
    config = ExportConfig(quantization=("int8",), saved_model=False, tolerance=100, calibration=300)
    assert asked == {
        "config": config,
        "seed": 7,
        "folder": tmp_path / "export",
        "judged": "net, judged",
    }


def test_texts_are_read_with_one_tokenizer_where_its_options_are_equal(tmp_path: Path) -> None:
    values = {"epochs": 1, "model": "bag_of_embeddings"}
    setup = make_setup(TEXT_CLASSIFICATION, "builtin:reviews", tmp_path, values)
    run_trial(setup, job(setup, 0), Listener())
    run_trial(setup, job(setup, 1, {"word_dropout": 0.5, "dropout": 0.1}), Listener())
    assert len(list((tmp_path / "cache").glob("tokenizer-*/done.json"))) == 1
    run_trial(setup, job(setup, 2, {"vocab_size": 100}), Listener())
    assert len(list((tmp_path / "cache").glob("tokenizer-*/done.json"))) == 2
    assert len(list((tmp_path / "cache").glob("encoded-*/train-*.npy"))) == 2


@pytest.mark.slow  # a trial of texts runs the same code
def test_a_translator_is_worth_its_bleu(pairs: Path, tmp_path: Path) -> None:
    values = {"width": 0.25, "depth": 0.5, "vocab_size": 60, "batch_tokens": 512, "epochs": 1}
    setup = make_setup(TRANSLATION, pairs, tmp_path, values)
    listener = Listener()
    figures = run_trial(setup, job(setup, 0), listener)
    assert list(figures) == [*TRAINED, "val_bleu", *COSTS]
    assert 0 <= figures["val_bleu"] <= 100 and "val_bleu" in listener.told[0][1]
