"""Entities of training rows that become others of their type."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagExamples
from kerasapps.outputs.tags.emissions import TagRows
from kerasapps.preprocess.words.encoder import TagEncoder, learn_encoder
from kerasapps.recipes.tagging.encoding import encode_examples
from kerasapps.recipes.tagging.swaps import EntitySwaps, find_entities

LABELS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
SENTENCES = [
    (["Ann", "Lee", "saw", "New", "York", "."], ["B-PER", "I-PER", "O", "B-LOC", "I-LOC", "O"]),
    (["Bob", "Ann", "left"], ["B-PER", "B-PER", "O"]),
    (["nobody", "left"], ["O", "O"]),
]


@pytest.fixture(scope="module")
def encoder() -> TagEncoder:
    return learn_encoder([words for words, _ in SENTENCES], TaggingConfig(), length=8)


@pytest.fixture(scope="module")
def rows(encoder: TagEncoder) -> TagRows:
    examples = TagExamples(*zip(*SENTENCES, strict=True))
    return encode_examples(examples, encoder, labels=LABELS)


def texts(encoder: TagEncoder, words: np.ndarray) -> list[str]:
    return [" ".join(encoder.words[each - 2] for each in row if each) for row in words]


def test_entities_are_found_and_equal_ones_count_once(rows: TagRows) -> None:
    found = find_entities(rows, LABELS)
    places = list(zip(found.rows, found.firsts, found.sizes, strict=True))
    assert places == [(0, 0, 2), (0, 3, 2), (1, 0, 1), (1, 1, 1)]
    assert sorted(map(len, found.alike)) == [0, 1, 3]


def test_an_entity_becomes_another_of_its_type(encoder: TagEncoder, rows: TagRows) -> None:
    swaps = EntitySwaps(rows, find_entities(rows, LABELS), share=1.0, seed=0)
    seen = set[str]()
    for step in range(40):
        inputs, targets = swaps.batch(np.array([0, 2]), step)
        first, second = texts(encoder, inputs["words"])
        seen.add(first)
        assert second == "nobody left"
        names = [LABELS[tag] for tag in targets[0] if tag >= 0]
        assert len(names) == len(first.split()) == np.count_nonzero(inputs["characters"][0, :, 0])
        assert names[-4:] == ["O", "B-LOC", "I-LOC", "O"]
    assert seen == {f"{name} saw new york ." for name in ("ann lee", "ann", "bob")}


def test_a_step_is_the_same_again_and_nothing_changes_without_a_share(rows: TagRows) -> None:
    entities, every = find_entities(rows, LABELS), np.arange(3)
    half = EntitySwaps(rows, entities, share=0.5, seed=3)
    np.testing.assert_array_equal(half.batch(every, 7)[1], half.batch(every, 7)[1])
    inputs, targets = EntitySwaps(rows, entities, share=0.0, seed=3).batch(every, 0)
    plain, same = rows.batch(every)
    np.testing.assert_array_equal(targets, same)
    for name, values in plain.items():
        np.testing.assert_array_equal(inputs[name], values)
