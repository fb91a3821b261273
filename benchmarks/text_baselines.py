"""What plain linear models of scikit-learn get on labelled texts, with settings from textbooks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

Texts = Sequence[str]
Labels = Sequence[str]
WORD = r"(?u)\b\w+\b"


def baselines(
    train: tuple[Texts, Labels], test: tuple[Texts, Labels]
) -> dict[str, tuple[float, float]]:
    """Name → (accuracy on `test`, 0 to 1, seconds), each fitted on all of `train`."""
    figures = {}
    for name, fit in BASELINES.items():
        began = time.monotonic()
        predict = fit(*train)
        right = float(np.mean(np.asarray(predict(test[0])) == np.asarray(test[1])))
        figures[name] = right, time.monotonic() - began
    return figures


def nb_svm(texts: Texts, labels: Labels) -> Callable[[Texts], np.ndarray]:
    """Words and pairs of words weighed by naive Bayes, one support vector machine a class.

    Reference: Wang and Manning 2012, sections 2.1 to 2.3.
    """
    count = CountVectorizer(ngram_range=(1, 2), binary=True, token_pattern=WORD)
    present = count.fit_transform(texts).astype(np.float32)
    names = np.unique(labels)
    machines = []
    for name in names if len(names) > 2 else names[1:]:
        truth = np.asarray(labels) == name
        for_it = 1 + np.asarray(present[truth].sum(0)).ravel()
        against = 1 + np.asarray(present[~truth].sum(0)).ravel()
        ratio = np.log(for_it / for_it.sum()) - np.log(against / against.sum())
        machine = LinearSVC(C=0.1).fit(present.multiply(ratio).tocsr(), truth)
        machines.append((ratio, machine))

    def predict(others: Texts) -> np.ndarray:
        seen = count.transform(others).astype(np.float32)
        scores = [
            machine.decision_function(seen.multiply(ratio).tocsr()) for ratio, machine in machines
        ]
        best = np.argmax(scores, axis=0) if len(scores) > 1 else (scores[0] > 0).astype(int)
        chosen: np.ndarray = names[best]
        return chosen

    return predict


def svm_of_words(texts: Texts, labels: Labels) -> Callable[[Texts], Any]:
    """TF-IDF of words and pairs of words."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD)
    return make_pipeline(words, LinearSVC()).fit(texts, labels).predict


def svm_of_words_and_characters(texts: Texts, labels: Labels) -> Callable[[Texts], Any]:
    """TF-IDF of words, pairs of words, and runs of 2 to 5 characters within words."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD)
    characters = TfidfVectorizer(ngram_range=(2, 5), sublinear_tf=True, analyzer="char_wb")
    return make_pipeline(make_union(words, characters), LinearSVC()).fit(texts, labels).predict


BASELINES: dict[str, Callable[[Texts, Labels], Callable[[Texts], Any]]] = {
    "NB-SVM": nb_svm,
    "LinearSVC words": svm_of_words,
    "LinearSVC words, characters": svm_of_words_and_characters,
}
