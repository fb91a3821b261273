"""Every task: its names, its figures, and the options of its recipe where nobody sets any."""

from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    RobustConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
    TrustConfig,
    UnlabelledConfig,
)
from kerasapps.config.checks import field_types
from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.recipes.registry import TASKS, asked_options, find_task, guess_task, task_of
from kerasapps.workflow.task import task_in
from tests.deploy.tampered import put
from tests.recipes.audio_classification.tones import write_tones
from tests.shapes import write_shapes

COMMON = {
    "load": LoadConfig(),
    "train": TrainConfig(),
    "compress": CompressConfig(),
    "export": ExportConfig(),
}


CLASSES = {"label_column", "target_columns", "unknown_classes"}
PAIRS = {f"{side}_{what}" for side in ("source", "target") for what in ("column", "language")}


@pytest.mark.parametrize(
    ("task", "defaults", "figures", "options"),
    [
        (
            "image_classification",
            {"model": ModelConfig(model="auto"), "image": ImageConfig()},
            ("accuracy", "accuracy", "macro_f1"),
            {"image_column", "attack", "corruptions", *CLASSES},
        ),
        (
            "text_classification",
            {"model": ModelConfig(model="auto"), "text": TextConfig()},
            ("accuracy", "accuracy", "macro_f1"),
            {"text_column", "encoding", "attack", *CLASSES},
        ),
        (
            "translation",
            {"model": ModelConfig(model="transformer"), "translation": TranslationConfig()},
            ("bleu", "accuracy", "bleu"),
            {"beam", "encoding", *PAIRS},
        ),
    ],
)
def test_tasks(
    task: str, defaults: dict[str, Any], figures: tuple[str, str, str], options: set[str]
) -> None:
    known = TASKS[task]
    trust = {} if task == "translation" else {"trust": TrustConfig()}
    robust = {"robust": RobustConfig()} if known.robust else {}
    learns = {"image_classification", "text_classification"}
    more = {"unlabelled": UnlabelledConfig()} if task in learns else {}
    expected = {**defaults, **COMMON, **trust, **robust, **more}
    assert known.name == task and known.defaults == expected
    answer = known.answers[0]
    assert (answer.metric.quality, answer.fitted.quality, answer.judged.quality) == figures
    assert set(known.asked("evaluate")) == options
    for command in ("check", "evaluate", "predict"):
        for name, config in known.asked(command).items():
            field = next(each for each in dataclasses.fields(config) if each.name == name)
            assert command in field.metadata["asks"]
    assert known.trial_values == ({"beam": 1} if task == "translation" else {})
    assert set(known.trial_values) <= {
        name for section in known.defaults.values() for name in vars(section)
    }
    assert known.training.__name__ == f"{known.package}.train"
    assert task_in(known.package) is known and pickle.loads(pickle.dumps(known)) is known


def test_figures_are_shares_of_the_best_that_can_be() -> None:
    texts, translation = (TASKS[name].answers[0] for name in ("text_classification", "translation"))
    assert texts.metric.share({"accuracy": 0.75}) == 0.75
    assert translation.metric.share({"bleu_greedy": 25.0}) == 0.25
    assert texts.metric.unit == " %" and translation.metric.unit == ""
    assert (texts.metric.tolerance, translation.metric.tolerance) == (1, 0.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        TASKS["translation"].name = "another"  # type: ignore[misc]


def test_what_a_command_asks_for_is_that_of_all_tasks() -> None:
    assert {"top_k", "encoding", "beam", "n_best"} <= {*asked_options("predict")}
    options = asked_options("check")
    assert options["label_column"] is ImageConfig and options["max_ratio"] is TranslationConfig
    assert "unknown_classes" not in options  # all of LoadConfig is
    assert asked_options("evaluate")["unknown_classes"] is LoadConfig
    for command in ("check", "evaluate", "predict"):
        every = [name for task in TASKS.values() for name in task.asked(command)]
        assert set(asked_options(command)) == set(every)
        for task in TASKS.values():  # one name, one meaning
            for name, config in task.asked(command).items():
                home = asked_options(command)[name]
                assert field_types(config)[name] == field_types(home)[name]
                assert asked_for(config, name) == asked_for(home, name)


def asked_for(config: type, name: str) -> str:
    return next(f.metadata["asked"] for f in dataclasses.fields(config) if f.name == name)


def test_data_is_guessed_by_what_it_holds(tmp_path: Path) -> None:
    write_shapes(tmp_path / "shapes", per_class=1)
    write_tones(tmp_path / "tones", per_class=1)
    (tmp_path / "tones.csv").write_text("file,label\ntones/low/0.wav,low\ntones/high/0.wav,high\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("some text\n")
    (tmp_path / "pairs.csv").write_text("en,de\none,eins\ntwo,zwei\n")
    (tmp_path / "texts.csv").write_text("text,label\ngood film,1\nbad film,0\n")
    for data, name in {
        "builtin:digits": "image_classification",
        str(tmp_path / "shapes"): "image_classification",
        str(tmp_path / "nowhere"): "image_classification",
        "builtin:reviews": "text_classification",
        str(tmp_path / "a.txt"): "text_classification",
        str(tmp_path / "nowhere.csv"): "text_classification",
        str(tmp_path / "texts.csv"): "text_classification",
        "builtin:phrases": "translation",
        str(tmp_path / "pairs.csv"): "translation",
        ("a.en", "a.de"): "translation",
        str(tmp_path / "tones"): "audio_classification",
        str(tmp_path / "tones.csv"): "audio_classification",
    }.items():
        assert guess_task(data).name == name, data
        assert TASKS[name].data.holds(data)
    with pytest.raises(DataError) as refused:
        guess_task(str(tmp_path / "empty"))
    said = str(refused.value)
    assert "empty holds nothing to train on. Expected a folder with a folder of pictures" in said
    assert all(task.phrases.form in said for task in TASKS.values())
    assert said.count("; or ") == 1 and said.endswith(".")


def test_tasks_that_are_meant_rather_are_asked_first(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("text,label\ngood film,1\nbad film,0\n")
    (tmp_path / "pairs.csv").write_text("en,de\none,eins\ntwo,zwei\n")
    texts, translation = TASKS["text_classification"], TASKS["translation"]
    pairs = str(tmp_path / "pairs.csv")
    assert translation.data.holds(pairs) and texts.data.holds(pairs)
    assert guess_task(pairs) is guess_task(pairs, rather=[translation]) is translation
    assert guess_task(pairs, rather=[texts, TASKS["tabular"]]) is texts
    assert guess_task(str(tmp_path / "texts.csv"), rather=[translation]) is texts


def test_a_task_is_found_by_its_name_and_its_alias() -> None:
    for name in ("text_classification", "text-classification", "sentiment"):
        assert find_task(name) is TASKS["text_classification"]
    with pytest.raises(ConfigError, match=r"'translator' is not known. Did you mean 'translation'"):
        find_task("translator")


def written(name: str) -> dict[str, Any]:
    """A manifest as the first version wrote it."""
    file = Path(__file__).parents[1] / "deploy" / "manifests" / f"{name}.json"
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return values


@pytest.mark.parametrize(
    ("name", "task", "place", "value", "words"),
    [
        ("pictures", "image_classification", "input.height", 0, "input: .*height cannot be 0"),
        ("pictures", "image_classification", "labels", ["a"], "two at least"),
        ("texts", "text_classification", "input.max_length", 1, "from 2 to 65536"),
        ("texts", "text_classification", "settings.text", [], r"settings\.text is \[\]"),
        ("translations", "translation", "settings.translation.beam", 33, "from 1 to 32"),
        ("translations", "translation", "artifacts.0.metric", 1.01, "a number from 0 to 1"),
    ],
)
def test_what_a_task_needs_of_its_manifest_is_checked_before_it_is_used(
    name: str, task: str, place: str, value: object, words: str
) -> None:
    values = written(name)
    manifest: Any = SimpleNamespace(**values, folder=Path("a/bundle"))
    assert task_of(manifest) is TASKS[task]
    put(values, place, value)
    manifest = SimpleNamespace(**values, folder=Path("a/bundle"))
    with pytest.raises(BundleError, match=rf"^a/bundle/bundle\.json is no manifest .*{words}"):
        task_of(manifest)


def test_a_bundle_of_another_task_is_refused() -> None:
    manifest: Any = SimpleNamespace(**written("texts"), folder=Path("a/bundle"))
    manifest.task = "text_classification"
    assert task_of(manifest) is TASKS["text_classification"]
    manifest.task = "sentiment"
    assert task_of(manifest) is TASKS["text_classification"]
    manifest.task = "sorting"
    with pytest.raises(BundleError, match=r"a/bundle is for 'sorting', which this version lacks"):
        task_of(manifest)
