"""How entities are counted: by us as by `seqeval`."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.outputs.tags import counts
from kerasapps.outputs.tags.counts import counted_scores, entity_scores, judged_scores
from kerasapps.outputs.tags.entities import entity_types
from kerasapps.outputs.tags.errors import entity_errors
from kerasapps.outputs.tags.figures import tag_metrics

TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")


def test_types_are_those_of_the_tags() -> None:
    assert entity_types(TAGS) == ("LOC", "PER")


def drawn(seed: int) -> list[list[str]]:
    """Random sentences, `I-` behind anything included."""
    draw = np.random.default_rng(seed)
    shares = [0.6, 0.1, 0.1, 0.1, 0.1]
    sizes = np.random.default_rng(7).integers(1, 12, size=60)
    return [[str(tag) for tag in draw.choice(TAGS, size=size, p=shares)] for size in sizes]


def test_our_counter_is_the_judge() -> None:
    truth = drawn(0)
    for seed in range(1, 5):
        ours, theirs = (each(truth, drawn(seed)) for each in (counted_scores, judged_scores))
        for one, other in [(ours[0], theirs[0]), *((ours[1][n], theirs[1][n]) for n in ours[1])]:
            assert vars(one) == pytest.approx(vars(other))
        assert ours[1].keys() == theirs[1].keys()


@pytest.mark.parametrize("score", [counted_scores, judged_scores])
def test_of_no_entities_all_figures_are_0(score: object) -> None:
    assert callable(score)
    overall, types = score([["O"]], [["O"]])
    assert (overall.f1, overall.support, types) == (0.0, 0, {})


def test_a_type_that_is_found_and_never_there_has_scores_too() -> None:
    _, types = counted_scores([["O", "B-PER"]], [["B-LOC", "B-PER"]])
    assert {name: (each.f1, each.support) for name, each in types.items()} == {
        "LOC": (0.0, 0),
        "PER": (1.0, 1),
    }


def test_where_the_judge_is_not_installed_we_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "find_spec", lambda name: None)
    monkeypatch.setattr(counts, "judged_scores", None)
    assert entity_scores([["B-PER"]], [["B-PER"]])[0].f1 == 1.0


@pytest.mark.parametrize(
    ("truth", "predicted", "kinds"),
    [
        ("B-PER I-PER", "B-PER I-PER", []),
        ("B-PER I-PER O", "B-PER I-PER I-PER", ["boundary"]),
        ("B-PER I-PER", "B-LOC I-LOC", ["type"]),
        ("B-PER I-PER O", "O B-LOC I-LOC", ["both"]),
        ("B-PER I-PER O", "B-LOC I-LOC I-LOC", ["both"]),
        ("B-PER O", "O O", ["missed"]),
        ("O O", "O B-PER", ["invented"]),
        ("B-PER I-PER I-PER", "B-PER O B-PER", ["boundary", "invented"]),
        ("B-PER I-PER I-PER I-PER", "B-PER O B-PER I-PER", ["invented", "boundary"]),
        ("B-PER B-PER O O", "O O B-PER I-PER", ["missed", "missed", "invented"]),
    ],
)
def test_errors_have_kinds(truth: str, predicted: str, kinds: list[str]) -> None:
    assert [each.kind for each in entity_errors(truth.split(), predicted.split())] == kinds


def test_figures_are_those_that_a_hand_counts() -> None:
    truth = [["B-PER", "I-PER", "O"], ["B-LOC", "O"], ["O"]]
    predicted = [["B-PER", "O", "O"], ["B-LOC", "O"], ["B-LOC"]]
    figures = tag_metrics(truth, predicted)
    assert (figures.sentences, figures.words) == (3, 6)
    assert figures.precision == pytest.approx(1 / 3) and figures.recall == pytest.approx(1 / 2)
    assert figures.f1 == pytest.approx(0.4)
    assert figures.macro_f1 == pytest.approx(1 / 3)
    assert figures.word_accuracy == pytest.approx(4 / 6)
    assert figures.whole_sentences == pytest.approx(1 / 3)
    assert figures.errors == {"boundary": 1, "type": 0, "both": 0, "missed": 0, "invented": 1}
    assert figures.to_dict()["per_type"]["LOC"]["support"] == 1
    shown = figures.shown()
    assert [row[0] for row in shown.rows] == ["LOC", "PER", "all"]
    assert shown.lines[-1] == "Errors: 1 boundary, 1 invented"


def test_tags_of_other_sentences_are_refused() -> None:
    with pytest.raises(DataError, match="a tag a word"):
        tag_metrics([["O"]], [["O", "O"]])
    with pytest.raises(DataError, match="no words"):
        tag_metrics([], [])
