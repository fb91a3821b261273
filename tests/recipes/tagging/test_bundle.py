"""A finished bundle: raw texts in, entities out, at places that are exact in the user's string."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tensorflow as tf

import kerasapps
from kerasapps.outputs.tags.bundle import Entity, TagBundle, marked
from kerasapps.recipes.tagging.finished import answers
from tests.light import run_light
from tests.recipes.tagging.sentences import sentences

TEXT = "Mr Bob Smith lives in New York."
_LIGHT = """
import json, sys
import kerasapps
bundle = kerasapps.load_bundle(sys.argv[1])
print(json.dumps([vars(each) for each in bundle.predict(sys.argv[2])[0].entities]))
print(kerasapps.evaluate_bundle(sys.argv[1], sys.argv[3]).f1)
"""


@pytest.fixture(scope="module")
def loaded(tagged: kerasapps.RecipeResult) -> TagBundle:
    bundle = kerasapps.load_bundle(tagged.bundle_dir)
    assert isinstance(bundle, TagBundle)
    return bundle


def places(loaded: TagBundle, text: str) -> list[tuple[str, str]]:
    (answer,) = loaded.predict(text)
    for each in answer.entities:
        assert text[each.start : each.end] == each.text and 0 < each.score <= 1
    return [(each.label, each.text) for each in answer.entities]


def test_it_was_learnt_and_every_file_passed(tagged: kerasapps.RecipeResult) -> None:
    assert tagged.passed and tagged.metrics["f1"] > 0.9
    files = {each.name: each for each in tagged.artifacts}
    assert files.keys() == {"float32", "int8", "saved_model"}
    assert files["float32"].agreement == files["saved_model"].agreement == 1.0
    assert files["int8"].agreement > 0.95


def test_the_int8_file_is_small_and_marks_the_same(tagged: kerasapps.RecipeResult) -> None:
    whole, small = (tagged.bundle_dir / f"model_{name}.tflite" for name in ("float32", "int8"))
    assert small.stat().st_size < 0.5 * whole.stat().st_size
    loaded = kerasapps.load_bundle(tagged.bundle_dir, "int8")
    assert isinstance(loaded, TagBundle)
    assert places(loaded, TEXT) == [("PER", "Bob Smith"), ("LOC", "New York")]


@pytest.mark.parametrize(
    ("before", "space"), [("", " "), ("\U0001f600\u00a0", " "), ("\t", "\u00a0")]
)
def test_places_are_exact_in_the_users_string(loaded: TagBundle, before: str, space: str) -> None:
    text = before + TEXT.replace(" ", space)
    found = [(label, entity.replace(space, " ")) for label, entity in places(loaded, text)]
    assert found == [("PER", "Bob Smith"), ("LOC", "New York")]


def test_so_are_those_among_marks_that_nobody_trained_on(loaded: TagBundle) -> None:
    odd = "\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301\u00a0\u0301"
    assert places(loaded, f"{odd}{TEXT}{odd} {TEXT}")


def test_no_part_of_a_long_text_is_left_out(loaded: TagBundle) -> None:
    assert places(loaded, f"{TEXT} " * 50) == 50 * [("PER", "Bob Smith"), ("LOC", "New York")]


@pytest.mark.parametrize("text", ["", " \n", "\U0001f600"])
def test_texts_without_names_have_no_entities(loaded: TagBundle, text: str) -> None:
    assert places(loaded, text) == []


def test_words_that_are_cut_are_tagged_as_they_are(loaded: TagBundle) -> None:
    words, tags = sentences(1, seed=5)[0]
    assert list(loaded.tag(words)) == tags == list(loaded.tag(iter(words)))  # type: ignore[arg-type]
    strange: Any
    for strange in ("Bob", None, 3, {"Bob": 1}, ["Bob", ""]):
        with pytest.raises(kerasapps.DataError, match="predict takes texts"):
            loaded.tag(strange)
    with pytest.raises(kerasapps.DataError, match="expected a text"):
        loaded.predict([b"Bob"])


def test_the_saved_model_takes_texts_and_words(
    tagged: kerasapps.RecipeResult, loaded: TagBundle
) -> None:
    model = tf.saved_model.load(str(tagged.bundle_dir / "saved_model"))
    texts = [TEXT, "", "\U0001f600 Ana\u00a0lives in Rome", TEXT * 20]
    found = model.signatures["serving_default"](text=tf.constant(texts))
    for row, text in enumerate(texts):
        (answer,) = loaded.predict(text)
        words, tags = (
            [each.decode() for each in found[name][row].numpy()] for name in ("tokens", "tags")
        )
        count = len(answer.words)
        assert words[:count] == list(answer.words) and not any(words[count:])
        if count <= loaded.reader.length:
            assert tags[:count] == list(answer.tags) and not any(tags[count:])
        starts = found["start"][row].numpy()[:count]
        assert [text[at:].startswith(word) for at, word in zip(starts, words, strict=False)] == (
            [True] * count
        )
    nothing = model.signatures["serving_default"](text=tf.constant([], tf.string))
    assert nothing["tags"].shape[0] == 0
    cut = model.signatures["tokens"](tokens=tf.constant([["Bob", ""], ["in", "Rome"]]))
    assert cut["tags"].numpy().tolist() == [[b"B-PER", b""], [b"O", b"B-LOC"]]


def test_a_light_installation_answers_and_judges(tagged: kerasapps.RecipeResult) -> None:
    source = json.loads((tagged.bundle_dir / "bundle.json").read_text("utf-8"))["data"]["source"]
    entities, f1 = run_light(_LIGHT, tagged.bundle_dir, TEXT, source).splitlines()
    bundle: Any = kerasapps.load_bundle(tagged.bundle_dir)
    assert json.loads(entities) == [vars(each) for each in bundle.predict(TEXT)[0].entities]
    assert float(f1) == pytest.approx(tagged.metrics["f1"])


def test_people_see_the_entities_in_the_text(loaded: TagBundle) -> None:
    shown = answers(loaded, {})
    found = shown.find(TEXT)
    (line,) = shown.lines(TEXT, found)
    assert line.startswith(f"{TEXT}: PER Bob Smith (3-12, ")
    assert shown.coloured is not None
    pieces, *rest = shown.coloured(TEXT, found)
    assert not isinstance(pieces, str)
    assert [text for text, style in pieces if style] == [" Bob Smith PER ", " New York LOC "]
    assert len(rest) == 2 and len(shown.cells(found)) == 2 * len(shown.columns)
    assert shown.lines("x", shown.find("x")) == ["x: no entities"]


def test_a_text_is_cut_at_its_entities() -> None:
    text = "a\U0001f600bc"
    entities = [Entity("\U0001f600", "X", 1.0, 1, 2), Entity("b", "Y", 1.0, 2, 3)]
    assert marked(text, entities) == [("a", ""), ("\U0001f600", "X"), ("b", "Y"), ("c", "")]
    assert marked("", []) == []


def test_there_is_no_app_of_it_yet(tagged: kerasapps.RecipeResult, tmp_path: Any) -> None:
    for target in ("web", "android", "ios"):
        with pytest.raises(kerasapps.BundleError, match="answers texts with entities"):
            kerasapps.export_app(tagged.bundle_dir, target=target, output=tmp_path / target)
