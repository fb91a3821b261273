"""What a report shows of pictures that are answered with sets, numbers and several answers."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image, ImageDraw

from kerasapps.data.audit import Audit
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.splits import Part, Splits, Target
from kerasapps.evaluation.report import TaskReport
from kerasapps.models import mlp
from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.image_classification.train import PictureReading
from kerasapps.recipes.judgings import judging_of
from kerasapps.workflow.experiment import SplitInputs
from tests.shapes import COLOURS

SIDE = 64
NAMES = ("blue", "green", "red")
LEFT, RIGHT = slice(6, 26), slice(38, 58)  # columns within the discs, of a map's 64
GREYEST, COLOURED = 12, 60  # how far the channels of a drawn map are apart


def picture(left: str, right: str) -> Image.Image:
    """Two discs on grey."""
    drawn = Image.new("RGB", (SIDE, SIDE), (90, 90, 90))
    for start, colour in ((4, left), (36, right)):
        ImageDraw.Draw(drawn).ellipse((start, 20, start + 24, 44), fill=COLOURS[colour])
    return drawn


def network_of(kernel: Any, bias: Any = 0.0) -> keras.Model:
    """One whose only feature map has the blue, green and red that stick out of the grey."""
    inputs = keras.Input((SIDE, SIDE, 3))
    mix = keras.layers.Conv2D(3, 1, activation="relu")
    dense = keras.layers.Dense(np.shape(kernel)[1])
    found = keras.layers.GlobalAveragePooling2D()(mix(inputs))
    network = keras.Model(inputs, dense(found))
    others = np.array([[-0.5, -0.5, 1], [-0.5, 1, -0.5], [1, -0.5, -0.5]], np.float32)
    mix.set_weights([others.T[None, None], np.full(3, -5, np.float32)])
    dense.set_weights([np.array(kernel, np.float32), np.full(np.shape(kernel)[1], bias)])
    return network


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twelve pictures of a red disc on the left and a blue one on the right."""
    folder = tmp_path_factory.mktemp("discs")
    for number in range(12):
        picture("red", "blue").save(folder / f"{number:02}.png")
    return sorted(folder.glob("*.png"))


def reported(paths: list[Path], labels: np.ndarray, target: Target, network: Any) -> TaskReport:
    """The report of a network on examples that are those of all splits."""
    examples = PictureExamples(paths, labels)
    names = target.names if target.kind == "labels" else ()
    splits: ImageSplits = Splits(names, examples, examples, examples, Audit("made"), "0", target)
    pixels = np.stack([np.asarray(Image.open(path)) for path in paths])
    judging = judging_of(
        splits, SplitInputs(pixels, pixels, pixels), PictureReading(ImageSpec(SIDE, SIDE, 3))
    )
    return judging.report(judging.judge(network))


def section(report: TaskReport, name: str) -> str:
    (found,) = [each for each in report.sections if each.name == name]
    return str(found.html)


def maps(html: str) -> list[np.ndarray]:
    """How colourful each map of a section is, float `(64, 64)`; grey is where nothing spoke."""
    found = []
    for encoded in re.findall(r'<img src="data:image/jpeg;base64,([^"]+)"', html):
        drawn = Image.open(io.BytesIO(base64.b64decode(encoded))).resize((SIDE, SIDE))
        found.append(np.ptp(np.asarray(drawn).astype(float), axis=-1))
    return found


def is_on(map_: np.ndarray, side: slice) -> bool:
    """Whether a map is of the disc on one side, and not of the other."""
    inside, other = (map_[26:38, each].mean() for each in (side, RIGHT if side is LEFT else LEFT))
    return bool(inside > COLOURED and other < GREYEST)


def sets(*names: str) -> np.ndarray:
    return np.array([name in names for name in NAMES], np.uint8)


def test_each_wrong_set_has_the_map_of_its_worst_label(paths: list[Path]) -> None:
    """Of what was invented, what was missed, and of what is not to be seen at all."""
    labels = np.tile(sets("blue", "red"), (12, 1))
    labels[0], labels[1], labels[2] = sets("blue"), sets("red"), sets("blue", "green", "red")
    kernel = np.diag([0.9, 0.5, 1.0])
    report = reported(paths, labels, Target("labels", NAMES), network_of(kernel, -3.0))
    html = section(report, "mistakes")
    shown = dict(zip(re.findall(r"\d\d\.png</span>", html), maps(html), strict=True))
    assert is_on(shown["00.png</span>"], LEFT) and is_on(shown["01.png</span>"], RIGHT)
    assert shown["02.png</span>"].max() < GREYEST  # nothing spoke for green
    assert re.findall(r"<dt>map of</dt><dd>(\w+)</dd>", html) == ["red", "blue", "green"]
    assert "spoke for the label that the model was most wrong about" in html
    assert html.count('alt="The same, bright where it spoke for red"') == 1


def test_of_numbers_it_is_shown_what_raised_them(paths: list[Path]) -> None:
    labels = np.linspace(0, 50, 12)
    report = reported(paths, labels, Target("number", ("size",)), network_of([[1.0], [0], [-2]]))
    html = section(report, "worst")
    assert len(maps(html)) == 12 and all(is_on(each, RIGHT) for each in maps(html))
    assert "bright where it raised the number" in html and "mistakes maps" in html


def test_each_of_several_answers_has_its_own(paths: list[Path]) -> None:
    """By that answer's outputs, wherever these stand among those of the network."""
    parts = (
        Part("size", "number"),
        Part("marks", "labels", NAMES),
        Part("kind", "class", ("a", "b")),
    )
    labels = np.zeros((12, 5))
    labels[:, 0], labels[:, 1:4] = np.linspace(0, 50, 12), sets("blue", "red")
    labels[0, 1:4], labels[1:, 4] = sets("blue"), 1
    kernel = np.zeros((3, 6))
    kernel[0, 0], kernel[:, 1:4], kernel[2, 4], kernel[0, 5] = 1, np.eye(3), 2, 1
    target = Target("several", tuple(part.name for part in parts), parts)
    report = reported(paths, labels, target, network_of(kernel, -3.0))
    assert all(is_on(each, RIGHT) for each in maps(section(report, "size-worst")))
    (map_,) = maps(section(report, "marks-mistakes"))
    assert is_on(map_, LEFT)
    assert len(maps(section(report, "kind-mistakes"))) == 11
    assert all(is_on(each, LEFT) for each in maps(section(report, "kind-mistakes")))


def test_without_a_feature_map_the_examples_are_shown_alone(paths: list[Path]) -> None:
    flat = mlp(input_shape=(SIDE, SIDE, 3), num_classes=1, width=0.1)
    html = section(reported(paths, np.arange(12.0), Target("number", ("size",)), flat), "worst")
    assert html.count("<img ") == 12 and not maps(html)
    assert "Grad-CAM" not in html and "beside-map" not in html
