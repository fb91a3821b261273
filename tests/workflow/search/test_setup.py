"""What a search refuses before any data is read, and how it is set up."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import (
    PRETRAINED,
    ExportConfig,
    ImageConfig,
    ModelConfig,
    Pretrained,
    TrainConfig,
    TuneConfig,
)
from kerasapps.errors import ConfigError, DependencyError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import (
    IMAGE_CLASSIFICATION,
    TABULAR,
    TASKS,
    TEXT_CLASSIFICATION,
    TRANSLATION,
)
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.space import describe_space
from kerasapps.workflow.options import collect_options, with_model, with_values
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.search import setup as search_setup
from kerasapps.workflow.search.first import first_options
from kerasapps.workflow.search.setup import set_up
from kerasapps.workflow.search.trial_setup import TrialSetup, stored_splits
from kerasapps.workflow.settings import describe_tuning, without_length
from kerasapps.workflow.suitable import checked_options
from tests.data.text_samples import rows, write_csv
from tests.tuning.trusted import SECRET_FILE


def named(task: Any) -> Any:
    """The options where nobody sets any, but for the model."""
    return with_model(task.defaults, task.architectures.names[0])


@pytest.mark.parametrize(
    ("task", "tune", "options", "message"),
    [
        (IMAGE_CLASSIFICATION, {"objective": "val_acuracy"}, {}, "val_accuracy"),
        (IMAGE_CLASSIFICATION, {"models": ("cnn", "vitt")}, {}, "Did you mean 'vit'"),
        (
            IMAGE_CLASSIFICATION,
            {"models": ("cnn", "vit")},
            {"model": ModelConfig(model="mlp")},
            r"TuneConfig\.models lacks mlp",
        ),
        (
            IMAGE_CLASSIFICATION,
            {"max_size_mb": 1.0},
            {"export": ExportConfig(quantization=("float32",))},
            r"int8 file, which would not ship.*quantization \(float32\)",
        ),
        (TRANSLATION, {}, {"train": TrainConfig(monitor="loss")}, "leave TrainConfig.monitor out"),
        (
            TEXT_CLASSIFICATION,
            {"objective": "val_macro_f1"},
            {"train": TrainConfig(monitor="loss")},
            r"needs val_macro_f1 of every epoch: leave TrainConfig\.monitor out",
        ),
        (TEXT_CLASSIFICATION, {"objective": "val_bleu"}, {}, "val_bleu"),
        (TRANSLATION, {"objective": "val_macro_f1"}, {}, "val_macro_f1"),
        (TEXT_CLASSIFICATION, {"role": "worker", "chief": "host:1"}, {}, "join_search"),
        (
            TEXT_CLASSIFICATION,
            {"role": "chief", "chief": "127.0.0.1:1"},
            {},
            "secret_file is missing",
        ),
    ],
)
def test_a_search_that_cannot_work_is_refused_before_any_data(
    task: Any, tune: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        checked_options(task, {**task.defaults, **options}, TuneConfig(**tune))


@pytest.mark.parametrize("tune", [None, TuneConfig(models=("mlp", "cnn"))])
@pytest.mark.parametrize("unused", [{"head_epochs": 2}, {"fine_tune_rate": 0.5}])
def test_options_of_transfer_learning_need_a_pretrained_backbone(
    tune: TuneConfig | None, unused: dict[str, Any]
) -> None:
    def options(model: str) -> Any:
        return collect_options(
            IMAGE_CLASSIFICATION, model=model, train=TrainConfig(**unused), export=ExportConfig()
        )

    (name,) = unused
    with pytest.raises(ConfigError, match=rf"TrainConfig\.{name} is for a pretrained backbone"):
        first_options(IMAGE_CLASSIFICATION, options("mlp"), tune)
    changed = options("preset:efficientnet_lite0_ra_imagenet")
    assert first_options(IMAGE_CLASSIFICATION, changed, None) is changed


@pytest.mark.parametrize("name", ["head_epochs", "layer_decay"])
def test_a_task_without_pretrained_models_takes_none_of_their_options(name: str) -> None:
    options = collect_options(TABULAR, model="tabular_mlp", train=TrainConfig(**{name: 1}))
    message = rf"^TrainConfig\.{name} is for a pretrained backbone, not for tabular_mlp; leave it"
    with pytest.raises(ConfigError, match=message):
        first_options(TABULAR, options, None)


@pytest.mark.parametrize("task", [IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION])
def test_a_preset_that_there_is_not_is_refused_before_any_data(task: Any) -> None:
    model = {**task.defaults, "model": ModelConfig(model="preset:bert_tiny")}
    with pytest.raises(ConfigError, match=r"ModelConfig\.model 'preset:bert_tiny' is not known"):
        first_options(task, model, None)
    tune = TuneConfig(models=("preset:bert_tiny",))
    with pytest.raises(ConfigError, match=r"TuneConfig\.models 'preset:bert_tiny' is not known"):
        first_options(task, task.defaults, tune)


def test_weights_that_are_not_installed_are_refused_before_any_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = TEXT_CLASSIFICATION
    asked = {**task.defaults, "model": ModelConfig(model="minilm")}
    if PRETRAINED["minilm"].find() is not None:
        assert first_options(task, asked, None) is asked
    monkeypatch.setattr(Pretrained, "find", lambda known: None)
    with pytest.raises(DependencyError, match=r"^ModelConfig\.model 'minilm': its weights are not"):
        first_options(task, asked, None)
    tune = TuneConfig(models=("minilm", "text_cnn"))
    with pytest.raises(DependencyError, match=r"^TuneConfig\.models 'minilm': its weights are not"):
        first_options(task, task.defaults, tune)


def test_the_first_trial_has_the_first_model_where_nobody_chose_one() -> None:
    options = IMAGE_CLASSIFICATION.defaults
    tune = TuneConfig(models=("cnn", "mlp"))
    assert first_options(IMAGE_CLASSIFICATION, options, tune)["model"].model == "cnn"
    chosen = collect_options(
        IMAGE_CLASSIFICATION,
        model="mlp",
        image=ImageConfig(),
        train=TrainConfig(),
        export=ExportConfig(),
    )
    assert first_options(IMAGE_CLASSIFICATION, chosen, tune) is chosen


@pytest.mark.parametrize("task", TASKS.values())
def test_a_monitor_of_another_task_is_refused_before_any_data(task: Any) -> None:
    monitor: Any = "macro_f1" if task == TRANSLATION else "bleu"
    options = {**named(task), "train": TrainConfig(monitor=monitor)}
    with pytest.raises(ConfigError, match=rf"TrainConfig\.monitor '{monitor}' is not known"):
        task.planning.plan_training(options, answer=task.answers[0])


def test_the_objective_macro_f1_is_also_what_the_best_epoch_has_most_of(
    capfd: pytest.CaptureFixture[str],
) -> None:
    tune = TuneConfig(objective="val_macro_f1")
    options = named(TEXT_CLASSIFICATION)
    chosen = first_options(TEXT_CLASSIFICATION, options, tune)
    assert chosen == {**options, "train": TrainConfig(monitor="macro_f1")}
    assert "keep the epoch with the best val_macro_f1" in capfd.readouterr().err
    assert make_objective(tune, answer=CLASSES).monitor == "val_macro_f1"
    plain = named(TRANSLATION)
    assert first_options(TRANSLATION, plain, TuneConfig(objective="val_bleu")) is plain
    tune = TuneConfig(objective="val_own", direction="min")
    own = first_options(TRANSLATION, plain, tune, own={"val_own": None})
    assert own["train"].monitor == "min:val_own"


def test_too_many_workers_are_refused_before_any_data_is_read() -> None:
    with pytest.raises(ConfigError, match=r"TuneConfig\.workers is 1000"):
        first_options(TEXT_CLASSIFICATION, named(TEXT_CLASSIFICATION), TuneConfig(workers=1000))


def options(task: Any, **values: Any) -> Any:
    return with_values(named(task), values)


def test_a_search_of_ones_own_has_no_role_or_is_the_chief(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = named(TEXT_CLASSIFICATION)
    worker = TuneConfig(role="worker", chief="host:1", secret_file=SECRET_FILE)
    chief = TuneConfig(role="chief", chief="host:1", secret_file=SECRET_FILE, workers=1000)
    assert first_options(TEXT_CLASSIFICATION, asked, worker, joins=True) is asked
    for tune, joins in ((worker, False), (chief, True), (TuneConfig(), True)):
        with pytest.raises(ConfigError, match=r"role 'worker' is for kerasapps\.join_search"):
            first_options(TEXT_CLASSIFICATION, asked, tune, joins=joins)
    # A chief's own machine need have no worker: how many there are is for those that help it.
    assert first_options(TEXT_CLASSIFICATION, asked, chief) is asked
    with pytest.raises(ConfigError, match=r"tune must be a TuneConfig, got a dict"):
        first_options(TEXT_CLASSIFICATION, asked, {"trials": 3})  # type: ignore[arg-type]


def test_only_figures_of_the_judge_need_it_in_every_epoch() -> None:
    asked = options(TRANSLATION, monitor="loss")
    assert first_options(TRANSLATION, asked, TuneConfig(objective="val_loss")) is asked
    with pytest.raises(ConfigError, match=r"'int8_bleu' needs val_bleu of every epoch"):
        first_options(TRANSLATION, asked, TuneConfig(objective="int8_bleu"))
    assert first_options(
        TEXT_CLASSIFICATION, options(TEXT_CLASSIFICATION, monitor="loss"), TuneConfig()
    )


def test_a_monitor_that_was_chosen_stays(capfd: pytest.CaptureFixture[str]) -> None:
    asked = options(TEXT_CLASSIFICATION, monitor="macro_f1")
    assert first_options(TEXT_CLASSIFICATION, asked, TuneConfig(objective="val_macro_f1")) is asked
    assert capfd.readouterr().err == ""


def test_options_of_transfer_learning_may_be_for_one_of_several_models() -> None:
    preset = "preset:efficientnet_lite0_ra_imagenet"
    asked = options(IMAGE_CLASSIFICATION, model="cnn", layer_decay=0.5)
    tune = TuneConfig(models=("cnn", preset))
    assert first_options(IMAGE_CLASSIFICATION, asked, tune) is asked
    with pytest.raises(ConfigError, match=r"TrainConfig\.layer_decay .* not for cnn, mlp; leave"):
        first_options(IMAGE_CLASSIFICATION, asked, TuneConfig(models=("cnn", "mlp")))


def test_a_search_is_set_up_from_data_and_options(tmp_path: Path) -> None:
    data = write_csv(tmp_path / "a.csv", rows(60))
    here = {"checkpoint_minutes": 2.0, "devices": "cpu"}
    asked = options(TEXT_CLASSIFICATION, epochs=3, seed=5, max_length=8, **here)
    splits = read_splits(TEXT_CLASSIFICATION, data, asked, tmp_path / "work")
    tune = TuneConfig(trials=4, objective="val_loss", algorithm="hyperband")
    setup = set_up(TEXT_CLASSIFICATION, splits, asked, tune=tune, folder=tmp_path / "search")
    assert (setup.seed, setup.epochs, setup.objective.name) == (5, 3, "val_loss")
    assert setup.settings["fingerprint"] == splits.fingerprint
    assert setup.settings["train"]["seed"] == 5
    assert setup.settings["tune"] == without_length(describe_tuning(tune))
    assert setup.settings["space"] == describe_space(setup.space)
    assert setup.source.module == "kerasapps.workflow.search.worker"
    trials = TrialSetup.from_dict(json.loads(json.dumps(setup.source.job)))
    assert (trials.task, trials.folder) == (TEXT_CLASSIFICATION, tmp_path / "search")
    assert trials.keeps_checkpoints and setup.source.devices == "cpu"
    assert trials.options == with_values(asked, {"devices": "auto"})  # of those that it sees
    held_out = stored_splits(tmp_path / "search").test
    assert list(held_out.texts) == list(splits.validation.texts)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setup.seed = 4  # type: ignore[misc]
    again = dataclasses.replace(tune, search_seed=9, algorithm="random")
    setup = set_up(TEXT_CLASSIFICATION, splits, asked, tune=again, folder=tmp_path / "search")
    assert setup.seed == 9 and not setup.source.job["keeps_checkpoints"]


@pytest.mark.parametrize(
    ("values", "epochs"),
    [
        ({}, 20),
        ({"epochs": 4}, 4),
        ({"time_budget": 1.0}, None),
        ({"epochs": 4, "time_budget": 1.0}, 4),
    ],
)
def test_how_long_a_whole_training_is(values: dict[str, Any], epochs: int | None) -> None:
    plan = TEXT_CLASSIFICATION.planning.plan_training(options(TEXT_CLASSIFICATION, **values))
    experiment: Any = SimpleNamespace(plan=plan, batches=SimpleNamespace(steps_per_epoch=133))
    assert search_setup._epochs(TEXT_CLASSIFICATION, experiment) == epochs
