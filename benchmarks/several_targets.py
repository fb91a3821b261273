"""Several targets of an example: one network for all of them beside a network for each.

    python benchmarks/several_targets.py digits /tmp/data/spoken_digits
    python benchmarks/several_targets.py pictures /tmp/data/cifar10
    python benchmarks/several_targets.py reviews /tmp/data/sst2
    python benchmarks/several_targets.py questions /tmp/data/trec
    python benchmarks/several_targets.py wine /tmp/data/wine_white

What the data sets do not say is measured on the examples themselves: how bright a picture is, how
many words a text has, how high a voice is. All networks of a data set are of one architecture and
see the same rows for as many epochs; validation rows are drawn from those of training, and the
test split is opened once by each. A set of labels is asked for the likeliest of each property's
labels, as a classifier would be.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image
from results import record
from runs import cpu_minutes

import kerasapps
from kerasapps import AudioConfig, ExportConfig, ImageConfig, TabularConfig, TextConfig, TrainConfig

FILES = ("float32", "int8")
Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What one network is trained to answer.

    Attributes:
        name: for the table of figures.
        kind: "class", "labels", "number" or "several".
        columns: that are answered; of labels the properties whose labels are in a set.
        numbers: those of several columns that are numbers; the others are classes.
    """

    name: str
    kind: Any
    columns: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examples:
    """Rows of a table with what each is answered with.

    Attributes:
        rows: `split` is "train" or "test"; `labels` joins the labels of the properties.
        reads: the column that a network reads; "" where it reads all that is not answered.
        questions: what is trained on them, one after another.
        train: makes a network of a table's file and a question.
    """

    rows: Sequence[Row]
    reads: str
    questions: Sequence[Question]
    train: Callable[[Path, Question, dict[str, Any]], kerasapps.RecipeResult]

    def of(self, split: str) -> list[Row]:
        """Those of a split."""
        return [row for row in self.rows if row["split"] == split]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=DATA)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", help="names of questions; all others are left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--record", action="store_true", help="write the figures to RESULTS.md")
    arguments = parser.parse_args()
    examples, epochs = DATA[arguments.data](arguments.folder)
    epochs = arguments.epochs or epochs
    figures = []
    for question in examples.questions:
        if arguments.only is None or question.name in arguments.only:
            figures += measure(examples, question, epochs=epochs, seed=arguments.seed)
            print(json.dumps(figures[-len(question.columns) :]), flush=True)
    if arguments.record:
        title = f"Several targets, {arguments.data}, {epochs} epochs, seed {arguments.seed}"
        print(record(title, figures))


def measure(examples: Examples, question: Question, *, epochs: int, seed: int) -> list[Row]:
    """One training, and a row of figures for each column that is answered."""
    began = cpu_minutes()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.jsonl"
        lines = (json.dumps(row, default=str) for row in examples.rows)
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = {
            "output_dir": Path(folder) / "run",
            "train": TrainConfig(seed=seed, epochs=epochs),
            "export": ExportConfig(quantization=FILES, saved_model=False),
        }
        result = examples.train(table, question, options)
        shipped = [each.name for each in result.artifacts if each.passed]
        told = {
            name: told_by(kerasapps.load_bundle(result.bundle_dir, name), examples, question)
            for name in FILES
            if name in shipped
        }
    minutes = cpu_minutes() - began
    test = examples.of("test")
    return [
        {
            "network": question.name,
            "answer": column,
            **{
                name: figure(test, column, told[name][column]) if name in told else "withheld"
                for name in FILES
            },
            "guess": guess(examples, column),
            "n": len(test),
            "epochs": len(result.history.rows),
            "CPU minutes": f"{minutes:.1f}",
        }
        for column in question.columns
    ]


def told_by(bundle: Any, examples: Examples, question: Question) -> dict[str, list[Any]]:
    """What a bundle says of every test row, by column."""
    inputs = [row[examples.reads] if examples.reads else row for row in examples.of("test")]
    if question.kind == "labels":
        scores = np.stack([bundle.scores(each) for each in inputs])
        return {
            column: likeliest(bundle.labels, scores, {row[column] for row in examples.rows})
            for column in question.columns
        }
    answers = bundle.predict(inputs)
    if question.kind == "several":
        return {name: [said(each[name]) for each in answers] for name in question.columns}
    return {question.columns[0]: [said(each) for each in answers]}


def likeliest(labels: Sequence[str], scores: np.ndarray, names: set[str]) -> list[str]:
    """Of the labels of one property that with the highest score, for each row."""
    places = [place for place, label in enumerate(labels) if label in names]
    return [labels[places[best]] for best in scores[:, places].argmax(axis=1)]


def said(prediction: Any) -> Any:
    """A class or a number."""
    return prediction.label if hasattr(prediction, "label") else prediction.value


def figure(rows: Sequence[Row], column: str, told: Sequence[Any]) -> str:
    """The share that is right, or how much of the variance is explained and the mean error."""
    truth = [row[column] for row in rows]
    if isinstance(truth[0], str):
        return f"{np.mean([a == b for a, b in zip(truth, told, strict=True)]):.2%}"
    errors = np.asarray(told, float) - np.asarray(truth, float)
    explained = 1 - np.mean(errors**2) / np.var(truth)
    return f"R² {explained:.3f}, MAE {np.abs(errors).mean():.3g}"


def guess(examples: Examples, column: str) -> str:
    """The figure of one answer for all: the commonest class of training, or its mean."""
    known = [row[column] for row in examples.of("train")]
    test = examples.of("test")
    one = Counter(known).most_common(1)[0][0] if isinstance(known[0], str) else np.mean(known)
    return figure(test, column, [one] * len(test))


def asked(question: Question, *, column: str = "label_column") -> dict[str, Any]:
    """The options of a config class by which a table's targets are named."""
    if question.kind == "several":
        kinds = (("class", "number")[name in question.numbers] for name in question.columns)
        each = zip(question.columns, kinds, strict=True)
        return {
            "target_kind": "several",
            "target_columns": tuple(f"{name}:{kind}" for name, kind in each),
        }
    named = "labels" if question.kind == "labels" else question.columns[0]
    return {"target_kind": question.kind, column: named}


def digits(folder: Path) -> tuple[Examples, int]:
    """Who says which digit, and how high the voice is."""

    def train(table: Path, question: Question, options: dict[str, Any]) -> Any:
        audio = AudioConfig(sound_column="file", **asked(question))
        return kerasapps.train_audio_classifier(table, audio=audio, model="ds_cnn", **options)

    rows = []
    for file in sorted(folder.glob("t*/*/*.wav")):
        digit, speaker = f"digit {file.parent.name}", file.stem.split("_")[1]
        rows.append(
            {
                "file": str(file.resolve()),
                "digit": digit,
                "speaker": speaker,
                "pitch": pitch(file),
                "labels": f"{digit}|{speaker}",
                "split": file.parts[-3],
            }
        )
    questions = (
        Question("digit alone", "class", ("digit",)),
        Question("speaker alone", "class", ("speaker",)),
        Question("set of labels", "labels", ("digit", "speaker")),
        Question("two heads", "several", ("digit", "speaker")),
        Question("pitch alone", "number", ("pitch",)),
    )
    return Examples(rows, "file", questions, train), 8


def pitch(file: Path) -> float:
    """Median pitch in Hz, 70 to 400, of the louder half of a clip's frames, by autocorrelation."""
    wave, rate = soundfile.read(file, dtype="float64")
    size, step = rate // 20, rate // 50
    wave = np.pad(wave, (0, max(0, size - len(wave))))
    frames = np.lib.stride_tricks.sliding_window_view(wave, size)[::step]
    power = (frames**2).mean(axis=1)
    frames = frames[power >= np.median(power)]
    spectrum = np.abs(np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), 2 * size)) ** 2
    shortest, longest = rate // 400, rate // 70
    lags = np.fft.irfft(spectrum)[:, shortest:longest].argmax(axis=1) + shortest
    return float(np.median(rate / lags))


def pictures(folder: Path, *, most: int = 200) -> tuple[Examples, int]:
    """What a picture shows, and how bright it is: some hundred of each class."""

    def train(table: Path, question: Question, options: dict[str, Any]) -> Any:
        image = ImageConfig(image_column="file", **asked(question))
        return kerasapps.train_image_classifier(table, image=image, model="cnn", **options)

    rows: list[Row] = []
    for split, count in (("train", most), ("test", most // 3)):
        for shown in sorted(each for each in (folder / split).iterdir() if each.is_dir()):
            for file in sorted(shown.iterdir())[:count]:
                with Image.open(file) as picture:
                    light = float(np.asarray(picture.convert("L"), float).mean() / 255)
                rows.append(
                    {
                        "file": str(file.resolve()),
                        "shows": shown.name,
                        "brightness": light,
                        "split": split,
                    }
                )
    middle = np.median([row["brightness"] for row in rows if row["split"] == "train"])
    for row in rows:
        row["light"] = "bright" if row["brightness"] > middle else "dark"
        row["labels"] = f"{row['shows']}|{row['light']}"
    questions = (
        Question("shows alone", "class", ("shows",)),
        Question("light alone", "class", ("light",)),
        Question("brightness alone", "number", ("brightness",)),
        Question("set of labels", "labels", ("shows", "light")),
        Question("two heads", "several", ("shows", "brightness"), ("brightness",)),
    )
    return Examples(rows, "file", questions, train), 12


def train_texts(table: Path, question: Question, options: dict[str, Any]) -> Any:
    """A convolutional network of texts."""
    text = TextConfig(text_column="text", **asked(question))
    return kerasapps.train_text_classifier(table, text=text, model="text_cnn", **options)


def reviews(folder: Path) -> tuple[Examples, int]:
    """Whether a sentence of a review is in favour, and how many words it has."""
    rows: list[Row] = []
    for split in ("train", "test"):
        for line in (folder / f"{split}.tsv").read_text(encoding="utf-8").splitlines():
            text, label = line.rsplit("\t", 1)
            rows.append(
                {
                    "text": text,
                    "opinion": "good" if label == "1" else "bad",
                    "words": float(len(text.split())),
                    "split": split,
                }
            )
    questions = (
        Question("opinion alone", "class", ("opinion",)),
        Question("words alone", "number", ("words",)),
        Question("two heads", "several", ("opinion", "words"), ("words",)),
    )
    return Examples(rows, "text", questions, train_texts), 6


ASKED_FOR = ("description", "thing", "abbreviation", "person", "place", "amount")
BEGINS = ("what", "who", "how", "where", "when", "which", "why")


def questions_of(folder: Path) -> tuple[Examples, int]:
    """What a question asks for, and by which word."""
    rows: list[Row] = []
    for split in ("train", "test"):
        with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                words = row["text"].lower().split()
                word = next((f"word {each}" for each in words if each in BEGINS), "other word")
                kind = ASKED_FOR[int(row["label"])]
                rows.append(
                    {
                        "text": row["text"],
                        "asks": kind,
                        "word": word,
                        "labels": f"{kind}|{word}",
                        "split": split,
                    }
                )
    questions = (
        Question("asks alone", "class", ("asks",)),
        Question("word alone", "class", ("word",)),
        Question("set of labels", "labels", ("asks", "word")),
        Question("two heads", "several", ("asks", "word")),
    )
    return Examples(rows, "text", questions, train_texts), 12


def wine(folder: Path) -> tuple[Examples, int]:
    """How good a wine is, and how much alcohol it has, by its other measurements."""
    answered = ("quality", "alcohol")

    def train(table: Path, question: Question, options: dict[str, Any]) -> Any:
        others = tuple(name for name in answered if name not in question.columns)
        tabular = TabularConfig(ignore=others, **asked(question, column="target"))
        return kerasapps.train_tabular(table, tabular=tabular, **options)

    with (folder / "wine.csv").open(encoding="utf-8", newline="") as stream:
        rows: list[Row] = [
            {name: float(cell) for name, cell in row.items()} for row in csv.DictReader(stream)
        ]
    # Equal wines go the same way, so that none is tested that was learnt.
    alike = {tuple(row.values()) for row in rows}
    draw = np.random.default_rng(0).random(len(alike))
    tested = {each for each, number in zip(sorted(alike), draw, strict=True) if number < 0.2}
    rows = [{**row, "split": "test" if tuple(row.values()) in tested else "train"} for row in rows]
    questions = (
        Question("quality alone", "number", ("quality",)),
        Question("alcohol alone", "number", ("alcohol",)),
        Question("two heads", "several", answered, answered),
    )
    return Examples(rows, "", questions, train), 60


DATA: dict[str, Callable[[Path], tuple[Examples, int]]] = {
    "digits": digits,
    "pictures": pictures,
    "reviews": reviews,
    "questions": questions_of,
    "wine": wine,
}


if __name__ == "__main__":
    main()
