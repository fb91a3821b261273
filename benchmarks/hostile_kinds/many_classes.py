"""A10: many classes, and networks that are sure of none of them.

Networks with drawn weights stand for trained ones: what they answer is known, however unsure they
are. Their int8 files must rank the classes as they do, and no file that does not may ship.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from hostile_cases import RIGHT, Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import BundleContent, write_bundle
from kerasapps.export.convert_worker import convert
from kerasapps.export.integer_pictures import PICTURES
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import write_static_batch
from kerasapps.export.verify import SCORERS, HeldOut, verify
from kerasapps.outputs.classes.agreement import same_labels
from kerasapps.outputs.classes.answer import ACCURACY, CLASS_ANSWER
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.preprocess.image import ImageSpec

SIDE, LENGTH, TOKENS, COUNT = 8, 6, 50, 120
UNSURE, SURE = 0.02, 4.0  # standard deviations of the logits
MOST_BYTES = 2_000_000  # of a bundle.json


@dataclass(frozen=True, eq=False)
class Planted:
    """A network with its int8 file, and examples with its answers to them."""

    model: keras.Model
    file: Path
    examples: np.ndarray
    answers: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """Keras' label of each example."""
        return self.answers.argmax(1)

    @property
    def names(self) -> list[str]:
        """Names of the classes, which sort as their numbers do."""
        return [f"class {number:05d}" for number in range(self.answers.shape[1])]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """600, 1,000 and 5,000 classes, then drawn numbers of them, unsure and sure."""
    drawn = [(draw.randint(2, 3000), draw.choice([0.01, 0.1, 1.0, 8.0])) for _ in range(variants)]
    known = [(600, UNSURE), (1000, UNSURE), (1000, SURE), (5000, UNSURE), (25, SURE), (26, UNSURE)]
    for classes, spread in [*known, *drawn]:
        name = f"{classes} classes, logits of {spread:g}"
        pictures = plant(workshop.fresh(), pictures_network, classes, spread)
        yield Case(f"pictures: {name}: ranks", lambda made=pictures: ranks(made))
        yield Case(f"pictures: {name}: bundle", lambda made=pictures: bundle(made, workshop))
        yield Case(f"pictures: {name}: gate", lambda made=pictures: gate(made, workshop))
    for classes, spread in [(1000, UNSURE), *drawn]:
        texts = plant(workshop.fresh(), texts_network, classes, spread)
        yield Case(f"texts: {classes} classes, {spread:g}", lambda made=texts: ranks(made))
    for classes in (600, 1000, draw.randint(600, 5000)):
        yield Case(f"coarse steps: {classes}", lambda classes=classes: coarse(workshop, classes))


def pictures_network(classes: int, spread: float) -> keras.Model:
    """Logits are a drawn mixture of the pixels."""
    inputs = x = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Rescaling(1 / 73.6, offset=-127.5 / 73.6)(x)
    return mixed(keras.layers.Flatten()(x), inputs, classes, spread)


def texts_network(classes: int, spread: float) -> keras.Model:
    """Logits are a drawn mixture of the words' vectors."""
    inputs = keras.Input((LENGTH,), dtype="int32", name="ids")
    x = keras.layers.Embedding(TOKENS, 32, embeddings_initializer=normal(1.0))(inputs)
    return mixed(keras.layers.Flatten()(x), inputs, classes, spread)


def mixed(
    x: keras.KerasTensor, inputs: keras.KerasTensor, classes: int, spread: float
) -> keras.Model:
    """A dense layer whose logits have that standard deviation."""
    deviation = spread / x.shape[-1] ** 0.5
    logits = keras.layers.Dense(classes, kernel_initializer=normal(deviation))(x)
    return scoring_model(keras.Model(inputs, logits))


def normal(deviation: float) -> keras.initializers.Initializer:
    """Drawn weights."""
    return keras.initializers.RandomNormal(stddev=deviation, seed=0)


def plant(
    folder: Path,
    build: Callable[[int, float], keras.Model],
    classes: int,
    spread: float,
    *,
    told: int | None = None,
) -> Planted:
    """The network and its int8 file; `told` is the number of classes that the converter is told."""
    dice = np.random.default_rng(classes)
    model = build(classes, spread)
    if build is pictures_network:
        examples = dice.integers(0, 256, (COUNT, SIDE, SIDE, 3), dtype=np.uint8)
    else:
        examples = dice.integers(1, TOKENS, (COUNT, LENGTH), dtype=np.int32)
    write_static_batch(model, folder / "saved")
    np.save(folder / "calibration.npy", examples)
    job = {
        "folder": str(folder),
        "saved_model": str(folder / "saved"),
        "inputs": ["input"],
        "calibration": str(folder / "calibration.npy"),
        "integer": PICTURES if build is pictures_network else SCORES,
        "outputs": told or classes,
    }
    file = folder / "model_int8.tflite"
    file.write_bytes(convert(job, "int8"))
    answers = model.predict(examples.astype(model.input.dtype), verbose=0)
    return Planted(model, file, examples, answers)


def ranks(made: Planted) -> Verdict:
    """Nine of ten labels are Keras', and no label is far from the top of Keras' ranks."""
    runner = TFLiteModel(made.file)
    found = np.stack([runner.scores(each) for each in made.examples])
    same = np.mean(found.argmax(1) == made.labels)
    chosen = np.take_along_axis(made.answers, found.argmax(1)[:, None], axis=1)
    worst = int((made.answers > chosen).sum(1).max())
    sums = np.abs(found.sum(1) - 1).max()
    if same >= 0.9 and worst <= 5 and sums < 0.1:
        return RIGHT
    return Verdict(Ending.WRONG, f"{same:.0%} alike, one at rank {worst}, sums off by {sums:.2f}")


def bundle(made: Planted, workshop: Workshop) -> Verdict:
    """Predicted and judged as a shipped bundle: the figures are those of the file's own labels."""
    folder = write(made, workshop.fresh("run") / "bundle")
    size = (folder / "bundle.json").stat().st_size
    if size > MOST_BYTES:
        return Verdict(Ending.WRONG, f"bundle.json has {size} bytes")
    loaded = kerasapps.load_bundle(folder, "int8")
    answers = loaded.predict(made.examples)
    if any(each.score <= 0 for each in answers):
        return Verdict(Ending.WRONG, "a label of score 0")
    truth = [made.names[label] for label in made.labels]
    right = np.mean([each.label == label for each, label in zip(answers, truth, strict=True)])
    return judge(
        lambda: kerasapps.evaluate_bundle(folder, (made.examples, truth), artifact="int8"),
        right=lambda figures: figures.accuracy == right >= 0.9 and figures.examples == COUNT,
        refusal=None,
    )


def write(made: Planted, target: Path) -> Path:
    """A bundle of the network and its file."""
    figures = classification_metrics(made.labels, made.answers, names=made.names)
    content = BundleContent(
        task="image_classification",
        labels=made.names,
        input=ImageSpec(SIDE, SIDE, 3, "stretch").to_dict(),
        preprocessing=ImageSpec(SIDE, SIDE, 3, "stretch").explained(),
        answer=CLASS_ANSWER,
        metrics=figures.to_dict(),
        data={"source": "planted", "fingerprint": "planted"},
        settings={"run": "planted", "train": {"seed": 0}, "image": {}}
        | {name: {} for name in ("model", "load", "export")},
        history={"rows": [], "best_epoch": 1, "seconds": 0.0},
        environment={},
        model=made.model,
        write_documents=lambda folder, artifacts: None,
    )
    figures_of_file = dict.fromkeys(("size_bytes", "metric", "delta", "agreement"))
    latencies = dict.fromkeys(("latency_ms", "latency_p95_ms", "peak_memory_mb"))
    artifact = Artifact("int8", made.file, passed=True, **figures_of_file, **latencies)
    write_bundle(content, [artifact], target=target)
    json.loads((target / "bundle.json").read_text(encoding="utf-8"))
    return target


def gate(made: Planted, workshop: Workshop) -> Verdict:
    """The file passes; with the names of the classes mixed up it does not, however accurate."""
    for shift, passes in ((0, True), (1, False)):
        held_out = _held_out(
            made, np.roll(made.answers, shift, axis=1), lambda scores: 1 / scores.shape[1]
        )
        (found,) = verify(
            {"int8": made.file}, held_out=held_out, tolerance=1, folder=workshop.fresh("gate")
        )
        if found.passed is not passes:
            return Verdict(Ending.WRONG, f"shifted by {shift}: passed is {found.passed}, {found}")
    return RIGHT


def _held_out(made: Planted, reference: np.ndarray, share: Callable[..., float]) -> HeldOut:
    return HeldOut(
        inputs=made.examples,
        raw=(),
        reference=reference,
        metric=ACCURACY,
        share=share,
        agree=same_labels,
        runners=SCORERS,
    )


def coarse(workshop: Workshop, classes: int) -> Verdict:
    """A file with scores in steps of 1/256, as once was made: it must neither ship nor guess."""
    made = plant(workshop.fresh(), pictures_network, classes, UNSURE, told=2)
    held_out = _held_out(made, made.answers, lambda scores: 0.0)
    (found,) = verify(
        {"int8": made.file}, held_out=held_out, tolerance=1, folder=workshop.fresh("gate")
    )
    if found.passed or "another label" not in found.reason:
        return Verdict(Ending.WRONG, f"passed: {found}")
    scores = TFLiteModel(made.file).scores(made.examples[0])
    if scores.any():
        return Verdict(Ending.REFUSED)
    loaded = kerasapps.load_bundle(write(made, workshop.fresh("run") / "bundle"), "int8")
    return judge(lambda: loaded.predict(made.examples[0]), refusal=("too coarse", f"{classes}"))
