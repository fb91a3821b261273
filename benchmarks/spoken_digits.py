"""Spoken digits: the official test split over seeds, and each speaker left out once.

    python benchmarks/spoken_digits.py official /tmp/data/spoken_digits
    python benchmarks/spoken_digits.py speakers /tmp/data/spoken_digits

`official` keeps the split of the data set; its first training exports and verifies every file.
`speakers` trains on the other five, one of whom validates, and judges on all that the sixth said.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from results import record
from runs import cpu_minutes, file_row, summary

from kerasapps import AudioConfig, ExportConfig, RecipeResult, TrainConfig, train_audio_classifier

SPEAKER = r"_([a-z]+)_"  # of <digit>_<speaker>_<number>.wav


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way", choices=["official", "speakers"])
    parser.add_argument("folder", type=Path, help="with train/ and test/")
    parser.add_argument("--model", default="ds_cnn")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    measure = official if arguments.way == "official" else speakers
    measure(arguments)


def official(arguments: argparse.Namespace) -> None:
    """Over seeds, on the test split that the data set comes with."""
    runs, files = [], []
    for seed in arguments.seeds:
        figures, result = train(arguments, arguments.folder, seed=seed, full=not runs)
        runs.append(figures)
        files = files or [file_row(each) for each in result.artifacts]
        print(figures, flush=True)
    title = f"Spoken digits, official test, {arguments.model}, seeds {arguments.seeds}"
    print(record(title, [{**summary(runs), "n": result.metrics["examples"]}]))
    print(record("Spoken digits: the files of the first training", files))


def speakers(arguments: argparse.Namespace) -> None:
    """Each speaker once as the test split."""
    paths = sorted(arguments.folder.glob("t*/*/*.wav"))
    names = sorted({path.stem.split("_")[1] for path in paths})
    rows = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            for path in paths:
                part = "test" if path.stem.split("_")[1] == name else "train"
                target = Path(folder) / part / path.parent.name / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(path.resolve())
            figures, result = train(
                arguments, Path(folder), seed=arguments.seeds[0], audio={"group_pattern": SPEAKER}
            )
        rows.append({"left out": name, **figures, "n": result.metrics["examples"]})
        print(rows[-1], flush=True)
    mean = sum(row["accuracy"] for row in rows) / len(rows)
    title = f"Spoken digits, speaker left out, {arguments.model}, seed {arguments.seeds[0]}"
    print(record(title, rows, note=f"Mean accuracy: {mean:.2%}."))


def train(
    arguments: argparse.Namespace,
    data: Path,
    *,
    seed: int,
    full: bool = False,
    audio: Mapping[str, Any] | None = None,
) -> tuple[dict[str, float], RecipeResult]:
    """The figures of one training, and the CPU that all of it took."""
    began = cpu_minutes()
    with tempfile.TemporaryDirectory() as folder:
        result = train_audio_classifier(
            data,
            output_dir=folder,
            audio=AudioConfig(**(audio or {})),
            train=TrainConfig(seed=seed),
            export=ExportConfig() if full else ExportConfig(quantization=(), saved_model=False),
            model=arguments.model,
        )
    return {
        "accuracy": float(result.metrics["accuracy"]),
        "epochs": len(result.history.rows),
        "training minutes": result.history.seconds / 60,
        "CPU minutes, all": cpu_minutes() - began,
    }, result


if __name__ == "__main__":
    main()
