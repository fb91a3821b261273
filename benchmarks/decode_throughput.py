"""Greedy decoding: with the cache, by recomputing the prefix, in CTranslate2, and on TFLite files.

    python benchmarks/decode_throughput.py [--batch 32] [--tokens 40] [--bundle DIR] [--record]

All ways have the same weights and write exactly `--tokens` pieces for each row, since the end mark
is suppressed. They take turns, so that noise meets all alike.

- cache: the search that `kerasapps.decoding.Decoder` compiles; "cache, XLA" with its `xla=True`.
- prefix recomputed: the decoder without a cache. The source is encoded once; each step runs the
  whole decoder over all pieces so far, cross attention's keys and values of the encoder's output
  included, and computes logits for the last piece alone.
- network recomputed: each step is `network.call`, which also encodes the source and computes logits
  for all pieces: what the shortest code does.
- CTranslate2: the same weights, converted by `ctranslate2_export.py`, after a check that both give
  the same probabilities and translations. Its float32 is the like for like; its int8 is faster, and
  not exact. It is no dependency of kerasapps: `pip install ctranslate2`.
- TFLite: the loop of `kerasapps.deploy.translation_search` over files of ours, which are of batch
  1; beside them the others at batch 1.

Without `--bundle` weights are random, which changes no time; without `--sentences` sources are.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ctranslate2_export import require_ctranslate2
from decode_ways import Rows, Way, ctranslate2_ways, our_ways, tflite_ways
from results import record

from kerasapps.config import ModelConfig
from kerasapps.deploy.hypotheses import END
from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.translator import bundle_tokenizer
from kerasapps.errors import DataError, KerasAppsError
from kerasapps.models.seq2seq_transformer import Seq2SeqTransformer
from kerasapps.models.translator import TranslatorShape
from kerasapps.recipes.translation.architectures import build_translator

VOCABULARY = 8000
SOURCE = 24
COMPARED = 64  # sources that CTranslate2 must translate as we do
SEED = 0

# Threads of one runtime go on spinning for a while after their work, on the next one's cores.
REST_SECONDS = 0.5


def main() -> None:
    arguments = parse()
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as name:
        try:
            if not arguments.skip_ctranslate2:
                require_ctranslate2()
            network, rows = network_and_rows(arguments)
            ways = all_ways(network, rows, arguments, Path(name))
        except KerasAppsError as error:
            raise SystemExit(f"error: {error}") from error
        seconds = in_turn(ways, rounds=arguments.rounds)
    table = figures(ways, seconds, arguments.tokens)
    for row in table:
        print("  ".join(f"{name}: {value}" for name, value in row.items()))
    if arguments.record:
        record(f"Greedy decoding, {network.name}, {arguments.threads} threads", table)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    models = ("transformer", "transformer_small", "transformer_base")
    parser.add_argument("--model", default="transformer", choices=models)
    parser.add_argument("--bundle", type=Path, help="take its weights, instead of a new --model's")
    parser.add_argument(
        "--sentences", type=Path, help="a source a line, for the bundle's tokenizer"
    )
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--skip-ctranslate2", action="store_true")
    parser.add_argument("--skip-tflite", action="store_true")
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    arguments = parser.parse_args()
    if arguments.sentences and not arguments.bundle:
        parser.error("--sentences needs the tokenizer of a --bundle")
    return arguments


def network_and_rows(arguments: argparse.Namespace) -> tuple[Seq2SeqTransformer, Rows]:
    """The network, and as many source rows as the batch and the comparison need."""
    needed = max(COMPARED, arguments.batch)
    if arguments.bundle is None:
        network = new_network(arguments.model, arguments.tokens)
        return network, random_rows(network.shape, needed)
    manifest = read_manifest(arguments.bundle)
    network = keras.saving.load_model(manifest.folder / "model.keras", compile=False)
    if not isinstance(network, Seq2SeqTransformer):
        raise DataError(f"{arguments.bundle} holds {network.name}: give a transformer's bundle.")
    if arguments.sentences is None:
        return network, random_rows(network.shape, needed)
    lines = arguments.sentences.read_text(encoding="utf-8").splitlines()[:needed]
    if len(lines) < needed:
        raise DataError(f"{arguments.sentences} has {len(lines)} lines, {needed} are needed.")
    tokenizer = bundle_tokenizer(manifest)
    return network, [tokenizer.encode_source(each) for each in lines]


def new_network(model: str, tokens: int) -> Seq2SeqTransformer:
    """A network with random weights; biases and norms too, so that the check covers them."""
    keras.utils.set_random_seed(SEED)
    shape = TranslatorShape(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        joint=True,
        max_source=SOURCE,
        max_target=tokens,
    )
    network = build_translator(ModelConfig(model=model), shape)
    assert isinstance(network, Seq2SeqTransformer)
    random = np.random.default_rng(SEED)
    for weight in network.trainable_weights:
        weight.assign_add(random.normal(0, 0.05, weight.shape).astype(np.float32))
    return network


def random_rows(shape: TranslatorShape, count: int) -> Rows:
    """Sources of random pieces; the first is of the full length, the others may be shorter."""
    random = np.random.default_rng(SEED)
    full = min(SOURCE, shape.max_source)
    lengths = [full, *random.integers(2, full + 1, count - 1)]
    bodies = [random.integers(END + 1, shape.source_vocabulary, each - 1) for each in lengths]
    return [np.append(body, END).astype(np.int32) for body in bodies]


def all_ways(
    network: Seq2SeqTransformer, rows: Rows, arguments: argparse.Namespace, folder: Path
) -> list[Way]:
    """The ways to compare at `--batch`, and what a phone's batch of 1 compares with."""
    tokens, threads = arguments.tokens, arguments.threads
    batches = [rows[:size] for size in sorted({arguments.batch, 1}, reverse=True)]
    ways = our_ways(network, batches, tokens=tokens)
    if not arguments.skip_ctranslate2:
        ways += ctranslate2_ways(
            network, batches, tokens=tokens, threads=threads, folder=folder, compared=rows
        )
    if not arguments.skip_tflite:
        ways += tflite_ways(network, rows[0], tokens=tokens, threads=threads, folder=folder)
    return ways


def in_turn(ways: Sequence[Way], *, rounds: int) -> np.ndarray:
    """Seconds of each way (rows) in each round (columns); a first call of each is not counted."""
    for way in ways:
        way.run()
    seconds = np.zeros((len(ways), rounds))
    for number in range(rounds):
        for way, found in zip(ways, seconds, strict=True):
            time.sleep(REST_SECONDS)
            started = time.perf_counter()
            way.run()
            found[number] = time.perf_counter() - started
    return seconds


def figures(ways: Sequence[Way], seconds: np.ndarray, tokens: int) -> list[dict[str, object]]:
    """A row for each way; its ratio is to the cache at the same batch, round by round."""
    cache = {
        way.batch: each for way, each in zip(ways, seconds, strict=True) if way.name == "cache"
    }
    rows: list[dict[str, object]] = []
    for way, each in zip(ways, seconds, strict=True):
        speeds, ratios = way.batch * tokens / each, each / cache[way.batch]
        rows.append(
            {
                "way": way.name,
                "batch × tokens": f"{way.batch} × {tokens}",
                "tokens/s": f"{np.median(speeds):.0f}",
                "slowest–fastest": f"{speeds.min():.0f}–{speeds.max():.0f}",
                "cache / this": f"{np.median(ratios):.2f}×",
                "of each round": f"{ratios.min():.2f}–{ratios.max():.2f}×",
                "n": f"{len(each)} rounds",
                "seed": SEED,
            }
        )
    return rows


if __name__ == "__main__":
    main()
