"""Whether maps of pictures show what a network looks at: curves, boxes, and random weights.

    python benchmarks/why.py BUNDLE PHOTOS [--pictures 40] [--halves] [--boxes FILE]

For held-out pictures of a bundle the area under deletion (less is better) and insertion (more is
better) of RISE over the shipped file and of Grad-CAM, beside random maps and a map that is only
brightest in the middle, which photos flatter. With `--halves` two pictures of different classes are
put side by side, at random sides, and each class is explained: the share of the map's mass in its
own half is 50 % by chance. `--boxes` is a CSV file of where the objects of its files are (file,
left, top, right, bottom): the share of the mass in the box, beside that of the area. Last, Grad-CAM
with the weights drawn anew (Adebayo et al. 2018).
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import kerasapps
from kerasapps import machine
from kerasapps.evaluation.saliency.curves import area, deletion, insertion
from kerasapps.evaluation.saliency.maps import Box, mass_in, rank_correlation, unit_map
from kerasapps.evaluation.saliency.rise import rise
from kerasapps.preprocess.placed_back import over_original

Maps = dict[str, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("photos", type=Path, help="a folder of class folders")
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--artifact", default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--boxes", type=Path)
    asked = parser.parse_args()
    bundle: Any = kerasapps.load_bundle(asked.bundle, asked.artifact)
    random = np.random.default_rng(asked.seed)
    files = drawn_files(asked.photos, bundle.labels, asked.pictures, random)
    network = keras_model(bundle)
    head = f"{asked.photos.name}, {bundle.artifact}, n = {len(files)}, seed {asked.seed}"
    for line in judged_curves(bundle, network, files, asked.samples, random):
        print(f"| {head} | {line} |", flush=True)
    if asked.halves:
        print(f"| {head} | {judged_halves(bundle, network, files, asked.samples, random)} |")
    if asked.boxes:
        print(f"| {head} | {judged_boxes(bundle, network, asked, random)} |", flush=True)
    print(f"| {head} | {judged_weights(bundle, network, files)} |", flush=True)


def drawn_files(
    photos: Path, labels: tuple[str, ...], count: int, random: np.random.Generator
) -> list[tuple[Path, int]]:
    """Files with the numbers of their classes, the classes in turn."""
    by_class = [sorted(each for each in (photos / label).iterdir()) for label in labels]
    return [
        (by_class[place % len(labels)][int(random.integers(len(by_class[place % len(labels)])))],
         place % len(labels))
        for place in range(count)
    ]  # fmt: skip


def keras_model(bundle: Any) -> Any:
    """The network of a bundle, to logits."""
    from kerasapps.workflow.extension import finished_network

    return finished_network(bundle.manifest)


def asking(bundle: Any, column: int) -> Callable[[np.ndarray], float]:
    """What asks the file for the score of one class."""
    return lambda pixels: float(bundle.run(pixels)[column])


def maps_of(bundle: Any, network: Any, pixels: np.ndarray, column: int, samples: int) -> Maps:
    """The map of each method."""
    from kerasapps.models.feature_maps import class_maps
    from kerasapps.recipes.image_classification.found_maps import scaled_up

    threads = len(machine.usable_cores())
    by_hiding = rise(asking(bundle, column), pixels, samples=samples, threads=threads)
    (cam,) = class_maps(network, pixels[None], [column])
    return {"rise": unit_map(by_hiding), "gradcam": scaled_up(cam, pixels.shape[:2])}


def judged_curves(
    bundle: Any, network: Any, files: list[Any], samples: int, random: np.random.Generator
) -> list[str]:
    """The areas of each method, of chance and of the middle."""
    areas: dict[str, list[tuple[float, float]]] = {}
    seconds = []
    for file, _ in files:
        pixels = bundle.reader.read(file)
        column = int(bundle.run(pixels).argmax())
        began = time.perf_counter()
        maps = maps_of(bundle, network, pixels, column, samples)
        seconds.append(time.perf_counter() - began)
        maps |= {"random": random.random(pixels.shape[:2]), "middle": middle(pixels.shape[:2])}
        for name, values in maps.items():
            ask = asking(bundle, column)
            both = area(deletion(ask, pixels, values)), area(insertion(ask, pixels, values))
            areas.setdefault(name, []).append(both)
    lines = [f"{samples} samples, both maps: {np.median(seconds):.1f} s a picture"]
    for name, found in areas.items():
        gone, come = np.mean(found, axis=0)
        lines.append(f"{name}: deletion {gone:.3f}, insertion {come:.3f}")
    return lines


def middle(shape: tuple[int, ...]) -> np.ndarray:
    """A map that is brightest in the middle."""
    rows, columns = (np.linspace(-1, 1, side) for side in shape)
    return np.exp(-2 * (rows[:, None] ** 2 + columns[None] ** 2))


def judged_halves(
    bundle: Any, network: Any, files: list[Any], samples: int, random: np.random.Generator
) -> str:
    """The share of a class's map in the half that shows it."""
    shares: dict[str, list[float]] = {}
    height, width, _ = bundle.reader.shape
    for (one, first), (other, second) in zip(files[::2], files[1::2], strict=False):
        if first == second:
            continue
        halves = [np.asarray(bundle.reader.read(each))[:, ::2] for each in (one, other)]
        order = [0, 1] if random.random() < 0.5 else [1, 0]
        pixels = np.concatenate([halves[each] for each in order], axis=1)[:, :width]
        for place, which in enumerate(order):
            edges = (0, width // 2) if place == 0 else (width // 2, width)
            box = Box(edges[0], 0, edges[1], height)
            column = (first, second)[which]
            for name, values in maps_of(bundle, network, pixels, column, samples).items():
                shares.setdefault(name, []).append(mass_in(values, box))
    said = ", ".join(
        f"{name} {np.mean(each):.1%} (more than half in {np.mean(np.array(each) > 0.5):.0%})"
        for name, each in shares.items()
    )
    count = len(next(iter(shares.values())))
    return f"mass in the half of the class that is explained, {count} maps: {said}"


def judged_boxes(
    bundle: Any, network: Any, asked: argparse.Namespace, random: np.random.Generator
) -> str:
    """The share of the map's mass in the box of the object, and of the picture's area."""
    with asked.boxes.open(newline="", encoding="utf-8") as table:
        boxes = {
            row["file"]: Box(*(int(row[edge]) for edge in ("left", "top", "right", "bottom")))
            for row in csv.DictReader(table)
        }
    files = [file for file in sorted(asked.photos.rglob("*.*")) if file.name in boxes]
    chosen = random.permutation(len(files))[: asked.pictures]
    shares: dict[str, list[float]] = {"area": []}
    hits: dict[str, list[bool]] = {}
    for file in (files[place] for place in chosen):
        pixels = bundle.reader.read(file)
        column = bundle.labels.index(file.parent.name)
        if int(bundle.run(pixels).argmax()) != column:
            continue
        with Image.open(file) as picture:
            size = picture.size
        box = boxes[file.name]
        part = (box.right - box.left) * (box.bottom - box.top)
        shares["area"].append(part / (size[0] * size[1]))
        for name, values in maps_of(bundle, network, pixels, column, asked.samples).items():
            over = over_original(values, bundle.reader.spec, size)
            shares.setdefault(name, []).append(mass_in(over, box))
            row, place = np.unravel_index(over.argmax(), over.shape)
            is_in = box.left <= place < box.right and box.top <= row < box.bottom
            hits.setdefault(name, []).append(bool(is_in))
    said = ", ".join(
        f"{name} {np.mean(shares[name]):.1%} (strongest pixel inside: {np.mean(each):.0%})"
        for name, each in hits.items()
    )
    count = len(shares["area"])
    return f"mass in the box, {count} pictures, {np.mean(shares['area']):.1%} of the area: {said}"


def judged_weights(bundle: Any, network: Any, files: list[Any]) -> str:
    """How alike Grad-CAM's maps are with the weights drawn anew."""
    import keras

    from kerasapps.models.feature_maps import class_maps

    other = keras.models.clone_model(network)
    pixels = np.stack([bundle.reader.read(file) for file, _ in files])
    columns = [column for _, column in files]
    pairs = zip(
        class_maps(network, pixels, columns), class_maps(other, pixels, columns), strict=True
    )
    alike = np.mean([rank_correlation(one, two) for one, two in pairs])
    return f"gradcam, rank correlation with that of random weights: {alike:.2f}"


if __name__ == "__main__":
    main()
