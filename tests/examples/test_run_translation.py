"""Translation in other people's hands: the script writes what `load_bundle` does."""

from __future__ import annotations

import kerasapps
from tests.examples.scripts import check_agrees, run_script
from tests.words import word_pairs


def test_sentences_are_translated_as_by_the_bundle(translated: kerasapps.RecipeResult) -> None:
    sources = [source for source, _ in word_pairs(8, seed=5)] + ["zzz ?!", ""]
    bundle = kerasapps.load_bundle(translated.bundle_dir, "dynamic")
    for beam in (1, 3):
        expected = [each.text for each in bundle.predict(sources, beam=beam)]
        found = run_script("run_translation", translated.bundle_dir, str(beam), *sources)
        assert found == expected
    assert check_agrees("run_translation", translated.bundle_dir)
