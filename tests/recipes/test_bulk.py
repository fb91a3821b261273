"""`predict_bundle`: data of any form, answered as the bundle answers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps.process import all_cores

BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A folder of tiny pictures."""
    (tmp_path / "digits").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (20, 8, 8), np.uint8)
    for number, each in enumerate(pixels):
        Image.fromarray(each).save(tmp_path / "digits" / f"{number:02}.png")
    return tmp_path / "digits"


def test_a_folder_a_list_and_a_generator_are_answered_as_the_bundle_answers(
    digits: Path, tmp_path: Path
) -> None:
    files = sorted(digits.iterdir())
    bundle: Any = kerasapps.load_bundle(BUNDLE)
    expected = [[str(file), *bundle.predict(file, top_k=1)[0].labels] for file in files]
    target = tmp_path / "a.csv"
    for data in (digits, str(digits), files, (str(file) for file in files)):
        result = kerasapps.predict_bundle(BUNDLE, data, csv=target, top_k=1, jobs=1)
        header, *rows = read(target)
        assert header == ["file", "label", "score", "error"]
        assert [row[:2] for row in rows] == expected and result.rows == len(files)
    shared = kerasapps.predict_bundle(bundle, digits, csv=tmp_path / "b.csv", top_k=1, jobs=2)
    assert (tmp_path / "b.csv").read_bytes() == target.read_bytes() and shared.failed == 0
    kerasapps.predict_bundle(bundle, [Image.open(files[0]), b"no picture"], csv=target, top_k=1)
    assert [row[0] for row in read(target)] == ["file", "picture 1", "picture 2"]
    assert read(target)[2][3].startswith("picture 2: ")


def test_what_cannot_be_meant_is_refused(digits: Path, tmp_path: Path) -> None:
    bundle: Any = kerasapps.load_bundle(BUNDLE)
    target = tmp_path / "a.csv"
    for options, words in (
        ({"jobs": 0}, "jobs must be from 1 to 256, got 0"),
        ({"beam": 3}, "beam is not for .*first_bundle"),
        ({"artifact": "int8"}, "artifact is for a bundle that is not loaded"),
        ({"csv": tmp_path}, r"is a folder: give the name of a file \(csv\)"),
        ({"data": 3}, "a int is no list of inputs"),
    ):
        given = {"csv": target, "data": digits, **options}
        with pytest.raises(kerasapps.ConfigError, match=words):
            kerasapps.predict_bundle(bundle, given.pop("data"), **given)
    assert not target.exists()


def test_processes_judge_as_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    for number, each in enumerate(pixels):
        (tmp_path / "data" / str(number % 10)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(each).save(tmp_path / "data" / str(number % 10) / f"{number}.png")

    def judged() -> dict[str, Any]:
        return kerasapps.evaluate_bundle(BUNDLE, tmp_path / "data").to_dict()

    alone = judged()
    assert alone["examples"] == len(pixels)
    begun: list[int] = []
    workers = all_cores.Workers
    monkeypatch.setattr(all_cores, "ALONE_SECONDS", 0.0)
    monkeypatch.setattr("kerasapps.machine.usable_cores", lambda: [0, 1])
    monkeypatch.setattr(
        all_cores, "Workers", lambda work, count: begun.append(count) or workers(work, count)
    )
    assert judged() == alone and begun[-1:] == [2]
