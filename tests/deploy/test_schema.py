"""What a manifest may say, one value at a time; the files themselves are for test_inventory."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from kerasapps.deploy import rules
from kerasapps.deploy import schema as module
from kerasapps.deploy.rules import is_inner_path
from kerasapps.deploy.schema import (
    ARTIFACT,
    ARTIFACT_FIGURES,
    MANIFEST,
    TaskRules,
    check_task,
    check_values,
)
from kerasapps.errors import BundleError
from kerasapps.export.artifact import Artifact
from kerasapps.recipes.image_classification import finished as pictures_of
from kerasapps.recipes.text_classification import finished as texts_of
from kerasapps.recipes.translation import finished as translations_of
from tests.deploy.tampered import put
from tests.values import kinds_of

HUGE = 10**9


def written(name: str) -> str:
    """A manifest as the first version wrote it, its lists shortened."""
    return (Path(__file__).parent / "manifests" / f"{name}.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pictures() -> str:
    return written("pictures")


@pytest.fixture(scope="module")
def texts() -> str:
    return written("texts")


@pytest.fixture(scope="module")
def translations() -> str:
    return written("translations")


def without_hash(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    del values["manifest_sha256"]
    return values


RULES = {
    "image_classification": pictures_of.RULES,
    "sentiment": texts_of.RULES,
    "translation": translations_of.RULES,
}


PHONE = {"name": "on a phone", "examples": 1, "metric": 0.5, "delta": -1.5, "agreement": 1}


def check(values: dict[str, Any]) -> None:
    """What holds for all tasks, and what the manifest's own says."""
    check_values(values, "bundle.json")
    if values["task"] in RULES:
        check_task(values, RULES[values["task"]], "bundle.json")


def test_what_is_written_is_accepted(pictures: str, texts: str, translations: str) -> None:
    for text in (pictures, texts, translations):
        check(without_hash(text))


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("task", "../x", "letters, digits"),
        ("task", 5, "letters, digits"),
        ("labels", None, "different texts"),
        ("labels", "ab", "different texts"),
        ("labels", ["a", 1, "c"], "different texts"),
        ("labels", ["a", "", "c"], "different texts"),
        ("labels", ["a", "a", "c"], "different texts"),
        ("labels", ["a"], "two at least"),
        ("input", [], "an object"),
        ("input.height", HUGE, "height cannot be 1000000000"),
        ("input.width", 4097, "width cannot be 4097"),
        ("input.width", 0, "width cannot be 0"),
        ("input.height", 32.0, "height cannot be 32.0"),
        ("input.height", True, "height cannot be True"),
        ("input.resize", "../x", "ImageSpec.resize"),
        ("input.more", 1, "not a picture specification"),
        ("metrics", None, "an object"),
        ("artifacts", {}, "a list"),
        ("artifacts.0", "model.tflite", "an object"),
        ("artifacts.0.name", "../../int8", "letters, digits"),
        ("artifacts.0.name", "a" * 65, "letters, digits"),
        ("artifacts.0.name", "float32\n", "letters, digits"),
        ("artifacts.0.name", "", "letters, digits"),
        ("artifacts.0.name", None, "letters, digits"),
        ("artifacts.0.name", "float16", "2 artifacts have the name 'float16'"),
        ("artifacts.0.path", "/etc/passwd", "plain names inside the bundle"),
        ("artifacts.0.path", "../model.tflite", "plain names inside the bundle"),
        ("artifacts.0.path", 0, "plain names inside the bundle"),
        ("artifacts.0.path", "model_float16.tflite", "have the path 'model_float16.tflite'"),
        ("artifacts.0.passed", 1, "true or false"),
        ("artifacts.0.passed", "yes", "true or false"),
        ("artifacts.0.reason", None, "a text"),
        ("artifacts.0.metric", 1.01, "a number from 0 to 1, or null"),
        ("artifacts.0.metric", -0.01, "a number from 0 to 1, or null"),
        ("artifacts.0.agreement", float("nan"), "a number from 0 to 1, or null"),
        ("artifacts.0.delta", float("inf"), "a number from"),
        ("artifacts.0.size_bytes", -1, "a number from 0 to"),
        ("artifacts.0.latency_ms", "fast", "a number from 0 to"),
        ("artifacts.0.latency_p95_ms", True, "a number from 0 to"),
        ("artifacts.0.peak_memory_mb", 10**400, "a number from"),
        ("artifacts.0.token_ms", [], "a number from 0 to"),
        ("artifacts.0.scores", "float64", "float32, uint8 or null"),
        ("artifacts.0.elsewhere", [], "an object, or null"),
        ("artifacts.0.elsewhere", {}, "elsewhere.name is missing"),
        ("artifacts.0.elsewhere", {**PHONE, "examples": 0}, "a whole number from 1"),
        ("artifacts.0.elsewhere", {**PHONE, "agreement": 1.1}, "a number from 0 to 1, or null"),
        ("artifacts.0.elsewhere", {**PHONE, "delta": "-1"}, "a number from"),
        ("artifacts.0.elsewhere", {**PHONE, "metric": True}, "a number from"),
        ("artifacts.0.elsewhere", {**PHONE, "name": 1}, "a text"),
        ("artifacts.0.elsewhere", {**PHONE, "more": 1}, "'more', which this version does not know"),
        ("files", [], "an object"),
        ("files./etc/passwd", "0" * 64, "plain names inside the bundle"),
        ("files.../x", "0" * 64, "plain names inside the bundle"),
        ("files.x", "0" * 63, "64 hexadecimal digits"),
        ("files.x", "A" * 64, "64 hexadecimal digits"),
        ("files.x", None, "64 hexadecimal digits"),
        ("data", "here", "an object"),
        ("data.source", 5, "a text, or a list of two"),
        ("data.source", ["a"], "a text, or a list of two"),
        ("data.source", ["a", ""], "a text, or a list of two"),
        ("data.fingerprint", None, "a text"),
        ("data.examples", 5, "an object"),
        ("settings", [], "an object"),
        ("settings.run", None, "a text"),
        ("settings.train", 5, "an object"),
        ("settings.image", None, "an object"),
        ("settings.train.seed", -1, "a whole number from 0"),
        ("settings.train.seed", 0.5, "a whole number from 0"),
        ("history", [], "an object"),
        ("history.rows", {}, "a list"),
        ("history.rows.0", 5, "an object of figures"),
        ("history.rows.0.loss", "1.5", "an object of figures"),
        ("history.rows.0.val_loss", [], "an object of figures"),
        ("history.rows.0.seconds", True, "an object of figures"),
        ("history.rows.0.epoch", 10**16, "an object of figures"),
        ("history.rows.0.phase", None, "an object of figures"),
        ("history.stopped", None, "a text"),
        ("history.extended", 5, "a list of epochs"),
        ("history.extended", ["1"], "a list of epochs"),
        ("history.best_epoch", 0, "a whole number from 1"),
        ("environment", 1, "an object"),
        ("created", 0, "a text"),
        ("run", "rm -rf", "'run', which this version does not know"),
    ],
)
def test_one_value_that_is_off_is_named(pictures: str, place: str, value: Any, words: str) -> None:
    values = without_hash(pictures)
    if place.startswith("files."):
        values["files"][place.removeprefix("files.")] = value
    else:
        put(values, place, value)
    with pytest.raises(BundleError, match="no manifest that kerasapps writes") as refused:
        check(values)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("input.max_length", HUGE, "from 2 to 65536"),
        ("input.max_length", 65_537, "from 2 to 65536"),
        ("input.max_length", 1, "from 2 to 65536"),
        ("input.kind", "pickle", "TokenizerSpec.kind"),
        ("settings.text", [], "an object"),
    ],
)
def test_texts_have_values_of_their_own(texts: str, place: str, value: Any, words: str) -> None:
    values = without_hash(texts)
    put(values, place, value)
    with pytest.raises(BundleError, match=words):
        check(values)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("input.max_target", HUGE, "from 2 to 65536"),
        ("input.max_source", "8", "from 2 to 65536"),
        ("settings.translation", None, "an object"),
        ("settings.translation.beam", HUGE, "a whole number from 1 to 32"),
        ("settings.translation.beam", 33, "a whole number from 1 to 32"),
        ("settings.translation.beam", 0, "a whole number from 1 to 32"),
        ("settings.translation.length_penalty", -0.1, "a number from 0 to 5"),
        ("settings.translation.length_penalty", 5.1, "a number from 0 to 5"),
        ("settings.translation.length_penalty", None, "a number from 0 to 5"),
    ],
)
def test_pairs_have_values_of_their_own(
    translations: str, place: str, value: Any, words: str
) -> None:
    values = without_hash(translations)
    put(values, place, value)
    with pytest.raises(BundleError, match=words):
        check(values)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("input.height", 1),
        ("input.height", 4096),
        ("artifacts.0.name", "a" * 64),
        ("artifacts.0.metric", 0),
        ("artifacts.0.metric", 1),
        ("artifacts.0.delta", -100.0),
        ("artifacts.0.delta", None),
        ("artifacts.0.delta", 1e30),
        ("artifacts.0.elsewhere", None),
        ("artifacts.0.elsewhere", PHONE),
        ("settings.train.seed", 0),
        ("history.best_epoch", 1),
        ("history.rows.0.loss", float("nan")),
        ("history.rows.0.val_loss", float("inf")),
        ("history.rows.0.accuracy", None),
        ("history.rows.0.epoch", 10**15),
        ("data.source", ["a", "b"]),
        ("labels", ["a\nb", "c"]),  # older versions wrote such labels, and they can be run
        ("task", "audio_classification"),  # of a later version, which is refused by its name
    ],
)
def test_the_ends_of_each_range_are_in_it(pictures: str, place: str, value: Any) -> None:
    values = without_hash(pictures)
    put(values, place, value)
    check(values)


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_every_field_must_be_there(pictures: str, name: str) -> None:
    values = without_hash(pictures)
    del values[name]
    with pytest.raises(BundleError, match=f"{name} is missing"):
        check(values)


@pytest.mark.parametrize("name", sorted(ARTIFACT))
def test_every_artifact_has_what_decides_about_it(pictures: str, name: str) -> None:
    values = without_hash(pictures)
    del values["artifacts"][1][name]
    with pytest.raises(BundleError, match=rf"artifacts\[1\]\.{name} is missing"):
        check(values)


def test_figures_that_older_versions_did_not_measure_may_be_missing(pictures: str) -> None:
    values = without_hash(pictures)
    for name in ARTIFACT_FIGURES:
        values["artifacts"][0].pop(name, None)
    values["data"].pop("examples", None)
    check(values)


def test_every_figure_of_an_artifact_has_a_rule() -> None:
    few = {"ladder", "compressed_bytes"}  # have these
    names = {*Artifact.failed("int8", "why").to_dict()} | few
    assert names == set(ARTIFACT) | set(ARTIFACT_FIGURES)


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("model.tflite", True),
        ("saved_model/variables/variables.index", True),
        ("..model", True),
        ("a" * 255, True),
        ("a" * 256, False),
        ("é" * 127, True),
        ("é" * 128, False),
        ("", False),
        (".", False),
        ("..", False),
        ("a/..", False),
        ("a/./b", False),
        ("a//b", False),
        ("/a", False),
        ("a/", False),
        ("a\\b", False),
        ("C:a", False),
        ("a\0b", False),
        ("a\nb", False),
        ("a\x7fb", False),
        ("a\ud800b", False),
        (None, False),
        (["a"], False),
    ],
)
def test_a_path_of_plain_names_cannot_leave_its_folder(path: Any, inner: bool) -> None:
    assert is_inner_path(path) is inner


def test_the_message_is_short_whatever_was_found(pictures: str) -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    for value in (deep, "x" * 10**6, 10**5000):
        values = without_hash(pictures)
        values["task"] = value
        with pytest.raises(BundleError) as refused:
            check(values)
        assert len(str(refused.value)) < 300


def test_kinds_of_values() -> None:
    assert kinds_of(rules)["Rule"] == "frozen"
    assert kinds_of(module)["TaskRules"] == "frozen, by name"


def test_a_task_without_classes_and_shares_says_so(pictures: str) -> None:
    values = without_hash(pictures)
    values["labels"], values["artifacts"][0]["metric"] = [], 12.5
    rules_of_numbers = TaskRules(section="image", input=dict, classes=False, shares=False)
    check_values(values, "bundle.json")
    check_task(values, rules_of_numbers, "bundle.json")
    for changed, words in (
        ({"classes": True}, "two at least"),
        ({"shares": True}, r"artifacts\[0\]\.metric is 12.5 and must be a number from 0 to 1"),
        ({"section": "rows"}, "settings.rows is missing"),
    ):
        stricter = dataclasses.replace(rules_of_numbers, **changed)  # type: ignore[arg-type]
        with pytest.raises(BundleError, match=words):
            check_task(values, stricter, "bundle.json")
    values["artifacts"][0]["metric"] = -0.1
    with pytest.raises(BundleError, match=r"metric is -0\.1 and must be a number from 0 to 1e\+39"):
        check_task(values, rules_of_numbers, "bundle.json")
