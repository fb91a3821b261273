"""Models tried on tiny texts, from the first brief training to the bundle, through kills."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, NoReturn

import keras
import pytest

import kerasapps
from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    LoadConfig,
    TextConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.training import Hooks
from kerasapps.training.team import ALONE
from kerasapps.tuning.records import Leaderboard
from kerasapps.tuning.trial import TrialJob
from kerasapps.workflow import choose, publish, try_models
from kerasapps.workflow.carry import carry
from kerasapps.workflow.order import Order, take_order
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.result import Choice
from kerasapps.workflow.run import Run, is_longer, open_run
from kerasapps.workflow.try_models import prepare_contenders
from tests.workflow.test_tried import OBJECTIVE, record

TASK = dataclasses.replace(
    TEXT_CLASSIFICATION,
    architectures=dataclasses.replace(
        TEXT_CLASSIFICATION.architectures, auto=("bag_of_embeddings", "text_cnn")
    ),
)
SUBJECTS = ("meal", "room", "film", "song", "walk", "house", "garden", "book", "train", "boat")
WORDS = {"good": ("fine", "great", "lovely"), "bad": ("poor", "awful", "dull")}


def call() -> dict[str, Any]:
    return {
        "model": "auto",
        "load": LoadConfig(),
        "text": TextConfig(min_count=1),
        "train": TrainConfig(epochs=2, batch_size=16),
        "compress": CompressConfig(),
        "export": ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
    }


def train(data: Path, folder: Path) -> kerasapps.RecipeResult:
    return carry(TASK, data, output_dir=folder, **call())


def killed(*arguments: Any, **options: Any) -> NoReturn:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "texts.csv"
    rows = [
        f"a {word} {subject} {number},{label}"
        for label, words in WORDS.items()
        for word in words
        for number, subject in enumerate(SUBJECTS)
    ]
    file.write_text("\n".join(["text,label", *rows]) + "\n")
    return file


@pytest.fixture(scope="module", autouse=True)
def brief() -> Any:
    """Brief trainings of one epoch, after which nobody is far behind, however slow the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "MINUTES", 60.0)
        patch.setattr(choose, "FEWEST_TO_COMPARE", 1)
        patch.setattr(try_models, "BRIEF_EPOCHS", 1)
        patch.setattr(try_models, "BRIEF_STEPS", 1)
        patch.setattr("kerasapps.tuning.pruning.REACH", 1e9)
        yield


@pytest.fixture(scope="module")
def raced(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """A run that was killed in a trial, before the winner was taken over, and before the export."""
    folder = tmp_path_factory.mktemp("run") / "raced"
    real, calls = try_models.fit_network, list[str]()

    def third_killed(*arguments: Any, **options: Any) -> Any:
        calls.append(options["folder"].parent.name)
        if len(calls) == 3:
            options["pause"] = killed  # after an epoch, whose checkpoint is written
        return real(*arguments, **options)

    for module, name, instead in (
        (try_models, "fit_network", third_killed),
        (choose, "_take_over", killed),
        (publish, "judge_network", killed),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, instead)
            with pytest.raises(KeyboardInterrupt):
                train(texts, folder)
        assert json.loads((folder / "work/search/search.json").read_text())["state"]
    assert calls == ["0", "1", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "_train", killed)  # nothing is left to be tried
        return train(texts, folder)


def test_each_is_tried_and_the_best_is_the_one_that_ships(raced: kerasapps.RecipeResult) -> None:
    choice = raced.choice
    assert choice is not None and choice.reason
    rows = choice.tried
    assert {row["model"] for row in rows} == {"bag_of_embeddings", "text_cnn"}
    assert all(row["trained"] == "wholly" and row["epochs"] == 2 for row in rows)
    best, other = rows
    assert best["model"] == choice.model == raced.model.name
    assert best["val_accuracy"] >= other["val_accuracy"]
    assert best["parameters"] == raced.model.count_params()
    assert best["file_mb"] > 0 and best["latency_ms"] > 0
    assert raced.history.best.val_figure == pytest.approx(best["val_accuracy"])


def test_the_run_says_what_was_tried(raced: kerasapps.RecipeResult) -> None:
    assert raced.choice is not None
    settings = read_manifest(raced.bundle_dir).settings
    assert settings["model"]["model"] == raced.choice.model
    assert settings["chosen"] == raced.to_dict()["choice"]
    page = (raced.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert 'id="model"' in page and "Models that were tried" in page
    assert not (raced.bundle_dir.parent / "work").exists()


def test_the_same_again_ends_the_same_and_is_told(
    raced: kerasapps.RecipeResult, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "_measured", lambda *arguments: {})
        patch.setattr(publish, "judge_network", killed)
        with pytest.raises(KeyboardInterrupt):
            train(texts, tmp_path / "again")
    state = json.loads((tmp_path / "again/work/search/search.json").read_text())["state"]
    whole = {
        each["record"]["values"]["model"]: each["record"]["figures"] for each in state["trials"]
    }
    assert raced.choice is not None
    for row in raced.choice.tried:
        assert whole[row["model"]]["val_accuracy"] == pytest.approx(row["val_accuracy"])
    told = capsys.readouterr().err
    for name in whole:
        for how in ("briefly", "wholly"):
            assert told.count(f"Trying {name} {how} …") == 1
        assert told.count(f"  {name}: val_accuracy ") == 2
    assert told.count("epoch 1/2") == 0  # each epoch is in the trials' logs
    assert f"Model {raced.choice.model}: {raced.choice.reason}" in told
    assert "was not tried" not in told


def test_a_longer_training_keeps_model_and_table(
    raced: kerasapps.RecipeResult, texts: Path
) -> None:
    run = Run(raced.bundle_dir.parent)
    longer = ordered(texts, train=TrainConfig(epochs=3, batch_size=16))
    assert choose.chosen_before(longer, run) == raced.choice
    assert choose.chosen_before(ordered(texts), run) is None


def test_few_validation_examples_decide_nothing(
    texts: Path, splits: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "FEWEST_TO_COMPARE", len(splits.validation) + 1)
    monkeypatch.setattr(choose, "try_models", killed)
    order = ordered(texts)
    with open_run(tmp_path / "run", task="t", name="n", settings=order.settings) as run:
        chosen = choose.choose_model(order, splits, run=run)
    assert chosen.choice is not None and chosen.choice.tried == ()
    assert chosen.choice.model == "bag_of_embeddings"
    assert f"validation has {len(splits.validation)} texts" in chosen.choice.reason


def test_what_several_tell_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    told: set[str] = set()
    for last in ("b", "c"):
        with try_models.told_once(told):
            for message in ("a", "a", last):
                try_models.tell(message)
    assert capsys.readouterr().err == "a\nb\nc\n"


def ordered(data: Path, **options: Any) -> Order:
    asked = {"tune": None, **call(), **options}
    return take_order(TASK, data, validation_data=None, test_data=None, **asked)


@pytest.fixture
def splits(texts: Path, tmp_path: Path) -> Any:
    return read_splits(TASK, texts, TASK.defaults, tmp_path / "scratch")


def test_trials_take_a_share_of_a_time_budget_and_the_winner_the_rest(
    texts: Path,
    splits: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: dict[str, Any] = {}

    def planted(contenders: Any, **options: Any) -> Leaderboard:
        asked.update(options, contenders=contenders)
        return Leaderboard(
            OBJECTIVE, (record(0, "bag_of_embeddings", 0.8), record(1, "text_cnn", 0.9))
        )

    monkeypatch.setattr(choose, "try_models", planted)
    order = ordered(texts, train=TrainConfig(time_budget=8.0))
    with open_run(tmp_path / "run", task="t", name="n", settings=order.settings) as run:
        chosen = choose.choose_model(order, splits, run=run)
    assert chosen.options["model"].model == "text_cnn" and asked["finalists"] == 1
    assert chosen.options["train"].time_budget == 6.0
    for settings in (chosen.settings, chosen.settings["asked"]):
        assert settings["train"]["time_budget"] == 8.0
    assert chosen.choice is not None and len(chosen.choice.tried) == 2
    for contender in asked["contenders"].values():
        assert contender.brief.plan.train.time_budget == 1.0
        assert contender.train.time_budget == 6.0
        assert contender.brief.plan.train.epochs == contender.brief_epochs
        assert contender.experiment.hooks.is_empty
    assert "was not tried" not in capsys.readouterr().err
    monkeypatch.setattr(
        choose,
        "try_models",
        lambda *_, **__: Leaderboard(OBJECTIVE, (record(0, "bag_of_embeddings", 0.8),)),
    )
    with open_run(tmp_path / "late", task="t", name="n", settings=order.settings) as run:
        choose.choose_model(ordered(texts), splits, run=run)
    assert "Model text_cnn was not tried: the 2 minutes for" in capsys.readouterr().err
    with open_run(tmp_path / "one", task="t", name="n", settings=order.settings) as run:
        short = ordered(texts, train=TrainConfig(time_budget=1.5))
        first = choose.choose_model(short, splits, run=run)
    assert first.choice is not None and first.options["train"].time_budget == 1.5
    assert (
        first.choice.model == "bag_of_embeddings"
        and "1.5 minutes are too few" in first.choice.reason
    )


@pytest.mark.slow
def test_a_time_budget_is_the_one_that_was_asked_for_through_a_kill_and_afterwards(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "LEAST_MINUTES", 0.0)
    monkeypatch.setattr(try_models, "_measured", lambda *arguments: {})
    budgets = list[float]()
    real = publish.fit_network

    def watched(network: Any, experiment: Any, **options: Any) -> Any:
        budgets.append(experiment.plan.train.time_budget)
        return real(network, experiment, **options)

    monkeypatch.setattr(publish, "fit_network", watched)

    run = Run(tmp_path / "run")

    def asked(minutes: float, *, epochs: int = 2) -> dict[str, Any]:
        train = TrainConfig(epochs=epochs, batch_size=16, time_budget=minutes)
        return {**call(), "train": train}

    def trained(minutes: float, *, epochs: int = 2) -> kerasapps.RecipeResult:
        return carry(TASK, texts, output_dir=run.folder, **asked(minutes, epochs=epochs))

    def cut(minutes: float, *, epochs: int = 2) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(publish, "judge_network", killed)
            with pytest.raises(KeyboardInterrupt):
                trained(minutes, epochs=epochs)

    cut(2.0)
    with pytest.raises(kerasapps.TrainingError, match=r"train\.time_budget was 2\.0, is 1\.5"):
        trained(1.5)
    result = trained(2.0)
    assert budgets == [1.5, 1.5]
    settings = read_manifest(result.bundle_dir).settings
    assert settings["train"]["time_budget"] == settings["asked"]["train"]["time_budget"] == 2.0
    for minutes, goes_on in ((1.5, False), (2.0, True), (2.5, True)):
        longer = ordered(texts, **asked(minutes, epochs=3))
        assert is_longer(run, longer.settings) is goes_on
        assert not is_longer(run, ordered(texts, **asked(minutes)).settings)
    cut(2.5, epochs=3)
    begun = run.begun()
    assert budgets[2:] == [2.5] and begun is not None
    assert begun["train"]["time_budget"] == 2.5
    assert begun["chosen"]["model"] == settings["chosen"]["model"]


def test_a_brief_training_has_so_many_steps_but_no_more_epochs_than_the_whole(
    texts: Path, splits: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(try_models, "BRIEF_STEPS", 8)
    monkeypatch.setattr(try_models, "BRIEF_EPOCHS", 2)
    for epochs, brief in ((1, 1), (2, 2), (50, 3)):
        order = ordered(texts, model="text_cnn", train=TrainConfig(epochs=epochs, batch_size=16))
        (contender,) = prepare_contenders({"text_cnn": order}, splits, work=tmp_path).values()
        assert contender.experiment.batches.steps_per_epoch == 3
        assert contender.brief_epochs == brief and contender.train.epochs == epochs
        assert contender.experiment.judging.splits.test is splits.validation


def test_with_callbacks_one_model_alone_is_trained_wholly(
    texts: Path, splits: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the brief trainings have none, but the loss that the winner will be trained with."""
    asked: dict[str, Any] = {}

    def planted(contenders: Any, **options: Any) -> Leaderboard:
        asked.update(options, contenders=contenders)
        return Leaderboard(OBJECTIVE, (record(0, "bag_of_embeddings", 0.8),))

    monkeypatch.setattr(choose, "try_models", planted)
    loss = keras.losses.CategoricalHinge()
    for callbacks, finalists in (([], 2), ([keras.callbacks.TerminateOnNaN()], 1)):
        order = ordered(texts, hooks=Hooks(callbacks=callbacks, loss=loss))
        with open_run(tmp_path / "run", task="t", name="n", settings=order.settings) as run:
            chosen = choose.choose_model(order, splits, run=run)
        assert asked["finalists"] == finalists and chosen.hooks is order.hooks
        assert chosen.settings["objects"] == order.hooks.describe()
        for contender in asked["contenders"].values():
            assert contender.experiment.hooks.loss is loss
            assert contender.experiment.hooks.callbacks == ()


@pytest.mark.parametrize("hopeless_after", [None, 2])
def test_a_killed_trial_is_judged_by_all_its_epochs_when_it_goes_on(
    texts: Path,
    splits: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hopeless_after: int | None,
) -> None:
    monkeypatch.setattr(try_models, "BRIEF_EPOCHS", 4)
    monkeypatch.setattr(try_models, "_measured", lambda *arguments: {})
    order = ordered(texts, train=TrainConfig(epochs=4, batch_size=16))
    orders = {"bag_of_embeddings": choose._as_named(Choice("bag_of_embeddings", ""), order, splits)}
    (contender,) = prepare_contenders(orders, splits, work=tmp_path).values()
    job = TrialJob(0, {"model": "bag_of_embeddings"}, tmp_path / "trial", contender.brief_epochs)
    heard, told = list[int](), list[str]()

    def cut(epoch: int, figures: Any, *, final: bool = False) -> bool:
        return True if epoch < 2 else killed()

    def hear(epoch: int, figures: Any, *, final: bool = False) -> bool:
        heard.append(epoch)
        return epoch != hopeless_after

    with pytest.raises(KeyboardInterrupt):
        try_models._train(contender, job, cut, log_dir=tmp_path, far=told.append, team=ALONE)
    figures = try_models._train(contender, job, hear, log_dir=tmp_path, far=told.append, team=ALONE)
    assert heard == ([1, 2, 3, 4] if hopeless_after is None else [1, 2])
    assert figures["epochs"] == len(heard)
    assert told[-1] == f"epoch {4 if hopeless_after is None else 3}/4", "the live line knows"


def test_a_search_is_among_the_models_that_suit(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kerasapps.tuning.search.Crew", killed)
    with pytest.raises(KeyboardInterrupt):
        carry(TASK, texts, output_dir=tmp_path / "run", tune=TuneConfig(trials=2), **call())
    told = capsys.readouterr().err
    assert "Searched among bag_of_embeddings, text_cnn: best on the" in told
    assert "text_cnn/dropout" in told and "bag_of_embeddings/dropout" in told
