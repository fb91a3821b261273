"""The recipes as commands: what they call and what they print of its result."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kerasapps
from kerasapps.cli import recipes
from kerasapps.cli import recipes as recipes_module
from kerasapps.cli.recipes import RECIPES
from kerasapps.config import ModelConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact
from kerasapps.recipes.registry import find_task
from kerasapps.terminal import flush_lines
from tests.values import kinds_of, left_open_in

ARTIFACT = Artifact("int8", Path("m"), 10, 0.5, 0.0, 1.0, 1.0, 2.0, 3.0, True)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was started or called, in order."""
    order: list[str] = []
    monkeypatch.setattr(recipes, "start_tensorflow", lambda: order.append("tensorflow"))
    return order


def result_of(task: str, **changes: Any) -> kerasapps.RecipeResult:
    values: dict[str, Any] = {
        "model": None,
        "history": None,
        "metrics": {"accuracy": 0.75, "bleu": 30.0, "bleu_greedy": 25.0},
        "artifacts": (ARTIFACT,),
        "bundle_dir": Path("run/bundle"),
        "labels": ("a", "b"),
        "task": task,
        "headline": "So good.",
        "metric": find_task(task).answers[0].metric,
    }
    return kerasapps.RecipeResult(**{**values, **changes})


def trained(recipe: Any, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Any:
    monkeypatch.setattr(
        kerasapps,
        recipe.function,
        lambda *_, **__: result_of(recipe.task, **changes),
        raising=False,
    )
    return recipe.train("data", model=ModelConfig(model=recipe.architectures.names[0]))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: each.task)
def test_the_recipe_is_called_after_tensorflow_is_there(recipe, monkeypatch, started) -> None:
    given: list[Any] = []

    def function(*data: Any, **options: Any) -> Any:
        started.append("recipe")
        given.extend([data, options])
        return result_of(recipe.task)

    monkeypatch.setattr(kerasapps, recipe.function, function, raising=False)
    model = ModelConfig(model=recipe.architectures.names[0])
    tune = TuneConfig(models=recipe.architectures.names[:2])
    recipe.train("data", model=model, tune=tune, extra=3)
    assert started == ["tensorflow", "recipe"]
    assert given == [("data",), {"model": model, "tune": tune, "extra": 3}]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: each.task)
def test_what_is_printed(recipe, monkeypatch, capsys) -> None:
    values, show, status = trained(recipe, monkeypatch)
    show()
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    assert status == 0 and values["bundle_dir"] == "run/bundle"
    assert lines[0].startswith("Verified on the test split")
    keras = next(line for line in lines if "Keras" in line)
    assert ("25.00" if recipe.task == "translation" else "75.00") in keras
    assert lines[-3:] == [
        "So good.", "Bundle: run/bundle", "Report: run/bundle/report.html",
    ]  # fmt: skip


def test_a_search_has_a_leaderboard_and_a_failed_file_a_status(monkeypatch, capsys) -> None:
    failed = dataclasses.replace(ARTIFACT, passed=False, reason="too bad")
    search = SimpleNamespace(to_dict=lambda: {})
    _, show, status = trained(
        RECIPES[0], monkeypatch, artifacts=(failed,), search=search, judged_on="validation"
    )
    show()
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    assert status == 1 and lines[0].startswith("Verified on the validation split")
    assert lines[-1] == "Leaderboard: run/leaderboard.csv" and "int8: too bad" in lines


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: each.task)
def test_unknown_architectures_start_nothing(recipe, started) -> None:
    with pytest.raises(ConfigError, match="model 'x' is not known"):
        recipe.train("data", model=ModelConfig(model="x"))
    known = ModelConfig(model=recipe.architectures.names[0])
    with pytest.raises(ConfigError, match="models 'x' is not known"):
        recipe.train("data", model=known, tune=TuneConfig(models=("x",)))
    assert started == []


@pytest.mark.parametrize(
    ("place", "name", "arguments"),
    [
        (0, "image-classification", ("data",)),
        (1, "sentiment", ("data",)),
        (2, "translation", ("data", None, None)),
    ],
)
def test_names_and_data(place: int, name: str, arguments: tuple[Any, ...]) -> None:
    recipe = RECIPES[place]
    assert recipe.name == name and recipe.read(*arguments) == "data"
    assert recipe.models == f"Models: {', '.join(recipe.architectures.choices)}."
    if name == "translation":
        assert recipe.read(source="a", target="b") == ("a", "b")


def test_kinds_of_values() -> None:
    assert kinds_of(recipes_module) == {"RecipeCommand": "frozen, by name"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(recipes_module) == {"RecipeCommand": {"defaults": {}}}
