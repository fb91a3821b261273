"""How two files of a translator are compared: led through the reference translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from kerasapps.deploy.hypotheses import START
from kerasapps.export import integer_pairs as pairs_module
from kerasapps.export.integer_pairs import PAIRS, PairTrial, integer_pairs

SOURCES = np.array([[4, 5, 3, 0], [6, 3, 0, 0]], np.int32)
TARGETS = np.array([[7, 4, 3], [5, 3, 0]], np.int32)
FILE = Path("float.tflite")


class Remembering:
    """A translator whose logits depend on the source and on all pieces up to now."""

    def __init__(self, path: Path) -> None:
        assert path == FILE

    def start(self, source: np.ndarray) -> dict[str, Any]:
        return {"seen": [int(source.sum())]}

    def step(
        self, token: int, position: int, state: dict[str, Any]
    ) -> tuple[np.ndarray, dict[str, Any], None]:
        assert position == len(state["seen"]) - 1
        seen = [*state["seen"], token]
        return logits_after(seen), {"seen": seen}, None


def logits_after(seen: list[int]) -> np.ndarray:
    return np.random.default_rng(seen).normal(size=8).astype(np.float32) * 5


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> PairTrial:
    monkeypatch.setattr(pairs_module, "TFLiteTranslator", Remembering)
    return PairTrial(SOURCES, TARGETS, FILE)


# source's sum, pieces before, the reference's next piece
STEPS = [
    ([12, START], 7),
    ([12, START, 7], 4),
    ([12, START, 7, 4], 3),
    ([9, START], 5),
    ([9, START, 5], 3),
]


def test_answers_are_the_favourite_and_the_loss_of_every_piece(trial: PairTrial) -> None:
    found = trial.answers(FILE)
    assert found.dtype == np.float64
    expected = [
        (logits_after(seen).argmax(), -log_softmax(logits_after(seen).astype(float))[piece])
        for seen, piece in STEPS
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_examples_are_all_calls_that_translating_takes(trial: PairTrial) -> None:
    calls = list(trial.examples())
    assert [name for name, _ in calls] == ["encode", *["decode_step"] * 3, "encode"] + [
        "decode_step"
    ] * 2
    encoded = [values["source"] for name, values in calls if name == "encode"]
    np.testing.assert_array_equal(np.concatenate(encoded), SOURCES)
    steps = [values for name, values in calls if name == "decode_step"]
    assert [int(each["token"][0]) for each in steps] == [seen[-1] for seen, _ in STEPS]
    assert [int(each["position"]) for each in steps] == [0, 1, 2, 0, 1]
    # Each step starts from the state that the float file made.
    assert [each["seen"] for each in steps] == [seen[:-1] for seen, _ in STEPS]


def test_alike_are_19_of_20_favourites_and_a_loss_of_a_fiftieth() -> None:
    trial = PairTrial(SOURCES, TARGETS, FILE)
    expected = np.stack([np.arange(100.0), np.ones(100)], axis=1)
    for others, worse, alike in (
        (0, 0, True),
        (5, 0.019, True),
        (6, 0, False),
        (0, 0.021, False),
        (6, -1, False),
        (0, np.nan, False),
    ):
        answers = expected + np.array([0, worse])
        answers[:others, 0] += 1
        assert trial.alike(answers, expected) == alike, (others, worse)


def test_pairs_are_tried_beside_the_float_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    class Converter:
        def convert(self) -> bytes:
            return b"float"

    def integer_file(converter: Any, trial: Any, *, folder: Path) -> bytes:
        made.append((converter, trial, folder))
        return b"content"

    monkeypatch.setattr(pairs_module, "integer_file", integer_file)
    np.savez(tmp_path / "pairs.npz", sources=SOURCES, targets=TARGETS)
    job = {"folder": str(tmp_path), "calibration": str(tmp_path / "pairs.npz")}
    assert integer_pairs(Converter, job) == b"content"
    ((converter, trial, folder),) = made
    assert isinstance(converter, Converter) and folder == tmp_path
    np.testing.assert_array_equal(trial.sources, SOURCES)
    np.testing.assert_array_equal(trial.targets, TARGETS)
    assert trial.float_file.read_bytes() == b"float"
    assert f"{integer_pairs.__module__}:{integer_pairs.__name__}" == PAIRS


def test_as_many_targets_as_sources(trial: PairTrial) -> None:
    short = PairTrial(SOURCES, TARGETS[:1], FILE)
    with pytest.raises(ValueError, match="shorter"):
        short.answers(FILE)
    with pytest.raises(AttributeError):
        short.sources = SOURCES  # type: ignore[misc]
