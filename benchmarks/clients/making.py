"""A small bundle of every kind, made in minutes of data that needs no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.clients import made_data
from tests.data.row_samples import columns, write_csv
from tests.recipes.audio_classification.tones import write_tones
from tests.recipes.tagging.sentences import write_conll
from tests.shapes import write_shapes
from tests.words import write_pairs

OLD = Path(__file__).parents[2] / "tests" / "deploy" / "first_bundle"
"""A bundle of the first version, which must answer for ever."""

SHAPES, CLASSES, NUMBERS, PAIRS = "shapes", "classes.csv", "numbers.csv", "pairs"
PICTURE_SETS, PICTURE_NUMBERS = "discs/sets.csv", "discs_bright/numbers.csv"
TEXT_SETS, TEXT_NUMBERS, ROW_SETS = "flats.csv", "praise.csv", "members.csv"
TONES, NAMES = "tones", "names.conll"
ALL_FILES = [f"--quantization={name}" for name in ("float32", "float16", "dynamic", "int8", "onnx")]
REVIEWS = ("text-classification", "builtin:reviews")
PHRASES = ("translation", PAIRS)
PICTURE_OPTIONS = ("--model=cnn", "--image-size=64x64", "--epochs=3")
PICTURES = ("image-classification", SHAPES, *PICTURE_OPTIONS)

KINDS: Mapping[str, Sequence[str]] = {
    "grey": (
        "image-classification",
        "builtin:digits",
        "--channels=1",
        "--no-flip",
        "--model=cnn",
        "--epochs=5",
    ),
    "colour": PICTURES,
    "cropped": (*PICTURES, "--resize=crop"),
    "padded": (*PICTURES, "--resize=pad"),
    "words": (*REVIEWS, "--model=bag_of_embeddings", "--epochs=4"),
    "ngrams": (*REVIEWS, "--model=bag_of_ngrams", "--epochs=4"),
    "pieces": (*REVIEWS, "--model=transformer", "--tokenizer=wordpiece", "--epochs=3"),
    "cased": (
        *REVIEWS,
        "--model=text_cnn",
        "--tokenizer=wordpiece",
        "--no-lowercase",
        "--epochs=3",
    ),
    "picture_sets": ("image-classification", PICTURE_SETS, *PICTURE_OPTIONS, "--no-flip"),
    "picture_number": (
        "image-classification",
        PICTURE_NUMBERS,
        *PICTURE_OPTIONS,
        "--target-kind=number",
    ),
    "text_sets": ("text-classification", TEXT_SETS, "--model=text_cnn", "--epochs=6"),
    "text_number": (
        "text-classification",
        TEXT_NUMBERS,
        "--model=text_cnn",
        "--target-kind=number",
        "--epochs=6",
    ),
    "sounds": (
        "audio-classification",
        TONES,
        "--model=ds_cnn",
        "--width=0.25",
        "--epochs=5",
        "--test-split=0.15",
    ),
    "tags": ("tagging", NAMES, "--model=cnn_crf", "--width=0.25", "--epochs=5"),
    "rows_classes": ("tabular", CLASSES, "--target=y", "--epochs=5"),
    "rows_sets": ("tabular", ROW_SETS, "--target=y", "--epochs=5"),
    "rows_number": ("tabular", NUMBERS, "--target=y", "--answer=number", "--epochs=4"),
    "translator": (*PHRASES, "--epochs=20"),
    "translator_lstm": (
        *PHRASES,
        "--model=lstm_attention",
        "--epochs=20",
        "--subwords=unigram",
        "--no-joint",
    ),
}
"""Name of a bundle → the arguments of `kerasapps train`."""


def make_all(folder: Path, *, only: Sequence[str] = ()) -> Path:
    """Bundles of all kinds that are not there yet, each in its run's folder below this one.

    Raises:
        SystemExit: if a training fails; its last words are printed.
    """
    data = folder.parent / "data"
    _write_data(data)
    names = [name for name in KINDS if not only or name in only]
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2 + 1)) as threads:
        list(threads.map(lambda name: _make(name, folder, data), names))
    return folder


def _make(name: str, folder: Path, data: Path) -> None:
    run = folder / name
    if (run / "bundle" / "bundle.json").is_file():
        return
    task, source, *options = KINDS[name]
    where = source if source.startswith("builtin:") else str(data / source)
    command = [sys.executable, "-m", "kerasapps", "train", task, where, *options, *ALL_FILES]
    log = folder / f"{name}.log"
    with log.open("w", encoding="utf-8") as printed:
        done = subprocess.run(
            [*command, f"--output-dir={run}"], stdout=printed, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise SystemExit(f"{name}: {log.read_text(encoding='utf-8')[-2000:]}")


def _write_data(data: Path) -> None:
    if (data / PAIRS).is_dir():
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    write_shapes(data / SHAPES, per_class=150)
    write_csv(data / CLASSES, columns(900))
    write_csv(data / NUMBERS, columns(900, number=True))
    made_data.write_picture_sets((data / PICTURE_SETS).parent, count=450)
    made_data.write_picture_numbers((data / PICTURE_NUMBERS).parent, count=450)
    made_data.write_text_sets(data / TEXT_SETS, count=900)
    made_data.write_text_numbers(data / TEXT_NUMBERS, count=900)
    made_data.write_row_sets(data / ROW_SETS, count=900)
    write_tones(data / TONES, per_class=240, rate=8000)
    write_conll(data / NAMES, 900)
    write_pairs(data / PAIRS)
