"""A few labels a class, and the rest of the training data without: what the rest is worth.

python benchmarks/self_training.py heads photos DATA --labels 10
python benchmarks/self_training.py heads texts DATA --labels 50
python benchmarks/self_training.py runs photos DATA --labels 10 --unlabelled 1000
python benchmarks/self_training.py runs texts DATA --labels 50 --model bag_of_ngrams

Photos: DATA has folders `train` and `test` of class folders. Texts: `train.tsv` and `test.tsv`, a
text and a label a line. Each draw labels so many examples of every class of `train`; both ways are
judged on all of `test`, and get validation examples from the labelled ones alone.

`heads` puts every example through a frozen pretrained network once, and then labels, believes and
solves heads as a run does, but without examples that are changed at random: five draws take
seconds. `runs` are whole runs of kerasapps as users have them.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from few_photos import frozen_features, photos_of, shown
from results import record

from kerasapps.config import (
    ExportConfig,
    LoadConfig,
    TrainConfig,
    UnlabelledConfig,
    pretrained_source,
)
from kerasapps.models import TextShape
from kerasapps.models.outputs import answering
from kerasapps.models.text_presets import preset_vocabulary, text_preset
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer
from kerasapps.recipes import train_image_classifier, train_text_classifier
from kerasapps.recipes.unlabelled import temperature
from kerasapps.training.softmax_regression import Examples, cross_validated, solve
from kerasapps.workflow.self_training.labels import THRESHOLD, believed, tempered

ROUNDS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("how", choices=("heads", "runs"))
    parser.add_argument("what", choices=("photos", "texts"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--labels", type=int, default=10, help="of each class")
    parser.add_argument("--unlabelled", type=int, help="of the rest so many (default: all)")
    parser.add_argument("--model")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    arguments = parser.parse_args()
    model = arguments.model or ("minilm" if arguments.what == "texts" else "efficientnet_lite0")
    read = photos if arguments.what == "photos" else texts
    train, test = (read(arguments.data, split) for split in ("train", "test"))
    judge = heads(arguments.what, model, train, test, threshold=arguments.threshold)
    if arguments.how == "runs":
        judge = runs(arguments.what, model, train, test, threshold=arguments.threshold)
    alone, helped, began = [], [], time.monotonic()
    for draw in range(arguments.draws):
        labelled, others = drawn([label for _, label in train], arguments.labels, seed=draw)
        others = others[: arguments.unlabelled]
        first, second = judge(labelled, others, draw)
        alone.append(first)
        helped.append(second)
        print(f"draw {draw}: {first:.2%} alone, {second:.2%} with the rest", flush=True)
    gains = np.subtract(helped, alone)
    row = {
        "labels a class": arguments.labels,
        "others": len(others),
        "labelled alone": shown(alone),
        "with the rest": shown(helped),
        "gain": f"{gains.mean():+.1%} ({gains.min():+.1%} to {gains.max():+.1%})",
        "draws": arguments.draws,
        "n": len(test),
        "seconds": round(time.monotonic() - began),
    }
    print(record(f"Self-training, {arguments.how}: {arguments.data.name}, {model}", [row]))


def photos(data: Path, split: str) -> list[tuple[Path, str]]:
    """Files and labels."""
    return [(path, path.parent.name) for path in photos_of(data / split)]


def texts(data: Path, split: str) -> list[tuple[str, str]]:
    """Texts and labels; each text once."""
    lines = (data / f"{split}.tsv").read_text("utf-8").splitlines()
    found = dict[str, str]()
    for line in lines:
        text, _, label = line.rpartition("\t")
        found[text] = label
    return [*found.items()]


def drawn(labels: Sequence[str], count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows that have a label, so many of each class, and the others in random order."""
    random, names = np.random.default_rng(seed), np.array(labels)
    chosen = [
        random.choice(np.flatnonzero(names == name), count, replace=False)
        for name in sorted(set(labels))
    ]
    labelled = np.concatenate(chosen)
    return labelled, random.permutation(np.setdiff1d(np.arange(len(names)), labelled))


Judge = Callable[[np.ndarray, np.ndarray, int], tuple[float, float]]


def heads(what: str, model: str, train: Any, test: Any, *, threshold: float) -> Judge:
    """Heads on what a frozen network makes of the examples."""
    names = tuple(sorted({label for _, label in train}))
    truth = np.array([names.index(label) for _, label in train])
    judged = np.array([names.index(label) for _, label in test])
    features = None

    def judge(labelled: np.ndarray, others: np.ndarray, seed: int) -> tuple[float, float]:
        nonlocal features
        features = features or _features(what, model, train, test)
        shown, asked = features
        one_hot = np.eye(len(names), dtype=np.float32)
        known = Examples(shown[labelled], one_hot[truth[labelled]], np.ones(len(labelled), "f4"))
        penalty, unseen = cross_validated(known, known.targets, seed=seed)
        heat = temperature(truth[labelled], _shares(unseen), kind="class")

        def right(head: Any) -> float:
            return float((head.logits(asked).argmax(1) == judged).mean())

        head = solve(known, penalty)
        alone, scores = right(head), np.zeros((len(others), len(names)))
        for number in range(1, ROUNDS + 1):
            said = tempered(_shares(head.logits(shown[others])), heat, kind="class")
            scores += (said - scores) / number
            sure = believed(scores, threshold, kind="class", names=names)
            weight = np.full(len(sure.rows), number / ROUNDS, np.float32)
            more = Examples(shown[others[sure.rows]], one_hot[sure.labels], weight)
            penalty, _ = cross_validated(known, known.targets, seed=seed, beside=more)
            head = solve(known.followed_by(more), penalty)
        return alone, right(head)

    return judge


def _shares(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(1, keepdims=True)
    return shares


def _features(what: str, model: str, train: Any, test: Any) -> tuple[np.ndarray, np.ndarray]:
    """What the frozen network makes of each example, float32 `(n, d)`."""
    if what == "photos":
        files = {"train": [path for path, _ in train], "test": [path for path, _ in test]}
        found = frozen_features(model, files)
        train, test = (np.stack([found[path] for path in paths]) for paths in files.values())
        return train, test
    folder = pretrained_source(model)
    tokens, lowercase = preset_vocabulary(folder)
    spec = TokenizerSpec(kind="wordpiece", max_length=64, lowercase=lowercase)
    tokenizer = WordPieceTokenizer(tokens, spec)
    shape = TextShape(vocabulary_size=tokenizer.vocabulary_size, num_classes=2)
    network = text_preset(folder, shape)
    read = answering(keras.Model(network.input, network.layers[-1].input))
    train, test = (
        read(np.stack([tokenizer.encode(text) for text, _ in part])) for part in (train, test)
    )
    return train, test


def runs(what: str, model: str, train: Any, test: Any, *, threshold: float) -> Judge:
    """Whole runs."""

    def judge(labelled: np.ndarray, others: np.ndarray, seed: int) -> tuple[float, float]:
        given = [train[row] for row in labelled]
        rest = [train[row][0] for row in others]
        asked = UnlabelledConfig(unlabelled=rest, pseudo_threshold=threshold)
        each = [
            _trained(what, model, given, test, seed=seed, unlabelled=config)
            for config in (UnlabelledConfig(), asked)
        ]
        return each[0], each[1]

    return judge


def _trained(
    what: str, model: str, train: Any, test: Any, *, seed: int, unlabelled: UnlabelledConfig
) -> float:
    """Accuracy on the test split of one run."""
    carry = train_image_classifier if what == "photos" else train_text_classifier
    place = Path(tempfile.mkdtemp(dir="."))
    try:
        result = carry(
            tuple(map(list, zip(*train, strict=True))),
            test_data=tuple(map(list, zip(*test, strict=True))),
            output_dir=place / "run",
            model=model,
            load=LoadConfig(test_split=0),
            train=TrainConfig(seed=seed),
            unlabelled=unlabelled,
            export=ExportConfig(quantization=(), saved_model=False),
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return float(result.metrics["accuracy"])


if __name__ == "__main__":
    main()
