"""Options by name, prepared data shared between trials, and what a search refuses at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kerasapps.recipes.cache import Cache
from kerasapps.recipes.options import collect_options, describe_options, read_options, with_values
from kerasapps.recipes.run import open_run
from kerasapps.recipes.search_setup import first_options, objective_of
from kerasapps.recipes.settings import (
    describe_run,
    describe_tuning,
    identity_of,
    length_of,
)
from kerasapps.recipes.tasks import IMAGE_CLASSIFICATION, SENTIMENT, TASKS, TRANSLATION

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.store import SNAPSHOT, Snapshot, write_snapshot
from tests.tuning.trusted import SECRET_FILE


@pytest.mark.parametrize("task", TASKS)
def test_options_survive_json_and_no_two_share_a_name(task: str) -> None:
    options = TASKS[task].defaults
    described = json.loads(json.dumps(describe_options(options)))
    assert read_options({**described, "run": "name"}) == options
    names = [name for section in described.values() for name in section]
    assert len(names) == len(set(names))


def test_values_go_to_the_section_that_has_them() -> None:
    changed = with_values(
        TASKS[IMAGE_CLASSIFICATION].defaults,
        {"model": "cnn", "width": 0.5, "augment": "strong", "learning_rate": 0.1},
    )
    assert (changed["model"].model, changed["model"].width) == ("cnn", 0.5)
    assert changed["image"].augment == "strong" and changed["train"].learning_rate == 0.1
    assert changed["load"] == TASKS[IMAGE_CLASSIFICATION].defaults["load"]


def test_an_unknown_option_or_value_is_refused() -> None:
    options = TASKS[SENTIMENT].defaults
    with pytest.raises(ConfigError, match="Did you mean 'learning_rate'"):
        with_values(options, {"learning_rat": 0.1})
    with pytest.raises(ConfigError, match=r"TrainConfig\.dropout must be"):
        with_values(options, {"dropout": 2.0})


def test_shared_things_are_made_once_for_each_content(tmp_path: Path) -> None:
    made: list[str] = []

    def remember(cache: Cache, content: str) -> str:
        def make() -> str:
            made.append(content)
            return content

        def save(thing: str, folder: Path) -> dict[str, Any]:
            (folder / "thing").write_text(thing)
            return {"length": len(thing)}

        def load(values: dict[str, Any], folder: Path) -> str:
            return (folder / "thing").read_text()[: values["length"]]

        return cache.remember("thing", content, make=make, save=save, load=load)

    shared, own = Cache(tmp_path / "shared", shared=True), Cache(tmp_path / "own")
    assert [remember(shared, each) for each in ("a", "b", "a", "b")] == ["a", "b", "a", "b"]
    assert made == ["a", "b"]
    assert [remember(own, each) for each in ("a", "a")] == ["a", "a"] and len(made) == 4
    assert not own.folder.exists()
    assert shared.memory_bytes(7) == 0 and own.memory_bytes(7) == 7 * 2**20
    with shared.place("arrays", "x") as one, shared.place("arrays", "y") as other:
        assert one != other
    with own.place("arrays", "x") as folder:
        assert folder == own.folder / "arrays"


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
            SENTIMENT,
            {"objective": "val_macro_f1"},
            {"train": TrainConfig(monitor="loss")},
            r"needs val_macro_f1 of every epoch: leave TrainConfig\.monitor out",
        ),
        (SENTIMENT, {"objective": "val_bleu"}, {}, "val_bleu"),
        (TRANSLATION, {"objective": "val_macro_f1"}, {}, "val_macro_f1"),
        (SENTIMENT, {"role": "worker", "chief": "host:1"}, {}, "join_search"),
        (SENTIMENT, {"role": "chief", "chief": "127.0.0.1:1"}, {}, "secret_file is missing"),
    ],
)
def test_a_search_that_cannot_work_is_refused_before_any_data(
    task: str, tune: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        first_options(task, {**TASKS[task].defaults, **options}, TuneConfig(**tune))


@pytest.mark.parametrize("tune", [None, TuneConfig(models=("mlp", "cnn"))])
@pytest.mark.parametrize("unused", [{"head_epochs": 2}, {"fine_tune_rate": 0.5}])
def test_options_of_transfer_learning_need_a_pretrained_backbone(
    tune: TuneConfig | None, unused: dict[str, Any]
) -> None:
    def options(model: str) -> Any:
        return collect_options(model=model, train=TrainConfig(**unused), export=ExportConfig())

    (name,) = unused
    with pytest.raises(ConfigError, match=rf"TrainConfig\.{name} is for a pretrained backbone"):
        first_options(IMAGE_CLASSIFICATION, options("mlp"), tune)
    given = options("preset:efficientnet_lite0_ra_imagenet")
    assert first_options(IMAGE_CLASSIFICATION, given, None) is given


@pytest.mark.parametrize("task", [IMAGE_CLASSIFICATION, SENTIMENT])
def test_a_preset_that_there_is_not_is_refused_before_any_data(task: str) -> None:
    model = {**TASKS[task].defaults, "model": ModelConfig(model="preset:bert_tiny")}
    with pytest.raises(ConfigError, match=r"ModelConfig\.model 'preset:bert_tiny' is not known"):
        first_options(task, model, None)
    tune = TuneConfig(models=("preset:bert_tiny",))
    with pytest.raises(ConfigError, match=r"TuneConfig\.models 'preset:bert_tiny' is not known"):
        first_options(task, TASKS[task].defaults, tune)


def test_the_first_trial_has_the_first_model_where_nobody_chose_one() -> None:
    options = TASKS[IMAGE_CLASSIFICATION].defaults
    tune = TuneConfig(models=("cnn", "mlp"))
    assert first_options(IMAGE_CLASSIFICATION, options, tune)["model"].model == "cnn"
    chosen = collect_options(model="mlp", train=TrainConfig(), export=ExportConfig())
    assert first_options(IMAGE_CLASSIFICATION, chosen, tune) is chosen


@pytest.mark.parametrize("task", TASKS)
def test_a_monitor_of_another_task_is_refused_before_any_data(task: str) -> None:
    monitor: Any = "macro_f1" if task == TRANSLATION else "bleu"
    options = {**TASKS[task].defaults, "train": TrainConfig(monitor=monitor)}
    with pytest.raises(ConfigError, match=rf"TrainConfig\.monitor '{monitor}' does not go"):
        TASKS[task].steps.plan_training(options)


def test_the_objective_macro_f1_is_also_what_the_best_epoch_has_most_of(
    capfd: pytest.CaptureFixture[str],
) -> None:
    tune = TuneConfig(objective="val_macro_f1")
    options = TASKS[SENTIMENT].defaults
    found = first_options(SENTIMENT, options, tune)
    assert found == {**options, "train": TrainConfig(monitor="macro_f1")}
    assert "keep the epoch with the best val_macro_f1" in capfd.readouterr().err
    assert objective_of(SENTIMENT, tune).monitor == "val_macro_f1"
    plain = TASKS[TRANSLATION].defaults
    assert first_options(TRANSLATION, plain, TuneConfig(objective="val_bleu")) is plain


def test_join_search_is_for_workers_and_knows_its_options(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="join_search"):
        kerasapps.join_search(SENTIMENT, tmp_path, tune=TuneConfig())
    tune = TuneConfig(role="worker", chief="127.0.0.1:9", secret_file=SECRET_FILE)
    with pytest.raises(ConfigError, match="Did you mean 'text'"):
        kerasapps.join_search(SENTIMENT, tmp_path, tune=tune, texts=1)
    with pytest.raises(ConfigError, match="image_classification"):
        kerasapps.join_search("images", tmp_path, tune=tune)


def test_only_what_decides_the_trials_identifies_a_search(tmp_path: Path) -> None:
    plain = describe_tuning(TuneConfig(trials=5))
    crew = {"workers": 2, "worker_cores": 1, "trial_minutes": 3.0, "trial_memory_mb": 99.0}
    files = ("secret_file", "tls_certificate", "tls_key", "tls_ca")
    remote = {"role": "chief", "chief": "host:1", "patience_minutes": 1.0}
    remote |= dict.fromkeys(files, "some.file")
    assert describe_tuning(TuneConfig(trials=5, **crew, **remote)) == plain
    assert describe_tuning(TuneConfig(trials=6)) != plain
    # Its length may change: then it goes on, or ends with what it has.
    long = {"run": 1, "fingerprint": "a", "tune": describe_tuning(TuneConfig(trials=5))}
    short = {**long, "tune": describe_tuning(TuneConfig(trials=9, search_minutes=3))}
    assert identity_of(long) == identity_of(short) != {"run": 1}
    assert identity_of({"asked": long, "train": 1}) == identity_of(long)
    assert identity_of({"run": 1, "tune": None}) == {"run": 1, "tune": None}
    assert length_of(short) == {"trials": 9, "search_minutes": 3} and length_of({"run": 1}) == {}
    other = describe_tuning(TuneConfig(trials=5, algorithm="grid"))
    assert identity_of({**long, "tune": other}) != identity_of(long)
    space = tmp_path / "space.yaml"
    space.write_text("width: [0.5, 1]")
    before = describe_tuning(TuneConfig(space=str(space)))
    space.write_text("width: [0.5, 2]")
    assert describe_tuning(TuneConfig(space=str(space))) != before
    with pytest.raises(ConfigError, match=r"gone\.yaml cannot be read"):
        describe_tuning(TuneConfig(space=str(tmp_path / "gone.yaml")))


def test_the_folder_of_an_interrupted_search_is_kept_and_belongs_to_it(tmp_path: Path) -> None:
    options = TASKS[SENTIMENT].defaults
    settings = describe_run("data", options, tune=TuneConfig(trials=5))

    def run(settings: dict[str, Any]) -> None:
        with open_run(tmp_path / "run", recipe=SENTIMENT, name="n", settings=settings) as run:
            run.begin_search(settings)
            write_snapshot(run.search / SNAPSHOT, Snapshot(settings, {}))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run(settings)
    with pytest.raises(InterruptedError):
        run(settings)
    with pytest.raises(InterruptedError):
        run(describe_run("data", options, tune=TuneConfig(trials=6)))  # the same, made longer
    other = describe_run("data", options, tune=TuneConfig(trials=6, algorithm="grid"))
    with pytest.raises(kerasapps.TrainingError, match=r"tune\.algorithm was 'random', is 'grid'"):
        run(other)
    with pytest.raises(kerasapps.TrainingError, match=r"tune\.algorithm was 'random', is None"):
        run(describe_run("data", options))


def test_a_search_without_a_trial_binds_nobody(tmp_path: Path) -> None:
    options = TASKS[SENTIMENT].defaults
    for trials in (5, 6):
        settings = describe_run("data", options, tune=TuneConfig(trials=trials))
        with (
            pytest.raises(InterruptedError),
            open_run(tmp_path / "run", recipe=SENTIMENT, name="n", settings=settings) as run,
        ):
            run.begin_search(settings)
            raise InterruptedError
        assert not run.folder.exists()


def test_too_many_workers_are_refused_before_any_data_is_read() -> None:
    with pytest.raises(ConfigError, match=r"TuneConfig\.workers is 1000"):
        first_options(SENTIMENT, TASKS[SENTIMENT].defaults, TuneConfig(workers=1000))
