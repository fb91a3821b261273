"""Texts and pictures as the network takes them, whoever asks."""

from __future__ import annotations

import pickle

import kerasapps
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
