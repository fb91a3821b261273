"""Which configurations become bundles, in which order, and why others do not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from keras.optimizers import SGD

from kerasapps.config import TuneConfig
from kerasapps.errors import ExportError, TrainingError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.training import Hooks
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run
from kerasapps.workflow.search import winners
from kerasapps.workflow.search.winners import EndedSearch, publish_winners
from tests.values import kinds_of

OBJECTIVE = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2e-6, answer=CLASSES)
FIGURES = {"val_accuracy": 0.5, "int8_size_mb": 1e-6}


def record(number: int, score: float, **figures: float) -> TrialRecord:
    return TrialRecord(number, {}, "done", {**FIGURES, "int8_accuracy": score, **figures})


class Finals:
    """Final trainings whose files are planted: what is published is told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.artifacts: dict[int, list[Artifact]] = {}
        self.trained: list[int] = []
        self.published: list[tuple[str, int]] = []
        self.shown: list[tuple[int, Any]] = []
        monkeypatch.setattr(winners, "_train", self._train)
        monkeypatch.setattr(winners, "publish", self._publish)
        monkeypatch.setattr(winners, "show_search", self._show)

    def plant(self, number: int, *, size: int = 1, reason: str = "", kept: bool = True) -> None:
        """The int8 file of a trial's final training, and another that is fine."""
        file = self.folder / f"{number}.tflite"
        file.write_bytes(bytes(size))
        measured = Measurement(1.0, 1.0, 1.0)
        judged = {"metric": 0.75, "delta": 0.0, "agreement": 1.0}
        int8 = Artifact.judged("int8", file, measured, **judged, reason=reason)
        fine = Artifact.judged("float32", file, measured, **judged, reason="")
        self.artifacts[number] = [fine, int8 if kept else int8.moved(None)]

    def run(self, *records: TrialRecord, objective: Objective = OBJECTIVE, top: int = 1) -> Any:
        tune, settings = TuneConfig(trials=3, top=top), {"run": "r", "data": "d"}
        return publish_winners(
            EndedSearch(
                Order(IMAGE_CLASSIFICATION, "d", {}, tune, settings),
                SimpleNamespace(),  # type: ignore[arg-type]
                tune,
                "setup",  # type: ignore[arg-type]
                Leaderboard(objective, records),
                Run(self.folder / "run"),
            )
        )

    def _train(self, search: Any, trial: TrialRecord) -> tuple[Any, dict[str, Any]]:
        self.trained.append(trial.number)
        artifacts = tuple(self.artifacts[trial.number])
        experiment = SimpleNamespace(judging=None)
        return SimpleNamespace(artifacts=artifacts, experiment=experiment), {"own": trial.number}

    def _publish(self, task: str, trained: Any, **options: Any) -> Any:
        assert task == IMAGE_CLASSIFICATION and options["target"].parent.is_dir()
        place = options["target"].relative_to(self.folder).as_posix()
        self.published.append((place, options["settings"]["own"]))
        assert options["search"] == f"winner {options['settings']['own']}"
        from kerasapps.workflow.result import RecipeResult

        metric = CLASSES.metric
        return RecipeResult(None, None, {}, (), options["target"], (), "task", place, metric)  # type: ignore[arg-type]

    def _show(self, leaderboard: Leaderboard, *, setup: Any, tune: Any, winner: int) -> str:
        assert setup == "setup" and tune.trials == 3
        return f"winner {winner}"


@pytest.fixture
def finals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Finals:
    return Finals(tmp_path, monkeypatch)


def test_the_best_is_published_and_no_other_is_trained(
    finals: Finals, capsys: pytest.CaptureFixture[str]
) -> None:
    finals.plant(1)
    result = finals.run(record(0, 0.5), record(1, 0.9))
    assert finals.trained == [1] and finals.published == [("run/bundle", 1)]
    assert result.search is not None and result.search.best.number == 1
    assert "Training the configuration of trial 1 …" in capsys.readouterr().err


def test_as_many_as_asked_for_in_their_order(
    finals: Finals, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        finals.plant(number)
    result = finals.run(record(0, 0.5), record(1, 0.9), record(2, 0.7), top=2)
    assert finals.published == [("run/bundle", 1), ("run/top-2/bundle", 2)]
    assert result.headline == "run/bundle"
    told = capsys.readouterr().err
    assert "Training the configuration of trial 1 (1 of 2) …" in told
    assert "Training the configuration of trial 2 (2 of 2) …" in told
    assert "Place 2, trial 2: run/top-2/bundle\n  Bundle: " in told and "Place 1" not in told
    assert "Only" not in told


@pytest.mark.parametrize("kept", [True, False])
def test_a_configuration_whose_file_failed_is_passed_over_even_if_it_was_kept(
    finals: Finals, capsys: pytest.CaptureFixture[str], kept: bool
) -> None:
    finals.plant(1, reason="loses 30 points", kept=kept)
    finals.plant(0)
    finals.run(record(0, 0.5), record(1, 0.9), top=2)
    assert finals.published == [("run/bundle", 0)]
    told = capsys.readouterr().err
    assert "Trial 1 is passed over: its int8 file failed verification: loses 30 points." in told
    assert "Only 1 of 2 bundles were made: no more trials qualified." in told


def test_a_file_that_passed_and_is_gone_is_none(finals: Finals) -> None:
    finals.plant(0, kept=False)
    with pytest.raises(ExportError, match="its int8 file failed verification"):
        finals.run(record(0, 0.5))


def test_a_limit_is_kept_by_the_very_file_that_ships(
    finals: Finals, capsys: pytest.CaptureFixture[str]
) -> None:
    finals.plant(1, size=3)
    finals.plant(0, size=2)
    finals.run(record(0, 0.5), record(1, 0.9))
    assert finals.published == [("run/bundle", 0)]
    assert "Trial 1 is passed over: int8 file 3e-06 MB (limit 2e-06 MB)." in capsys.readouterr().err


def test_without_a_file_in_the_objective_none_is_an_obstacle(finals: Finals) -> None:
    finals.plant(0, reason="loses 30 points")
    finals.run(record(0, 0.5), objective=Objective("val_accuracy", "max", answer=CLASSES))
    assert finals.published == [("run/bundle", 0)]


def test_that_nothing_qualifies_names_what_was_trained_or_else_the_nearest(
    finals: Finals,
) -> None:
    finals.plant(0, size=5)
    with pytest.raises(
        ExportError, match=r"Trained afresh, trial 0: int8 file 5e-06 MB .*leaderboard\.csv"
    ):
        finals.run(record(0, 0.5))
    with pytest.raises(
        ExportError, match=r"nearest is trial 1: int8 file 3e-06 MB .*, 50% too much\. Go on with"
    ):
        finals.run(record(0, 0.9, int8_size_mb=4e-6), record(1, 0.5, int8_size_mb=3e-6))
    assert finals.trained == [0] and not finals.published


def test_that_no_trial_ended_says_why(finals: Finals) -> None:
    failed = [TrialRecord(n, {}, "failed", reason=f"because {min(n, 3)}") for n in range(5)]
    with pytest.raises(
        TrainingError,
        match=r"None of the 5 trials .*: because 0; because 1; because 2\. All are in "
        r".*leaderboard\.csv",
    ):
        finals.run(*failed)
    with pytest.raises(TrainingError, match="None of the 0 trials came to an end: none began"):
        finals.run()


def test_the_final_training_is_of_the_trials_values_and_tells_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: dict[str, Any] = {}
    options = {"train": "t", "export": "e"}
    plan = "plan"

    def prepare(splits: Any, options: Any, cache: Any) -> Any:
        calls.update(splits=splits, given=options, cache=cache.folder, shared=cache.shared)
        return SimpleNamespace(plan="open", with_hooks=with_hooks)

    def with_hooks(hooks: Any) -> Any:
        calls["rate"] = float(hooks.optimizer.learning_rate)
        return SimpleNamespace(plan=plan)

    def train_and_judge(experiment: Any, **options: Any) -> str:
        calls.update(options)
        return "trained"

    steps = SimpleNamespace(prepare=prepare)
    task: Any = SimpleNamespace(training=steps, noun="pictures")
    monkeypatch.setattr(winners, "with_trial", lambda options, values: {**options, **values})
    monkeypatch.setattr(winners, "resolved", lambda options, plan: {**options, "plan": plan})
    monkeypatch.setattr(winners, "describe_options", dict)
    monkeypatch.setattr(winners, "train_and_judge", train_and_judge)
    run = Run(tmp_path)
    asked = {"run": "r", "data": "d", "tune": {"trials": 3, "seed": 1}}
    search = EndedSearch(
        Order(task, "d", options, TuneConfig(), asked, hooks=Hooks(optimizer=SGD(0.25))),
        "splits",  # type: ignore[arg-type]
        TuneConfig(),
        None,  # type: ignore[arg-type]
        Leaderboard(OBJECTIVE),
        run,
    )
    values = {"width": 2, "learning_rate": 0.5}
    trial = TrialRecord(4, values, "done", {"int8_accuracy": 0.25})
    trained, settings = winners._train(search, trial)
    assert trained == "trained" and calls["given"] == {**options, **values}
    assert calls["rate"] == 0.5
    assert calls["cache"] == run.work and not calls["shared"] and calls["splits"] == "splits"
    assert settings == {
        "run": "r",
        "data": "d",
        **options,
        **values,
        "plan": plan,
        "search": {"trial": 4, "int8_accuracy": 0.25},
        "asked": asked,
    }
    assert calls["export"] == "e" and calls["work"] == run.work / "trial-4"
    assert calls["log_dir"] == run.logs / "trial-4"
    # A search that was made longer may have the same winner, whose training goes on.
    assert "trials" not in calls["settings"]["asked"]["tune"]
    assert calls["settings"]["search"] == settings["search"]


def test_kinds_of_values() -> None:
    assert kinds_of(winners) == {"EndedSearch": "frozen"}
