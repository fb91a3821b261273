"""What a manifest of the second schema may say for programs of other people, value by value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kerasapps.deploy import explained as module
from kerasapps.deploy.explained import _ID, ANSWER, PREPROCESSING
from kerasapps.deploy.schema import check_values
from kerasapps.deploy.tensors import describe_tflite
from kerasapps.errors import BundleError
from kerasapps.outputs.classes.answer import CLASS_ANSWER
from kerasapps.outputs.labels.answer import explain_thresholds
from kerasapps.outputs.numbers.answer import NUMBER_ANSWER
from kerasapps.outputs.several.answer import explain_several
from kerasapps.outputs.tags.answer import TAG_ANSWER
from kerasapps.preprocess import ImageSpec, SubwordSpec, fit_rows, learn_tokenizer
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.preprocess.words.pieces import PieceEncoder, PieceSpec
from kerasapps.preprocess.words.spec import TagSpec
from kerasapps.recipes.translation.answer import explain_search
from tests.deploy.tampered import put

HERE = Path(__file__).parent
SCHEMA = json.loads((Path(module.__file__).parent / "bundle.schema.json").read_text("utf-8"))
TEXTS = ["a good film", "a bad film"]
STATE = {"state": {"from_encode": ["memory"], "zeros": ["cache_keys_0"]}}
SEARCH = {**explain_search(max_steps=8, beam=3, length_penalty=1.0), **STATE}
TAG_FILES = ("words.txt", "characters.txt", "transitions.json")
SUBWORDS = SubwordSpec(subwords="bpe", joint=False, max_source=8, max_target=8)


def rows() -> dict[str, Any]:
    from kerasapps import TabularConfig
    from kerasapps.data import load_table

    columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
    table = {**columns, "rich": ["yes" if age > 40 else "no" for age in columns["age"]]}
    train = load_table(table, tabular=TabularConfig(target="rich")).train
    return fit_rows(train.columns, train.readings, target="rich", min_count=1).explained()


EXPLAINED: dict[str, dict[str, Any]] = {
    "picture": ImageSpec(32, 32, 1).explained(),
    "words": learn_tokenizer(TEXTS, min_count=1, max_length=6).explained(),
    "wordpieces": learn_tokenizer(
        TEXTS, kind="wordpiece", min_count=1, max_length=6, vocab_size=40
    ).explained(),
    "sentencepiece": SUBWORDS.explained(),
    "rows": rows(),
    "tokens": TagSpec(length=64, word_length=16, lowercase=True, digits=True).explained(),
    "sound": SoundSpec(rate=8000, samples=8000).explained(),
    "pieces": PieceEncoder(
        PieceSpec(length=8, pieces=16, lowercase=True), ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a")
    ).explained(),
    "arrays": {"kind": "arrays", "inputs": {"input": [3], "more": [4, 5]}},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "classes": dict(CLASS_ANSWER),
    "number": dict(NUMBER_ANSWER),
    "numbers": {"kind": "numbers"},
    "labels": explain_thresholds([0.5, 0.25]),
    "translation": SEARCH,
    "tags": dict(TAG_ANSWER),
    "several": explain_several(
        {
            "breed": CLASS_ANSWER,
            "marks": explain_thresholds([0.5, 0.25]),
            "age": NUMBER_ANSWER,
        },
        outputs={"breed": "breed", "marks": "marks", "age": "age"},
        labels={"breed": ("husky", "pug"), "marks": ("scar", "spot"), "age": ()},
    ),
}


def manifest(reads: str = "picture", answers: str = "classes") -> dict[str, Any]:
    values: dict[str, Any] = json.loads((HERE / "manifests" / "pictures.json").read_text("utf-8"))
    del values["manifest_sha256"]
    listed = dict.fromkeys(("vocab.txt", "source.model", "target.model", *TAG_FILES), "0" * 64)
    runtime = describe_tflite(HERE / "first_bundle" / "model_int8.tflite")
    values["artifacts"][0]["runtime"] = runtime
    return json.loads(  # type: ignore[no-any-return]
        json.dumps(
            {
                **values,
                "schema_version": 2,
                "files": {**values["files"], **listed},
                "preprocessing": EXPLAINED[reads],
                "answer": ANSWERS[answers],
            }
        )
    )


def test_whatever_kerasapps_says_is_accepted_and_every_kind_is_tried() -> None:
    assert set(EXPLAINED) == set(PREPROCESSING) and set(ANSWERS) == set(ANSWER)
    for reads in EXPLAINED:
        check_values(manifest(reads), "bundle.json")
    for answers in ANSWERS:
        check_values(manifest(answers=answers), "bundle.json")


def test_every_field_that_is_written_has_a_rule() -> None:
    optional = {"kind", "grey_weights"}
    for kind, said in EXPLAINED.items():
        assert set(said) - optional == set(PREPROCESSING[kind])
    for kind, said in ANSWERS.items():
        assert set(said) - optional == set(ANSWER[kind])


@pytest.mark.parametrize("part", ["preprocessing", "answer"])
def test_the_first_schema_has_none_of_it_and_the_second_all(part: str) -> None:
    values = manifest()
    with pytest.raises(BundleError, match="which this version does not know"):
        check_values({**values, "schema_version": 1}, "bundle.json")
    del values[part]
    with pytest.raises(BundleError, match=f"{part} is missing"):
        check_values(values, "bundle.json")


LADDER = {
    "judged_on": "validation",
    "max_drop": 1.0,
    "max_size_mb": None,
    "max_latency_ms": 2.0,
    "rungs": [{"name": "int4", "path": None, "passed": True}],
}
TENSOR = "artifacts.0.runtime.signatures.0.inputs.0"


@pytest.mark.parametrize(
    ("reads", "answers", "place", "value", "words"),
    [
        ("picture", "classes", "preprocessing", [], "an object"),
        ("picture", "classes", "preprocessing.kind", "smell", "picture or words"),
        ("picture", "classes", "preprocessing.kind", ["picture"], "picture or words"),
        ("picture", "classes", "preprocessing.height", 4097, "from 1 to 4096"),
        ("picture", "classes", "preprocessing.width", 1.5, "a whole number"),
        ("picture", "classes", "preprocessing.channels", 3, "rgb or grey"),
        ("picture", "classes", "preprocessing.resize", "fill", "stretch or crop or pad"),
        ("picture", "classes", "preprocessing.padding", [0, 0, 256], "levels from 0 to 255"),
        ("picture", "classes", "preprocessing.transparent_on", [255], "a list of 3 levels"),
        ("picture", "classes", "preprocessing.dtype_range", [0, float("nan")], "2 numbers"),
        ("picture", "classes", "preprocessing.antialias", "yes", "true or false"),
        ("words", "classes", "preprocessing.files.0.path", "../vocab.txt", "inside the bundle"),
        ("words", "classes", "preprocessing.files.0.path", "other.txt", "does not list"),
        ("words", "classes", "preprocessing.files.0.more", 1, "objects of path"),
        ("words", "classes", "preprocessing.length", 65_537, "from 2 to 65536"),
        ("words", "classes", "preprocessing.pad.id", -1, "an object of token and id"),
        ("words", "classes", "preprocessing.start.token", None, "an object of token and id"),
        ("words", "classes", "preprocessing.padding_side", "left", "must be right"),
        ("wordpieces", "classes", "preprocessing.lowercase", 1, "true or false"),
        ("wordpieces", "classes", "preprocessing.end", {}, "an object of token and id"),
        ("wordpieces", "classes", "preprocessing.longest_word", 0, "from 1 to"),
        ("sentencepiece", "classes", "preprocessing.source_file", "/etc/passwd", "inside the"),
        ("sentencepiece", "classes", "preprocessing.target_file", "x.model", "does not list"),
        ("sentencepiece", "classes", "preprocessing.end_id", True, "a whole number"),
        ("sentencepiece", "classes", "preprocessing.model", "char", "bpe or unigram"),
        ("tokens", "classes", "preprocessing.files.0.path", "x.txt", "does not list"),
        ("tokens", "classes", "preprocessing.split", "spaces", "unicode_classes"),
        ("tokens", "classes", "preprocessing.word_length", 0, "from 2 to"),
        ("pieces", "classes", "preprocessing.pieces", 1, "from 2 to"),
        ("rows", "classes", "preprocessing.columns", ["age"], "a list of objects"),
        ("rows", "classes", "preprocessing.yes", [1], "a list of texts"),
        ("arrays", "classes", "preprocessing.inputs", {}, "an object of shapes"),
        ("arrays", "classes", "preprocessing.inputs.more", [-2], "an object of shapes"),
        ("picture", "classes", "answer.kind", "boxes", "classes or number"),
        ("picture", "labels", "answer.thresholds.0", 1.5, "numbers from 0 to 1"),
        ("picture", "classes", "answer.labels_file", "../labels.txt", "inside the bundle"),
        ("picture", "classes", "answer.labels_file", "names.txt", "does not list"),
        ("picture", "classes", "answer.uint8_divisor", 0, "from 1 to"),
        ("picture", "translation", "answer.encode", "a b", "letters, digits"),
        ("picture", "translation", "answer.max_steps", 10**9, "from 2 to 65536"),
        ("picture", "translation", "answer.default_beam", 33, "from 1 to 32"),
        ("picture", "translation", "answer.floor", 1, "from -1e+15 to 0"),
        ("picture", "translation", "answer.forbidden_ids", [-1], "whole numbers"),
        ("picture", "translation", "answer.state", [], "an object"),
        ("picture", "translation", "answer.state.zeros", [1], "a list of texts"),
        ("picture", "tags", "answer.scheme", "IOB1", "IOB2"),
        ("picture", "tags", "answer.transitions_file", "/x", "inside the bundle"),
        ("picture", "several", "answer.answers", {}, "two answers at least"),
        ("picture", "several", "answer.answers.age.kind", "tags", "classes or labels or number"),
        ("picture", "several", "answer.answers.age.output", "a b", "letters, digits"),
        ("picture", "several", "answer.answers.age.labels", [], "does not know"),
        ("picture", "several", "answer.answers.breed.labels", ["pug"], "two at least"),
        ("picture", "several", "answer.answers.breed.labels", ["pug", "pug"], "a label twice"),
        ("picture", "several", "answer.answers.breed.labels", ["pug", ""], "none of them empty"),
        ("picture", "several", "answer.answers.marks.thresholds.1", 2, "numbers from 0 to 1"),
        ("picture", "classes", "artifacts.0.ladder", [], "an object"),
        ("picture", "classes", "artifacts.0.ladder", {"rungs": []}, "judged_on is missing"),
        ("picture", "classes", "artifacts.0.ladder", {**LADDER, "rungs": [{}]}, "name is missing"),
        ("picture", "classes", "artifacts.0.ladder", {**LADDER, "max_drop": -1}, "from 0 to"),
        ("picture", "classes", "artifacts.0.runtime", [], "an object"),
        ("picture", "classes", "artifacts.0.runtime.format", "pb", "tflite or saved_model"),
        ("picture", "classes", "artifacts.0.runtime.signatures", None, "a list"),
        ("picture", "classes", "artifacts.0.runtime.signatures.0", 5, "an object"),
        ("picture", "classes", TENSOR, "input", "an object"),
        ("picture", "classes", f"{TENSOR}.name", None, "a text"),
        ("picture", "classes", f"{TENSOR}.shape", [1, "x"], "whole numbers of at least -1"),
        ("picture", "classes", f"{TENSOR}.dtype", "float 32", "letters, digits"),
        ("picture", "classes", f"{TENSOR}.scale", float("inf"), "a number from"),
        ("picture", "classes", f"{TENSOR}.zero_point", 0.5, "a whole number"),
    ],
)
def test_one_value_that_is_off_is_named(
    reads: str, answers: str, place: str, value: Any, words: str
) -> None:
    values = manifest(reads, answers)
    put(values, place, value)
    # What no schema can say: that a file is listed, and that a number is one.
    if "does not list" not in words and repr(value) not in ("inf", "[0, nan]"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**values, "manifest_sha256": "0" * 64}, SCHEMA)
    with pytest.raises(BundleError, match="no manifest that kerasapps writes") as refused:
        check_values(values, "bundle.json")
    assert words in str(refused.value)
    assert place.split(".", maxsplit=1)[0] in str(refused.value)


def test_a_ladder_may_stand_at_an_artifact() -> None:
    values = manifest("picture", "classes")
    put(values, "artifacts.0.ladder", LADDER)
    jsonschema.validate({**values, "manifest_sha256": "0" * 64}, SCHEMA)
    check_values(values, "bundle.json")


def test_every_label_of_several_answers_needs_a_threshold() -> None:
    values = manifest(answers="several")
    put(values, "answer.answers.marks.thresholds", [0.5])
    with pytest.raises(BundleError, match=r"marks.*thresholds must be one for each of labels"):
        check_values(values, "bundle.json")


def test_what_another_kind_calls_answers_is_not_read() -> None:
    values = manifest(answers="classes")
    values["answer"]["answers"] = 5
    check_values(values, "bundle.json")


def test_the_json_schema_takes_whatever_kerasapps_says() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for reads in EXPLAINED:
        jsonschema.validate({**manifest(reads), "manifest_sha256": "0" * 64}, SCHEMA)
    for answers in ANSWERS:
        said = {**manifest(answers=answers), "manifest_sha256": "0" * 64}
        jsonschema.validate(said, SCHEMA)


@pytest.mark.parametrize("name", ["pictures", "texts", "translations"])
def test_the_json_schema_takes_the_first_schema(name: str) -> None:
    values = json.loads((HERE / "manifests" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(values, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**values, "schema_version": 2}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**values, "preprocessing": EXPLAINED["picture"]}, SCHEMA)


def test_a_file_of_which_nothing_is_known_is_taken() -> None:
    values = manifest()
    values["artifacts"][0]["runtime"] = None
    check_values(values, "bundle.json")


def test_an_id_fits_into_what_networks_take() -> None:
    assert _ID.holds(0) and _ID.holds(2**31 - 1)
    assert not any(map(_ID.holds, (-1, 2**31, 1.0, True, "1")))
