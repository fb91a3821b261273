"""Texts in other people's hands: the scripts have the ids and the answers of `load_bundle`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.preprocess import learn_tokenizer
from tests.examples.scripts import (
    check_agrees,
    check_labels,
    functions_of,
    plain_bundle,
    run_script,
)
from tests.preprocess.strings import mixed_strings

TEXTS = (
    "A lovely film, but the ending was boring.",
    "DULL, slow and far too long!",
    "naïve café",
    "it's _fine_ 123",
    " ",
    "zzz qqq",
)


def test_words_are_answered_as_by_the_bundle(reviewed: kerasapps.RecipeResult) -> None:
    answers = kerasapps.load_bundle(reviewed.bundle_dir, "int8").predict(TEXTS)
    lines = run_script("run_texts", reviewed.bundle_dir, *TEXTS)
    check_labels(lines, [(each.label, each.score) for each in answers])
    assert check_agrees("run_texts", reviewed.bundle_dir)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize(
    ("script", "kind"), [("run_texts", "regex"), ("run_wordpieces", "wordpiece")]
)
def test_odd_texts_have_the_same_ids(
    script: str, kind: str, lowercase: bool, tmp_path: Path
) -> None:
    odd = [*TEXTS, *mixed_strings(300)]
    tokenizer = learn_tokenizer(
        [*odd, *TEXTS], kind=kind, lowercase=lowercase, min_count=1, max_length=12, vocab_size=400
    )
    bundle = plain_bundle(tmp_path / "bundle", tokenizer.explained())
    tokenizer.save(bundle)
    prepare = functions_of(script, bundle)["prepare"]
    for text in odd:
        np.testing.assert_array_equal(prepare(text), tokenizer.encode(text), err_msg=ascii(text))
