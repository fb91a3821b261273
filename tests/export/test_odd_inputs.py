from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.export.odd_inputs import (
    OddInput,
    differences_in_words,
    odd_differences,
    write_odd,
)

EXPECTED = np.full((2, 3, 1), 100, np.uint8)


def differences(
    folder: Path, expected: np.ndarray | None, found: np.ndarray, refusal: str = ""
) -> list[str]:
    listing = write_odd(folder / "odd", [OddInput("a kind", b"\0raw\xff", expected)])
    asked = []

    def prepare(raw: bytes) -> tuple[np.ndarray, str]:
        asked.append(raw)
        return found, refusal

    answer = odd_differences(listing, prepare)
    assert asked == [b"\0raw\xff"]
    return answer


@pytest.mark.parametrize(
    ("level", "fine"), [(100, True), (102, True), (98, True), (103, False), (97, False)]
)
def test_two_levels_are_allowed(tmp_path: Path, level: int, fine: bool) -> None:
    inputs = EXPECTED.astype(np.float32)
    inputs[1, 2] = level
    found = differences(tmp_path, EXPECTED, inputs)
    assert found == ([] if fine else ["a kind: up to 3 of 255 levels away"])


def test_what_is_no_number_is_a_difference(tmp_path: Path) -> None:
    assert differences(tmp_path, EXPECTED, EXPECTED * np.float32(np.nan)) != []


def test_a_graph_may_refuse_more_than_training_and_not_less(tmp_path: Path) -> None:
    black = np.zeros((2, 3, 1), np.float32)
    assert differences(tmp_path / "a", EXPECTED, black, "refused") == []
    assert differences(tmp_path / "b", None, black, "refused") == []
    assert differences(tmp_path / "c", None, black) == ["a kind: read, while training refuses it"]


def test_each_input_is_asked_for_by_its_kind(tmp_path: Path) -> None:
    kinds = [OddInput(f"kind {n}", bytes([n]), EXPECTED + np.uint8(n)) for n in range(12)]
    listing = write_odd(tmp_path / "odd", kinds)
    right = odd_differences(listing, lambda raw: (EXPECTED + np.uint8(raw[0]), ""))
    wrong = odd_differences(listing, lambda raw: (EXPECTED + np.uint8(9), ""))
    assert right == [] and [each.split(":")[0] for each in wrong] == [f"kind {n}" for n in range(7)]


def test_the_first_differences_are_named() -> None:
    assert differences_in_words([]) == ""
    few = differences_in_words(["a", "b", "c"])
    assert few == "sees other pixels than training saw: a; b; c"
    assert differences_in_words(list("abcde")) == few + "; and 2 other kinds"
