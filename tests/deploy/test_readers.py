"""Texts and pictures as the network takes them, whoever asks."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

import kerasapps
from kerasapps.deploy.inventory import sha256_of
from tests.deploy.tampered import tamper
from tests.deploy.threads import wrong_answers

TEXTS = (
    "A wonderful film that I loved.",
    "Dull, boring and a waste of time!",
    "I would not watch this again",
    "great GREAT great",
    "",
)


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
    with pytest.raises(kerasapps.BundleError, match=r"does not list vocab\.txt"):
        kerasapps.load_bundle(copy)
    (copy / "vocab.txt").write_text("no number\n")
    digest = sha256_of(copy / "vocab.txt")
    tamper(copy, lambda values: values["files"].update({"vocab.txt": digest}))
    with pytest.raises(kerasapps.BundleError, match=r"vocab\.txt, row 1"):
        kerasapps.load_bundle(copy)
