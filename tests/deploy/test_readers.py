"""Texts and pictures as the network takes them, whoever asks."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.deploy.readers import PictureReader, TextReader
from kerasapps.files.named import sha256_of
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from tests.deploy.tampered import tamper
from tests.deploy.threads import wrong_answers

TEXTS = (
    "A wonderful film that I loved.",
    "Dull, boring and a waste of time!",
    "I would not watch this again",
    "great GREAT great",
    "",
)

VOCABULARY = {"<PAD>": 0, "<START>": 1, "<UNKNOWN>": 2, "good": 3, "film": 4, "word": 5}


@pytest.fixture
def texts(tmp_path: Path) -> TextReader:
    """Reads up to five words."""
    spec = TokenizerSpec("regex", 6, lowercase=False)
    RegexTokenizer(VOCABULARY, spec).save(tmp_path)
    manifest = SimpleNamespace(input=spec.to_dict(), file=lambda name: tmp_path / name)
    return TextReader(manifest)  # type: ignore[arg-type]


def test_a_text_becomes_ids(texts: TextReader) -> None:
    ids = texts.read("good bad film")
    assert ids.tolist() == [1, 3, 2, 4, 0, 0] and ids.dtype == np.int32 and texts.shape == (6,)
    assert texts.example().tolist() == [1, 5, 5, 5, 5, 5]
    assert str(texts.raw_example(Path())).split() == ["word"] * 6
    assert texts.reads_whole("a b c d e") and not texts.reads_whole("a b c d e f")


def test_one_text_or_several(texts: TextReader) -> None:
    several = ["a", "b"]
    assert texts.split("one two") == ["one two"] and texts.split(several) == several
    given: list[Any] = [
        tuple(several),
        np.array(several),
        iter(several),
        dict.fromkeys(several).keys(),
    ]
    assert all(texts.split(each) == several for each in given)
    for nothing in (b"bytes", bytearray(b"a"), 5, None, {"a": 1}, np.array("a")):
        with pytest.raises(kerasapps.DataError, match="expected a text or a list of texts"):
            texts.split(nothing)


@pytest.mark.parametrize("one", [5, None, b"bytes", ["a"]])
def test_what_is_no_text_is_refused(texts: TextReader, one: Any) -> None:
    with pytest.raises(kerasapps.DataError, match="expected a text, got"):
        texts.read(one)


def test_a_text_that_is_not_utf_8_is_refused(texts: TextReader) -> None:
    with pytest.raises(kerasapps.DataError, match="is not UTF-8 at character 3"):
        texts.read("ab\ud800")


def test_a_picture_becomes_pixels(tmp_path: Path) -> None:
    spec = ImageSpec(4, 6, 3, "stretch")
    reader = PictureReader(SimpleNamespace(input=spec.to_dict()))  # type: ignore[arg-type]
    assert reader.spec == spec and reader.shape == (4, 6, 3) and reader.reads_whole("anything")
    example = reader.example()
    assert example.shape == (4, 6, 3) and example.dtype == np.uint8 and (example == 127).all()
    raw = reader.raw_example(tmp_path)
    assert raw == tmp_path / "grey.png" and (reader.read(raw) == example).all()
    assert [each.shape for each in reader.split(np.stack([example, example]))] == [(4, 6, 3)] * 2
    assert reader.split([raw, example])[0] == raw and len(reader.split(example)) == 1


def test_any_number_of_threads_get_the_answers_of_one_for_texts(
    reviewed: kerasapps.RecipeResult,
) -> None:
    bundle = kerasapps.load_bundle(reviewed.bundle_dir)
    assert wrong_answers(bundle.predict, TEXTS, calls=4000) == 0


def test_a_pickled_bundle_reads_texts_as_before(reviewed: kerasapps.RecipeResult) -> None:
    bundle = kerasapps.load_bundle(reviewed.bundle_dir)
    assert pickle.loads(pickle.dumps(bundle)).predict(TEXTS) == bundle.predict(TEXTS)


def test_a_vocabulary_must_be_listed_and_be_one(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(reviewed.bundle_dir, tmp_path / "bundle"))
    tamper(copy, lambda values: values["files"].pop("vocab.txt"))
    with pytest.raises(kerasapps.BundleError, match=r"does not list 'vocab\.txt', which"):
        kerasapps.load_bundle(copy)
    (copy / "vocab.txt").write_text("no number\n")
    digest = sha256_of(copy / "vocab.txt")
    tamper(copy, lambda values: values["files"].update({"vocab.txt": digest}))
    with pytest.raises(kerasapps.BundleError, match=r"vocab\.txt, row 1"):
        kerasapps.load_bundle(copy)
