"""Pictures of the reports of sounds, tags, sets of labels and numbers, for the pages of these.

`python docs/report_pictures.py [NAME …] [--runs FOLDER]` makes data, trains on it for some seconds,
and writes `docs/images/report_NAME_1200.png`, the part of the report that only such a task has. The
data are made here, and hard enough for a small network to make mistakes, which are what the reports
show. A run that is in FOLDER already is pictured as it is.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from page_pictures import IMAGES, address_of, browser, picture_of
from PIL import Image, ImageDraw

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig

RATE = 8000
SEED = 0
COLOURS = (128, 64)  # the fewer where there are so many that the file would be large
LARGE = 60_000  # bytes
EXPORT = ExportConfig(quantization=("float32",), saved_model=False)  # the files are not pictured


@dataclass(frozen=True)
class Shown:
    """A report that is pictured.

    Attributes:
        train: makes data in a folder and a run in another one.
        part: a CSS selector of what the picture begins with.
        height: of the picture, in pixels.
    """

    train: Callable[[Path, Path], kerasapps.RecipeResult]
    part: str
    height: int


def train_sounds(data: Path, run: Path) -> kerasapps.RecipeResult:
    """Whistles that go up, down, or up and down, most of them by little."""
    draw = np.random.default_rng(SEED)
    times = np.arange(round(0.8 * RATE)) / RATE
    for label, bend in (("rising", (1, 0)), ("falling", (-1, 0)), ("hill", (0, -1))):
        (data / label).mkdir(parents=True)
        for number in range(60):
            middle = times / times[-1] - 0.5
            curve = bend[0] * middle + bend[1] * (4 * middle**2 - 0.5) * draw.uniform(0.3, 1)
            pitch = draw.uniform(900, 1800) + draw.uniform(150, 800) * curve
            whistle = draw.uniform(0.05, 0.3) * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
            noise = draw.normal(0, 0.0004, len(times))
            fade = np.minimum(1, 20 * np.minimum(times, times[-1] - times))
            soundfile.write(data / label / f"{number}.wav", fade * whistle + noise, RATE)
    return kerasapps.train_audio_classifier(
        data,
        output_dir=run,
        model=ModelConfig(width=0.25, depth=0.5),
        audio=kerasapps.AudioConfig(augment="none"),
        train=TrainConfig(epochs=10, seed=SEED),
        export=EXPORT,
    )


def train_tags(data: Path, run: Path) -> kerasapps.RecipeResult:
    """Sentences in which the same word may be a person, a place or a firm."""
    draw = random.Random(SEED)
    first = ("Ana", "Georgia", "Paris", "Austin", "Sofia", "Frank", "Mary", "Carla")
    last = ("Smith", "London", "Ford", "Meier", "Garcia", "Bell", "Lincoln")
    place = ("Paris", "London", "Georgia", "New York", "Austin", "Sofia", "Cape Town", "Lincoln")
    firm = ("Ford", "Bell", "Smith & Sons", "Meier AG", "Garcia Foods", "Paris Air")
    kinds = {
        "PER": lambda: " ".join([draw.choice(first), draw.choice(last)][draw.randint(0, 1) :]),
        "LOC": lambda: draw.choice(place),
        "ORG": lambda: draw.choice(firm),
    }
    forms = (
        "{PER} lives in {LOC} .", "{PER} works for {ORG} in {LOC} .", "{ORG} leaves {LOC} .",
        "{LOC} thanks {PER} .", "In {LOC} , {PER} met {PER} .", "{ORG} sues {PER} .",
        "{PER} of {ORG} won .", "{ORG} and {ORG} merge .", "{LOC} wins again .",
        "{PER} wins again .", "{ORG} wins again .", "{LOC} sues {ORG} .", "{PER} leaves {LOC} .",
        "{PER} thanks {ORG} .",
    )  # fmt: skip
    sentences: dict[str, None] = {}  # each once
    while len(sentences) < 300:
        lines = []
        for part in draw.choice(forms).split():
            kind = part[1:-1]
            words = kinds[kind]().split() if kind in kinds else [part]
            tags = ["O"] if kind not in kinds else [f"B-{kind}", *len(words) * [f"I-{kind}"]]
            lines += [f"{word} {tag}\n" for word, tag in zip(words, tags, strict=False)]
        sentences["".join(lines)] = None
    data.mkdir(parents=True)
    file = data / "names.conll"
    file.write_text("\n".join(sentences), encoding="utf-8")
    return kerasapps.train_tagger(
        file,
        output_dir=run,
        model=ModelConfig(model="cnn_crf", width=0.25),
        train=TrainConfig(epochs=12, learning_rate=5e-3, seed=SEED),
        export=EXPORT,
    )


def train_labels(data: Path, run: Path) -> kerasapps.RecipeResult:
    """Advertisements of flats with what these have, or have not."""
    draw = random.Random(SEED)
    things = {
        "garden": ("a garden", "roses behind the house", "a lawn", "apple trees"),
        "garage": ("a garage", "room for two cars", "a carport"),
        "balcony": ("a balcony", "a terrace", "a loggia"),
        "bright": ("large windows", "sun all day", "light rooms"),
        "lift": ("a lift", "an elevator"),
        "pets": ("dogs welcome", "cats allowed"),
    }
    rows = []
    for number in range(420):
        given = [label for label in things if draw.random() < 0.3]
        said = [draw.choice(things[label]) for label in given]
        rest = [each for each in things if each not in given]
        if rest and draw.random() < 0.4:
            said.append(f"no {draw.choice(things[draw.choice(rest)]).removeprefix('a ')}")
        draw.shuffle(said)
        text = f"{draw.randint(1, 5)} rooms, {draw.randint(30, 140)} square metres"
        rows.append([f"Flat {number}: {', '.join([text, *said])}", "|".join(given)])
    return kerasapps.train_text_classifier(
        _table(data / "flats.csv", ("text", "labels"), rows),
        output_dir=run,
        model=ModelConfig(model="text_cnn", width=0.5),
        train=TrainConfig(epochs=12, seed=SEED),
        export=EXPORT,
    )


def train_numbers(data: Path, run: Path) -> kerasapps.RecipeResult:
    """Photos of a gauge, and what it reads."""
    return _train_gauges(data, run, columns=("file", "value"))


def train_several(data: Path, run: Path) -> kerasapps.RecipeResult:
    """The same, and in which part of its scale a gauge is, which people call by a word."""
    return _train_gauges(data, run, columns=("file", "value", "state"))


def _train_gauges(data: Path, run: Path, *, columns: Sequence[str]) -> kerasapps.RecipeResult:
    draw = np.random.default_rng(SEED)
    rows = []
    (data / "gauges").mkdir(parents=True)
    for number in range(400):
        value = draw.uniform(0, 100)
        _gauge(value, draw).save(data / "gauges" / f"{number}.png")
        state = "low" if value < 30 else "high" if value > 70 else "normal"
        row = {"file": f"gauges/{number}.png", "value": f"{value:.1f}", "state": state}
        rows.append([row[column] for column in columns])
    targets = tuple(columns[1:]) if len(columns) > 2 else ()
    return kerasapps.train_image_classifier(
        _table(data / "gauges.csv", columns, rows),
        output_dir=run,
        model=ModelConfig(model="cnn", width=0.5),
        image=ImageConfig(image_size=48, augment="none", flip=False, target_columns=targets),
        train=TrainConfig(epochs=25, seed=SEED),
        export=EXPORT,
    )


def _gauge(value: float, draw: np.random.Generator) -> Image.Image:
    """A dial of 0 at the left to 100 at the right, a little shifted."""
    size, scale = 96, 4
    picture = Image.new("RGB", (size * scale, size * scale), (236, 238, 240))
    pen = ImageDraw.Draw(picture)
    middle = np.array([0.5, 0.55]) * size * scale + draw.normal(0, 8, 2)
    radius = 0.4 * size * scale * draw.uniform(0.85, 1.1)

    def at(share: float, reach: float) -> tuple[float, float]:
        angle = np.pi * (1.25 - 1.5 * share)
        x, y = middle + reach * radius * np.array([np.cos(angle), -np.sin(angle)])
        return float(x), float(y)

    box = (*(middle - radius), *(middle + radius))
    pen.ellipse(box, fill=(255, 255, 255), outline=(70, 80, 90), width=8)
    for step in range(11):
        pen.line((at(step / 10, 0.95), at(step / 10, 0.8)), fill=(70, 80, 90), width=5)
    pen.line((at(value / 100, -0.15), at(value / 100, 0.7)), fill=(200, 40, 30), width=10)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _table(file: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return file


REPORTS = {
    "sounds": Shown(train_sounds, part="#mistakes", height=424),
    "tags": Shown(train_tags, part="#entities", height=900),
    "labels": Shown(train_labels, part="#labels", height=1280),
    "several": Shown(train_several, part="#answers", height=1180),
    "numbers": Shown(train_numbers, part="#numbers", height=1180),
}


def picture(name: str, runs: Path, *, width: int, output: Path) -> Path:
    """Pictures a report.

    Args:
        name: of `REPORTS`.
        runs: where its data and its run are, or are made.
        width: of the browser's window in pixels.
        output: folder of the picture.
    """
    shown = REPORTS[name]
    report = runs / name / "run" / "bundle" / "report.html"
    if not report.exists():
        shown.train(runs / name / "data", runs / name / "run")
    file = output / f"report_{name}_{width}.png"
    with address_of(str(report)) as url, browser() as page:
        page.open(url)
        seen = picture_of(page, width=width, height=shown.height, part=shown.part)
    for colours in COLOURS:
        seen.quantize(colours).save(file, optimize=True)
        if file.stat().st_size < LARGE:
            break
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB", flush=True)
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(REPORTS), metavar="NAME")
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--output", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.names:
            picture(
                name,
                arguments.runs or Path(scratch),
                width=arguments.width,
                output=arguments.output,
            )


if __name__ == "__main__":
    main()
