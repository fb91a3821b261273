"""C20: forms of data that Python callers hand over.

Pillow images, buffers, tensors, nested pairs as `keras.datasets` gives them, splits one by one,
Keras data sets with names of classes, generators; for `predict` a folder, a URL, a CSV file.
"""

from __future__ import annotations

import csv
import io
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hostile_cases import Case, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop
from PIL import Image

import kerasapps
from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.images.decode import decode_image
from tests.data.loading import load_images, load_texts

COUNT = 24
LABELS = np.arange(COUNT) % 2
NAMES = ["no", "yes"]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Training data of every form, alone and as splits; what `predict` takes."""
    forms = _forms()
    for name, form in forms.items():
        yield Case(f"train: {name}", lambda f=form: _train(workshop, f()))
        yield Case(f"predict: {name}", lambda f=form: _predict(workshop, f()[0]))
    for _ in range(variants):
        first, second = (forms[draw.choice(list(forms))] for _ in range(2))
        held = draw.randint(4, 10)
        key = draw.choice(["test", "Test", "testing", "eval"])
        yield Case(f"{held} for {key}", lambda a=first, b=second, h=held, k=key: _split(workshop, a(), b(), h, k))  # fmt: skip # noqa: E501
    yield Case("((x, y), (x, y))", lambda: _nested(workshop))
    yield Case("((texts, labels), (texts, labels))", lambda: _texts(workshop))
    for name, stream in _streams().items():
        yield Case(name, lambda s=stream: _stream(workshop, s()))
    endless = itertools.cycle(list(zip(_pictures(), LABELS, strict=True)))
    yield Case("an endless generator", lambda: judge(lambda: _found(workshop, endless), refusal=("never to end",)))  # fmt: skip # noqa: E501
    for url in (
        "https://example.org/a.png",
        draw.choice(["s3", "ftp", "gs", "HTTP"]) + "://a/b.jpg",
    ):
        yield Case(f"predict {url}", lambda u=url: _url(workshop, u))
    yield Case("predict a folder as CSV", lambda: _folder(workshop))


def _pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (COUNT, 8, 9, 3), dtype=np.uint8)


def _png(picture: np.ndarray) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer


def _forms() -> dict[str, Callable[[], tuple[Any, Any]]]:
    """Pictures and labels; a buffer can be read once more, a tensor is TensorFlow's."""

    def tensors() -> Any:
        import tensorflow as tf

        return tf.constant(_pictures()), tf.constant(LABELS)

    def each(change: Callable[[np.ndarray], Any]) -> Callable[[], tuple[Any, Any]]:
        return lambda: ([change(picture) for picture in _pictures()], LABELS)

    return {
        "array": lambda: (_pictures(), LABELS),
        "Pillow images": each(Image.fromarray),
        "BytesIO": each(_png),
        "bytearray": each(lambda picture: bytearray(_png(picture).getvalue())),
        "memoryview": each(lambda picture: memoryview(_png(picture).getvalue())),
        "tensors": tensors,
        "float arrays": each(lambda picture: picture / np.float32(255)),
    }


def _found(workshop: Workshop, data: Any) -> dict[bytes, str]:
    splits = load_images(data, config=LoadConfig(), seed=0, work_dir=workshop.fresh())
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for part in (splits.train, splits.validation, splits.test)
        for path, label in zip(part.paths, part.labels, strict=True)
    }


def _expected(names: list[str]) -> dict[bytes, str]:
    pairs = zip(_pictures(), LABELS, strict=True)
    return {picture.tobytes(): names[label] for picture, label in pairs}


def _train(workshop: Workshop, data: Any) -> Verdict:
    expected = _expected(["0", "1"])
    return judge(lambda: _found(workshop, data), right=lambda x: x == expected, refusal=None)


def _predict(workshop: Workshop, pictures: Any) -> Verdict:
    bundle = kerasapps.load_bundle(workshop.pictures)
    expected = bundle.predict(_pictures())
    return judge(lambda: bundle.predict(pictures), right=lambda x: x == expected, refusal=None)


def _split(workshop: Workshop, train: Any, test: Any, held: int, key: str) -> Verdict:
    data = {
        "train": (train[0][:-held], train[1][:-held]),
        key: (test[0][-held:], test[1][-held:]),
    }

    def load() -> int:
        splits = load_images(data, config=LoadConfig(), seed=0, work_dir=workshop.fresh())
        return len(splits.test)

    return judge(load, right=lambda count: count == held, refusal=None)


def _nested(workshop: Workshop) -> Verdict:
    x, y = _pictures(), LABELS[:, np.newaxis]
    data = ((x[:18], y[:18]), (x[18:], y[18:]))

    def load() -> int:
        splits = load_images(data, config=LoadConfig(), seed=0, work_dir=workshop.fresh())
        return len(splits.test)

    return judge(load, right=lambda count: count == 6, refusal=None)


def _texts(workshop: Workshop) -> Verdict:
    texts = [f"text {number}" for number in range(COUNT)]
    data = ((texts[:18], LABELS[:18]), (texts[18:], LABELS[18:]))

    def load() -> list[str]:
        splits = load_texts(
            data, config=LoadConfig(), text=TextConfig(), seed=0, work_dir=workshop.fresh()
        )
        return sorted(splits.test.texts)

    return judge(load, right=lambda found: found == sorted(texts[18:]), refusal=None)


def _streams() -> dict[str, Callable[[], tuple[Any, list[str]]]]:
    """Data sets that hand out their examples, and the names of their classes."""

    def keras_data(labels: Any) -> Callable[[], tuple[Any, list[str]]]:
        def make() -> tuple[Any, list[str]]:
            import tensorflow as tf

            dataset: Any = tf.data.Dataset.from_tensor_slices((_pictures(), labels)).batch(5)
            dataset.class_names = NAMES
            return dataset, NAMES

        return make

    def py_dataset() -> tuple[Any, list[str]]:
        import keras

        class Batches(keras.utils.PyDataset):
            def __init__(self) -> None:
                super().__init__()
                self.class_indices = {"yes": 1, "no": 0}

            def __len__(self) -> int:
                return 4

            def __getitem__(self, number: int) -> Any:
                place = slice(6 * number, 6 * number + 6)
                return _pictures()[place].astype("float32"), LABELS[place]

        return Batches(), NAMES

    pairs = list(zip(_pictures(), LABELS, strict=True))
    return {
        "a generator": lambda: ((each for each in pairs), ["0", "1"]),
        "a list of pairs": lambda: (pairs, ["0", "1"]),
        "class_names": keras_data(LABELS),
        "class_names, one-hot": keras_data(np.eye(2, dtype=np.float32)[LABELS]),
        "class_names, binary": keras_data(LABELS[:, np.newaxis].astype(np.float32)),
        "a PyDataset": py_dataset,
    }


def _stream(workshop: Workshop, given: tuple[Any, list[str]]) -> Verdict:
    data, names = given
    expected = _expected(names)
    return judge(lambda: _found(workshop, data), right=lambda x: x == expected, refusal=None)


def _url(workshop: Workshop, url: str) -> Verdict:
    return judge(
        lambda: kerasapps.load_bundle(workshop.pictures).predict(url),
        refusal=("is a URL", "download"),
    )


def _folder(workshop: Workshop) -> Verdict:
    folder, table = workshop.fresh("new"), workshop.fresh("out") / "answers.csv"
    for number, picture in enumerate(_pictures()[:5]):
        Image.fromarray(picture).save(folder / f"{number}.png")
    (folder / "notes.txt").write_text("no picture")

    def right(printed: Printed) -> bool:
        names = [Path(row[0]).name for row in csv.reader(table.read_text("utf-8").splitlines())]
        return printed.status == 0 and names == ["file", *(f"{number}.png" for number in range(5))]

    return judge_command(
        lambda: command("predict", workshop.pictures, folder, "--csv", table),
        right=right,
        refusal=None,
    )
