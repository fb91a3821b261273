"""How far scores can be relied on: calibration, and what is told from foreign data.

    python benchmarks/trust.py /tmp/data sst2 trec digits flowers

Each data set is trained once (`--seed`), its test split opened once. Foreign data: of `trec` the
sentences of `sst2`; of `flowers` the pictures of `cifar10`; of `digits`, which learns seven of ten
spoken digits, the other three, and tones and noise that are made here. Rows are Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from results import describe_machine

import kerasapps
from kerasapps import ExportConfig, LoadConfig, ModelConfig, TrainConfig, TrustConfig

HELD_OUT = ("7", "8", "9")
MADE = 200  # tones and noises
FOREIGN = 1000  # examples of foreign data, at most
RATE = 0.05
MINUTES = 1.0  # of training with the many sentences of sst2
EXPORT = ExportConfig(quantization=("float32", "int8"), saved_model=False, tolerance=100)
Row = dict[str, object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of the data sets")
    parser.add_argument("names", nargs="+", choices=list(SETS))
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(describe_machine(), "seed", arguments.seed, flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.names:
            place = Path(scratch) / name
            place.mkdir()
            for row in SETS[name](arguments.data, place, arguments.seed):
                print("| " + " | ".join(f"{key} {value}" for key, value in row.items()) + " |")
            print(flush=True)


def sst2(data: Path, place: Path, seed: int) -> list[Row]:
    """Sentences of two classes."""
    folder = place / "sst2"
    folder.mkdir()
    for split in ("train", "dev", "test"):
        lines = (data / "sst2" / f"{split}.tsv").read_text("utf-8")
        name = {"dev": "val"}.get(split, split)
        (folder / f"{name}.tsv").write_text(f"text\tlabel\n{lines}", encoding="utf-8")
    return _texts("sst2", folder, place, TrainConfig(seed=seed, time_budget=MINUTES), {})


def trec(data: Path, place: Path, seed: int) -> list[Row]:
    """Questions of six classes; sentences of film reviews are none."""
    lines = (data / "sst2" / "test.tsv").read_text("utf-8").splitlines()[:FOREIGN]
    foreign = place / "foreign.tsv"
    foreign.write_text("\n".join(["text\tlabel", *lines, ""]), encoding="utf-8")
    return _texts("trec", data / "trec", place, TrainConfig(seed=seed), {"sst2": foreign})


def _texts(
    name: str, data: Path, place: Path, train: TrainConfig, foreign: Mapping[str, Path]
) -> list[Row]:
    rows = []
    for model in ("bag_of_ngrams", "text_cnn"):
        result = kerasapps.train_text_classifier(
            data,
            output_dir=place / model,
            model=model,
            train=train,
            trust=TrustConfig(unknown_rate=RATE),
            export=EXPORT,
        )
        rows += _rows(f"{name} {model}", result, foreign)
    return rows


def digits(data: Path, place: Path, seed: int) -> list[Row]:
    """Seven of ten spoken digits; the other three, tones and noise are none of them."""
    known, others = place / "known", place / "others"
    for file in sorted((data / "spoken_digits").glob("t*/*/*.wav")):
        split, label = file.parent.parent.name, file.parent.name
        if label not in HELD_OUT:
            _link(file, known / split / label)
        elif split == "test":
            _link(file, others / label)
    foreign = {"digits 7-9": others, "tones and noise": _made(place / "made", seed)}
    result = kerasapps.train_audio_classifier(
        known,
        output_dir=place / "run",
        model=ModelConfig(model="ds_cnn", width=0.5),
        train=TrainConfig(seed=seed, epochs=12),
        trust=TrustConfig(unknown_rate=RATE),
        export=EXPORT,
    )
    return _rows("spoken digits 0-6 ds_cnn", result, foreign)


def _link(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.name).symlink_to(file.resolve())


def _made(folder: Path, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    seconds = np.arange(4000) / 8000
    for number in range(MADE):
        noise = rng.normal(size=4000) * 0.1
        tone = 0.3 * np.sin(2 * np.pi * rng.uniform(100, 2000) * seconds)
        kind = "noise" if number % 2 else "tone"
        target = folder / kind
        target.mkdir(parents=True, exist_ok=True)
        soundfile.write(target / f"{number}.wav", noise if number % 2 else tone + noise / 10, 8000)
    return folder


def flowers(data: Path, place: Path, seed: int) -> list[Row]:
    """Photos of five flowers by a pretrained network whose head alone is fitted."""
    foreign = place / "cifar10"
    for file in sorted((data / "cifar10" / "test").glob("*/*"))[:: 10_000 // FOREIGN]:
        (foreign / file.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, foreign / file.parent.name / file.name)
    result = kerasapps.train_image_classifier(
        data / "flowers",
        output_dir=place / "run",
        model="efficientnet_lite0",
        load=LoadConfig(),
        train=TrainConfig(seed=seed, head_epochs=1, fine_tune_rate=0.0),
        trust=TrustConfig(unknown_rate=RATE),
        export=EXPORT,
    )
    return _rows("flowers efficientnet_lite0 (head)", result, {"cifar10": foreign})


def _rows(title: str, result: kerasapps.RecipeResult, foreign: Mapping[str, Path]) -> list[Row]:
    """Calibration of the network and of its files, and a row for each foreign data."""
    metrics: Mapping[str, Any] = result.metrics
    tempered = metrics.get("tempered")
    row: Row = {"data": title, "n": metrics["examples"], "accuracy": f"{metrics['accuracy']:.4f}"}
    if tempered is None:
        row |= {"temperature": "none fitted", "ECE": f"{metrics['expected_calibration_error']:.4f}"}
    else:
        row |= {
            "temperature": f"{tempered['temperature']:.3f}",
            "ECE before": f"{tempered['calibration_error_before']:.4f}",
            "ECE": f"{tempered['calibration_error']:.4f}",
            "NLL before": f"{tempered['log_loss_before']:.4f}",
            "NLL": f"{tempered['log_loss']:.4f}",
        }
    decided = metrics["decided"]
    row |= {"answered": f"{decided['coverage']:.4f}", "right of these": _right(decided)}
    return [row, *(_foreign_row(title, result, *each) for each in foreign.items())]


def _foreign_row(title: str, result: kerasapps.RecipeResult, name: str, data: Path) -> Row:
    figures: Any = kerasapps.evaluate_bundle(
        result.bundle_dir, _source(result), artifact="float32", foreign=data
    )
    told = figures.foreign
    return {
        "data": title,
        "foreign": name,
        "n": f"{figures.examples} and {told.examples}",
        "AUROC": f"{told.auroc:.4f}",
        "FPR at 95 % TPR": f"{told.fpr_at_95_tpr:.4f}",
        "known answered": f"{told.known_answered:.4f}",
        "foreign answered": f"{told.foreign_answered:.4f}",
    }


def _source(result: kerasapps.RecipeResult) -> Path:
    from kerasapps.deploy.manifest import read_manifest

    return Path(str(read_manifest(result.bundle_dir).data["source"]))


def _right(decided: Mapping[str, Any]) -> str:
    return "—" if decided["precision"] is None else f"{decided['precision']:.4f}"


SETS: Mapping[str, Callable[[Path, Path, int], list[Row]]] = {
    "sst2": sst2,
    "trec": trec,
    "digits": digits,
    "flowers": flowers,
}

if __name__ == "__main__":
    main()
