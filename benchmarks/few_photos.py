"""A few photos a class: the default training beside logistic regression on the frozen features.

python benchmarks/few_photos.py DATA

DATA has folders `train` and `test` of class folders. Each draw takes so many photos of every class
from `train`; both are judged on all of `test`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from results import record
from sklearn.linear_model import LogisticRegression

from kerasapps.config import ExportConfig, TrainConfig, pretrained_source
from kerasapps.models import preset, preset_image_size
from kerasapps.models.outputs import answering
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.recipes import train_image_classifier


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="efficientnet_lite0")
    parser.add_argument("--photos", type=int, nargs="+", default=[5, 10, 20])
    parser.add_argument("--draws", type=int, default=5)
    arguments = parser.parse_args()
    files = {split: photos_of(arguments.data / split) for split in ("train", "test")}
    features = frozen_features(arguments.model, files)
    rows = []
    for count in arguments.photos:
        ours, peers, minutes = [], [], []
        for draw in range(arguments.draws):
            chosen = drawn(files["train"], count, seed=draw)
            began = time.monotonic()
            ours.append(trained(arguments.data, chosen, model=arguments.model, seed=draw))
            minutes.append((time.monotonic() - began) / 60)
            peers.append(regressed(chosen, files["test"], features))
            print(f"{count} photos, draw {draw}: {ours[-1]:.2%}, {peers[-1]:.2%}", flush=True)
        rows.append(
            {
                "photos a class": count,
                "kerasapps": shown(ours),
                "logistic regression": shown(peers),
                "whole run": f"{np.mean(minutes):.1f} min",
                "draws": arguments.draws,
                "n": len(files["test"]),
            }
        )
    note = "Mean and standard deviation over the draws; defaults, no files exported."
    print(record(f"A few photos of each class, {arguments.model}", rows, note=note))


def photos_of(folder: Path) -> list[Path]:
    """All photos of the class folders, sorted."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def drawn(files: Sequence[Path], count: int, *, seed: int) -> list[Path]:
    """So many photos of each class."""
    random = np.random.default_rng(seed)
    labels = np.array([path.parent.name for path in files])
    places = [
        random.choice(np.flatnonzero(labels == label), count, replace=False)
        for label in sorted(set(labels))
    ]
    return [files[place] for place in np.concatenate(places)]


def frozen_features(model: str, files: dict[str, list[Path]]) -> dict[Path, np.ndarray]:
    """What the pretrained backbone makes of each photo, float32 `(d,)`."""
    folder = pretrained_source(model)
    side = preset_image_size(folder)
    spec = ImageSpec(height=side, width=side, channels=3)
    network = preset(folder, input_shape=spec.shape, num_classes=2)
    read = answering(keras.Model(network.input, network.get_layer("pool").output))
    every = [path for paths in files.values() for path in paths]
    found = {}
    for start in range(0, len(every), 256):
        paths = every[start : start + 256]
        pictures = np.stack([load_image(path, spec) for path in paths])
        found |= dict(zip(paths, read(pictures), strict=True))
    return found


def trained(data: Path, chosen: Sequence[Path], *, model: str, seed: int) -> float:
    """Accuracy on the test split of a default training on the chosen photos."""
    with tempfile.TemporaryDirectory(dir=".") as place:
        folder = Path(place) / "data"
        for path in chosen:
            copy = folder / path.relative_to(data)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        shutil.copytree(data / "test", folder / "test")
        result = train_image_classifier(
            folder,
            output_dir=Path(place) / "run",
            model=model,
            train=TrainConfig(seed=seed),
            export=ExportConfig(quantization=(), saved_model=False),
        )
        return float(result.metrics["accuracy"])


def regressed(
    chosen: Sequence[Path], test: Sequence[Path], features: dict[Path, np.ndarray]
) -> float:
    """Accuracy of scikit-learn's logistic regression, as it comes."""
    peer = LogisticRegression(max_iter=5000)
    peer.fit([features[path] for path in chosen], [path.parent.name for path in chosen])
    right = peer.predict([features[path] for path in test])
    return float(np.mean(right == [path.parent.name for path in test]))


def shown(shares: Sequence[float]) -> str:
    return f"{np.mean(shares):.2%} ± {np.std(shares):.2%}"


if __name__ == "__main__":
    main()
