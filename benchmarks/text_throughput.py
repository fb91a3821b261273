"""Training speed on texts: our batches, runtime and loop against plain Keras with its defaults.

    python benchmarks/text_throughput.py TRAINING_FILE

Both sides train the same architecture on the same token ids, each in a process of its own, in turn.
Plain Keras is `compile` and `fit` on the padded ids, as a Keras user writes them. The first epoch,
which compiles, does not count.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from paired import in_turn, our_steps_per_second

MODELS = ["bag_of_ngrams", "text_cnn", "bilstm", "transformer"]
BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--side", choices=["ours", "keras"], help="run one side only, and print it")
    parser.add_argument("--model", nargs="+", default=MODELS)
    parser.add_argument("--texts", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.side:
        measure = ours if arguments.side == "ours" else plain_keras
        print(measure(arguments.model[0], arguments.data, arguments.texts))
        return
    from results import record

    rows = [compare(model, arguments) for model in arguments.model]
    title = f"Training throughput on {arguments.data.name} against plain Keras' defaults"
    print(record(title, rows))


def compare(model: str, arguments: argparse.Namespace) -> dict[str, object]:
    """Both sides in turn."""
    options = [arguments.data, "--model", model, "--texts", arguments.texts]
    found = in_turn(__file__, options, rounds=arguments.rounds)
    return {
        "model": model,
        "ours": f"{found.ours:.0f} texts/s",
        "plain Keras": f"{found.keras:.0f} texts/s",
        "ratio": f"{found.ratio:.2f}×",
        "n": f"{arguments.rounds} rounds of {arguments.texts} texts, batch {BATCH}",
        "seed": 0,
    }


def token_ids(data: Path, count: int, model: str) -> tuple[Any, Any, Any]:
    """Ids, labels and the tokenizer, as the recipe makes them."""
    from kerasapps.config import LoadConfig, TextConfig
    from kerasapps.preprocess.text import choose_length, token_lengths
    from kerasapps.preprocess.tokenizers import learn_tokenizer
    from kerasapps.recipes.text_classification.architectures import ARCHITECTURES
    from tests.data.loading import load_texts

    with tempfile.TemporaryDirectory() as folder:
        splits = load_texts(
            data, config=LoadConfig(), text=TextConfig(), seed=0, work_dir=Path(folder)
        )
        texts = [splits.train.texts[index] for index in range(min(count, len(splits.train)))]
        labels = np.asarray(splits.train.labels)[: len(texts)]
    longest = ARCHITECTURES.find(model).limits["longest"]
    tokenizer = learn_tokenizer(
        texts, kind="regex", vocab_size=20_000, min_count=2, lowercase=True, max_length=longest
    )
    length = choose_length(token_lengths(texts, tokenizer), longest=longest)
    tokenizer = tokenizer.with_length(length)
    return np.stack([tokenizer.encode(text) for text in texts]), labels, tokenizer


def network(model: str, tokenizer: Any) -> Any:
    """The architecture that both sides train."""
    from kerasapps.config import ModelConfig
    from kerasapps.models import TextShape
    from kerasapps.recipes.text_classification.architectures import build_classifier

    shape = TextShape(vocabulary_size=tokenizer.vocabulary_size, num_classes=2)
    return build_classifier(ModelConfig(model=model), shape)


def ours(name: str, data: Path, count: int) -> float:
    """The recipe's way: bucketed batches, its runtime, its loop."""
    import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
    from kerasapps.config import TrainConfig
    from kerasapps.preprocess.pipeline import (
        evaluation_batches,
        steps_per_epoch,
        training_batches,
    )
    from kerasapps.recipes.text_classification.architectures import ARCHITECTURES
    from kerasapps.training import choose_runtime

    ids, labels, tokenizer = token_ids(data, count, name)
    lengths = np.count_nonzero(ids, axis=1)
    runtime = choose_runtime(ARCHITECTURES.find(name).family, TrainConfig())
    with runtime.scope():
        model = network(name, tokenizer)
    speed = our_steps_per_second(
        model,
        runtime,
        batches=lambda start: training_batches(
            ids,
            labels,
            num_classes=2,
            batch_size=BATCH,
            seed=0,
            start=start,
            lengths=lengths,
        ),
        validation=evaluation_batches(ids[:BATCH], labels[:BATCH], num_classes=2, batch_size=BATCH),
        steps=steps_per_epoch(len(ids), BATCH),
    )
    return BATCH * speed


def plain_keras(name: str, data: Path, count: int) -> float:
    """`compile` and `fit` with nothing but the defaults."""
    import keras
    import tensorflow as tf

    # TensorFlow settles its choice of kernels with the first operation; ours comes too late.
    tf.nn.conv2d(tf.zeros((1, 4, 4, 1)), tf.zeros((3, 3, 1, 1)), 1, "SAME")
    ids, labels, tokenizer = token_ids(data, count, name)
    model = network(name, tokenizer)
    model.compile(
        "adamw", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    model.fit(ids, labels, batch_size=BATCH, epochs=1, verbose=0)
    started = time.perf_counter()
    model.fit(ids, labels, batch_size=BATCH, epochs=1, verbose=0)
    return len(ids) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
