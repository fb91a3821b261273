"""What all stages may know of a task, one that answers in several ways among them."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import TASKS
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.workflow import task as module
from kerasapps.workflow.task import Task, task_in


def two_answers() -> Task:
    return Task(
        name="both",
        makes="a thing",
        noun="things",
        rows="rows",
        options=type("ThingConfig", (), {}),
        architectures=TASKS["translation"].architectures,
        answers=(CLASSES, TRANSLATIONS),
        model="transformer",
        package="of.both",
        phrases=TASKS["translation"].phrases,
    )


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_pickled_by_its_place_and_its_modules_are_its_own(name: str) -> None:
    task = TASKS[name]
    assert pickle.loads(pickle.dumps(task)) is task is task_in(task.package)
    for part, place in (("data", "data"), ("training", "train"), ("finished", "finished")):
        assert getattr(task, part).__name__ == f"{task.package}.{place}"
    if len(task.answers) == 1:
        assert task.answer_to(None) is task.answers[0] is task.answer_of(None)  # type: ignore[arg-type]


def test_the_section_is_called_after_the_options() -> None:
    task = two_answers()
    assert task.section == "thing"
    assert list(task.sections) == ["model", "load", "thing", "train", "export"]


def test_the_data_or_the_bundle_decide_between_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def answers(value: Any) -> Answer:
        asked.append(value)
        return TRANSLATIONS

    modules = {"of.both.data": SimpleNamespace(answer_to=answers)}
    monkeypatch.setattr(module.importlib, "import_module", modules.__getitem__)
    task = two_answers()
    assert task.answer_to("splits") is TRANSLATIONS and asked == ["splits"]  # type: ignore[arg-type]
    for metrics, answer in (({"bleu_greedy": 3}, TRANSLATIONS), ({"accuracy": 1}, CLASSES)):
        manifest: Any = SimpleNamespace(metrics=metrics)
        assert task.answer_of(manifest) is answer


def test_before_the_data_are_read_any_answer_may_be_meant() -> None:
    task = two_answers()

    def attempt(answer: Answer) -> str:
        if answer is CLASSES:
            raise ConfigError("not for classes")
        return answer.metric.name

    assert task.first_fitting(attempt) == "BLEU"
    assert task.first_fitting(lambda answer: answer) is CLASSES

    def refuse(answer: Answer) -> str:
        raise ConfigError(f"no {answer.metric.name}")

    with pytest.raises(ConfigError, match="no accuracy"):
        task.first_fitting(refuse)
