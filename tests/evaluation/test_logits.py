"""Logits that are taken back from scores give these again."""

from __future__ import annotations

import numpy as np

from kerasapps.evaluation.logits import LEAST, logits_of

LOGITS = np.random.default_rng(0).normal(scale=3, size=(5, 4))


def test_a_softmax_of_them_gives_the_scores_of_classes_again() -> None:
    scores = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    back = logits_of(scores.astype(np.float32), kind="class")
    shift = back - LOGITS
    np.testing.assert_allclose(shift, np.repeat(shift[:, :1], 4, axis=1), atol=1e-5)


def test_sigmoids_of_them_give_the_scores_of_labels_again() -> None:
    scores = 1 / (1 + np.exp(-LOGITS))
    np.testing.assert_allclose(logits_of(scores, kind="labels"), LOGITS, rtol=1e-6)


def test_what_is_quite_sure_has_an_end() -> None:
    certain = np.array([[0.0, 1.0]], np.float32)
    end = np.log(LEAST)
    np.testing.assert_allclose(logits_of(certain, kind="class"), [[end, 0]])
    np.testing.assert_allclose(logits_of(certain, kind="labels"), [[end, -end]])
