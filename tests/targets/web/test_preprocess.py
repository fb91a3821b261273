"""JavaScript makes of pictures and rows what Python makes of them, to the bit."""

from __future__ import annotations

import base64
import random
from pathlib import Path
from typing import get_args

import numpy as np

from kerasapps.config import ResizePolicy
from kerasapps.data import load_table
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.values import values_of
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows, fit_rows
from tests.targets.web.node import needs_node, run_node

pytestmark = needs_node
PICTURES = """
import {fit, flatten} from "./js/preprocess/pixels.js";
answer(given.map(({spec, width, height, rgba}) => {
  const data = new Uint8ClampedArray(Buffer.from(rgba, "base64"));
  const fitted = fit(flatten({width, height, data}, spec.transparent_on), spec);
  return Buffer.from(fitted.data).toString("base64");
}));
"""
ROWS = """
import {rowReader} from "./js/preprocess/row.js";
const reader = await rowReader(given.spec);
const rows = [];
for (const row of given.rows) {
  const {value} = await reader.read(row);
  rows.push(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, [...each]])));
}
answer(rows);
"""


def test_a_hundred_pictures_get_the_same_pixels(tmp_path: Path) -> None:
    """Sizes up and down, all policies, grey and colour, half of them half transparent."""
    draw = np.random.default_rng(0)
    given, expected = [], []
    for number in range(108):
        height, width, *size = (int(side) for side in draw.integers(1, 90, 4))
        rgba = draw.integers(0, 256, (height, width, 4), np.uint8)
        if number % 2:
            rgba[..., 3] = 255
        if number % 7 == 0:
            size = [height, width]
        policy = get_args(ResizePolicy)[number % 3]
        if number in (5, 8):  # half of 5 or 7 pixels, which is rounded to the even neighbour
            policy, size, rgba = "pad", [5, 5], rgba.repeat(10, axis=0)[:10]
            rgba = rgba.repeat(7, axis=1)[:, : 5 if number == 5 else 7]
            height, width = rgba.shape[:2]
        spec = ImageSpec(*size, channels=3 if number % 4 else 1, resize=policy)
        expected.append(load_image(rgba, spec))
        encoded = base64.b64encode(rgba.tobytes()).decode()
        sides = {"width": width, "height": height}
        given.append({"spec": spec.explained(), **sides, "rgba": encoded})
    for told, pixels in zip(run_node(tmp_path, PICTURES, given), expected, strict=True):
        found = np.frombuffer(base64.b64decode(told), np.uint8).reshape(pixels.shape)
        np.testing.assert_array_equal(found, pixels)


NUMBERS = ["39", "39.0", " 7 ", "-1e9", "1e9", ".5", "5.", "+3", "1e400", "0x10", "1,000", "²", "٣"]
WORDS = ["cook", "Cook", " smith ", "\x1fcook\x85", "?", "N/A", "None", "été", "x" * 2000, "39.00"]
DATES = ["2024-02-29", "2023-02-29", "2024-2-1T9:05", "2024/12/31 23:59:59.5Z", "0000-01-01"]
DATES += ["2024-13-01", "1969-12-31 24:00", "2024.06.30 7:60", "0099-01-01", "yesterday"]
CHOICES = ["yes", "NO", " True", "off", "0", "1", "1.0", "maybe", "\uff39ES"]


def spec_of_rows() -> RowSpec:
    draw = random.Random(1)
    columns = {
        "age": [draw.choice(["", "NA", str(draw.randint(0, 300) / 4)]) for _ in range(400)],
        "job": [draw.choice(["cook", "smith", "été", "39"]) for _ in range(400)],
        "day": [
            f"20{draw.randint(10, 30)}-{draw.randint(1, 12)}-{draw.randint(1, 28)}"
            + draw.choice(["", f" {draw.randint(0, 23)}:15"])
            for _ in range(400)
        ],
        "time": [f"{draw.randint(0, 23)}:{draw.randint(10, 59)}" for _ in range(400)],
        "ok": [draw.choice(["yes", "no", ""]) for _ in range(400)],
        "rich": [draw.choice(["a", "b"]) for _ in range(400)],
    }
    splits = load_table(columns, tabular=TabularConfig(target="rich"))
    train = splits.train
    return fit_rows(train.columns, train.readings, target="rich", min_count=1)


def test_rows_with_anything_in_them_get_the_same_numbers_and_ids(tmp_path: Path) -> None:
    spec = spec_of_rows()
    kinds = {column.name: column.kind for column in spec.columns}
    assert set(kinds.values()) == {"number", "category", "date", "yes/no"}
    draw = random.Random(0)
    cells = ["", " ", "null", "NaN", *NUMBERS, *WORDS, *DATES, *CHOICES, "23:59", "9:07:30+02:00"]
    cells += [str(draw.uniform(-10, 90)) for _ in range(300)]
    rows = [{name: draw.choice(cells) for name in kinds} for _ in range(300)]
    rows += [dict.fromkeys(kinds, cell) for cell in cells]
    columns = {name: values_of([row[name] for row in rows]) for name in kinds}
    expected = encode_rows(columns, spec).arrays
    found = run_node(tmp_path, ROWS, {"spec": spec.explained(), "rows": rows})
    for name, array in expected.items():
        told = np.array([row[name] for row in found], array.dtype)
        differ = np.argwhere(told != array)
        assert not differ.size, (name, [ascii(rows[row]) for row, _ in differ[:3]], differ[:3])
