"""When a classifier says nothing, and what that is worth."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.config import TrustConfig
from kerasapps.deploy.undecided import Undecided
from kerasapps.outputs.classes.decision import (
    are_known,
    choose_decision,
    decided,
    explain_decision,
    note_on,
)
from kerasapps.outputs.classes.foreign import labelled_foreign
from kerasapps.outputs.thresholds import NEVER, least_share

RNG = np.random.default_rng(0)
NAMES = ("cat", "dog", "cow")


def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels that are as likely as these say, but for cows, of which none is one."""
    scores = RNG.dirichlet([0.7, 0.7, 0.7], count)
    labels = np.array([RNG.choice(3, p=each) for each in scores])
    labels[labels == 2] = 0
    return labels, scores


def test_each_class_is_as_precise_as_is_asked_for() -> None:
    labels, scores = drawn(1500)
    undecided = choose_decision(labels, scores, TrustConfig(min_precision=0.9), names=NAMES)
    figures = decided(labels, scores, undecided, names=NAMES)
    cat, dog, cow = figures.per_class
    for each in (cat, dog):
        assert 0 < each.answered < each.likeliest
        assert 0.9 < each.right / each.answered < 0.95
        assert least_share(each.right / each.answered, each.answered) >= 0.9  # type: ignore[arg-type]
    assert cow.answered <= 0.01 * cow.likeliest  # it is never right
    assert figures.coverage == sum(each.answered for each in figures.per_class) / 1500
    assert figures.precision == pytest.approx(
        sum(each.right for each in figures.per_class) / (1500 * figures.coverage)
    )


@pytest.mark.parametrize("trust", [TrustConfig(min_precision=0.9), TrustConfig(thresholds="f1")])
def test_a_class_that_is_never_right_is_never_answered_however_sure(trust: TrustConfig) -> None:
    labels = np.repeat([0, 1, 1], 20)
    scores = np.eye(3)[np.repeat([0, 1, 2], 20)] * 0.9994 + 0.0002
    undecided = choose_decision(labels, scores, trust, names=NAMES)
    figures = decided(labels, scores, undecided, names=NAMES)
    assert [each.answered for each in figures.per_class] == [20, 20, 0]
    assert "(never answers cow:" in figures.line


def test_a_class_too_rare_to_show_a_precision_has_at_least_the_threshold_of_all() -> None:
    labels = np.array([0] * 200 + [1] * 12)
    scores = np.tile([0.9, 0.05, 0.05], (212, 1))
    scores[150:200] = [0.6, 0.3, 0.1]
    labels[150:200:2] = 2  # half of those of 0.6 are wrong
    scores[200:] = [0.05, 0.55, 0.4]
    undecided = choose_decision(labels, scores, TrustConfig(min_precision=0.95), names=NAMES)
    assert undecided.thresholds[0] == undecided.thresholds[1] == pytest.approx(0.75)
    easier = choose_decision(labels, scores, TrustConfig(min_precision=0.9), names=NAMES)
    assert easier.thresholds[1] < 0.55  # twelve right ones show that


def test_what_few_validation_examples_cannot_show_is_said() -> None:
    assert note_on(TrustConfig(min_precision=0.9, unknown_rate=0.05), 100) == ""
    note = note_on(TrustConfig(min_precision=0.95, unknown_rate=0.05), 10)
    assert note == (
        "a precision of 0.95 among 10 validation examples may be luck: it takes 14 at least to "
        "show it; none of these is said to 0 of 10 validation examples: of others it may be 0 to "
        "28 %"
    )
    some = note_on(TrustConfig(unknown_rate=0.05), 40)
    assert some == (
        "none of these is said to 2 of 40 validation examples: of others it may be 1 to 17 %"
    )
    labels, scores = drawn(60)
    undecided = choose_decision(labels, scores, TrustConfig(min_precision=0.9), names=NAMES)
    figures = decided(labels, scores, undecided, names=NAMES, note=note)
    assert figures.line.endswith(f" ({note})")


def test_thresholds_for_f1_keep_what_is_always_right_and_drop_what_never_is() -> None:
    labels, scores = drawn(1500)
    undecided = choose_decision(labels, scores, TrustConfig(thresholds="f1"), names=NAMES)
    figures = decided(labels, scores, undecided, names=NAMES)
    plain = decided(labels, scores, Undecided(), names=NAMES)
    for before, after in zip(plain.per_class[:2], figures.per_class[:2], strict=True):
        support = int((labels == NAMES.index(before.label)).sum())

        def f1(right: int, given: int, support: int = support) -> float:
            return 2 * right / (given + support)

        assert f1(after.right, after.answered) >= f1(before.right, before.answered)
    sure = np.eye(3)[labels] * 0.9 + 0.1 / 3
    kept = choose_decision(labels, sure, TrustConfig(thresholds="f1"), names=NAMES)
    assert all(each < 0.9 for each in kept.thresholds)


def test_a_rate_gives_one_score_for_all_and_both_are_heeded() -> None:
    labels, scores = drawn(1000)
    undecided = choose_decision(labels, scores, TrustConfig(unknown_rate=0.1), names=NAMES)
    assert undecided.thresholds == ()
    figures = decided(labels, scores, undecided, names=NAMES)
    assert figures.coverage == pytest.approx(0.9, abs=0.002)
    assert explain_decision(figures) == {"unknown": undecided.unknown}
    trust = TrustConfig(unknown_rate=0.1, min_precision=0.5)
    both = choose_decision(labels, scores, trust, names=NAMES)
    assert len(both.thresholds) == 3 and both.unknown == undecided.unknown
    assert (both.limits(3) >= np.float32(both.unknown)).all()
    explained = explain_decision(decided(labels, scores, both, names=NAMES))
    assert Undecided.of(explained, NAMES) == both
    assert explain_decision(None) == {}


def test_a_class_that_is_rarely_the_likeliest_shares_the_threshold_of_all() -> None:
    labels = np.array([0] * 40 + [1] * 40 + [2] * 3)
    scores = np.full((83, 3), 0.2)
    scores[np.arange(83), labels] = 0.6
    scores[:20, :] = [0.3, 0.5, 0.2]  # twenty cats are taken for dogs
    undecided = choose_decision(labels, scores, TrustConfig(min_precision=1.0), names=NAMES)
    assert undecided.thresholds[2] == undecided.thresholds[1] == pytest.approx(0.55)
    assert undecided.thresholds[0] == pytest.approx(0.3)


def test_a_label_may_stand_for_what_is_none_of_the_others() -> None:
    labels, scores = drawn(1000)
    labels[scores.argmax(1) == 2] = 2
    trust = TrustConfig(unknown_label="cow", unknown_rate=0.1)
    undecided = choose_decision(labels, scores, trust, names=NAMES)
    assert undecided.foreign == 2
    known = scores[labels != 2].max(axis=1)
    assert (known < undecided.unknown).mean() == pytest.approx(0.1, abs=0.002)
    figures = decided(labels, scores, undecided, names=NAMES)
    assert figures.per_class[2].answered == 0 < figures.per_class[2].likeliest
    assert explain_decision(figures)["unknown_label"] == "cow"
    told = labelled_foreign(labels, scores, undecided.limits(3))
    assert told is not None and told.examples == (labels == 2).sum()
    assert told.auroc > 0.95 and told.foreign_answered == 0 < told.known_answered < 0.95
    assert labelled_foreign(np.zeros(1000, int), scores, undecided.limits(3)) is None


def test_what_is_none_of_the_others_makes_no_answer_look_more_precise() -> None:
    labels = np.array([0] * 130 + [1] * 70 + [0, 0, 0, 1, 1, 1] + [2] * 800)
    scores = np.repeat([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [0.01, 0.01, 0.98]], [200, 6, 800], 0)
    trust = TrustConfig(unknown_label="cow", min_precision=0.9)
    undecided = choose_decision(labels, scores, trust, names=NAMES)
    # Six dogs are too few for a threshold of their own, and of all answers 65 of 100 are right.
    assert undecided.thresholds[1] == NEVER
    f1 = choose_decision(
        labels, scores, TrustConfig(unknown_label="cow", thresholds="f1"), names=NAMES
    )
    without = choose_decision(labels[:206], scores[:206], TrustConfig(thresholds="f1"), names=NAMES)
    assert f1.thresholds[:2] == without.thresholds[:2]
    assert are_known(labels, trust, names=NAMES).sum() == 206
