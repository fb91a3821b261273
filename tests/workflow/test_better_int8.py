"""Which of two int8 files ships, and what is said of the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ExportConfig
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.better_int8 import FileMaking, better_int8, tell_replaced

PLAIN, FINE = "plain.tflite", "fine.tflite"


def int8(file: str, accuracy: float, *, reference: float = 0.9, passed: bool = True) -> Artifact:
    delta = 100 * (accuracy - reference)
    reason = "" if passed else f"loses {-delta:.2f} points"
    return Artifact("int8", Path(file), 10, accuracy, delta, 1.0, 1.0, 1.0, 1.0, passed, reason)


@dataclasses.dataclass
class Given:
    """A judging whose files are as right as was said, on either split."""

    validation: Mapping[str, float]
    test: Mapping[str, float]
    on: str = "test"
    seen: list[tuple[str, str, Any]] = dataclasses.field(default_factory=list)
    answer: Any = CLASSES

    def on_validation(self) -> Given:
        return dataclasses.replace(self, on="validation", seen=self.seen)

    def judge(self, network: Any) -> Any:
        return SimpleNamespace(network=network, source=None)

    def export(self, judged: Any, *, config: ExportConfig, **options: Any) -> Any:
        assert config.quantization == ("int8",) and judged.network == "fine-tuned"
        return {"int8": Path(FINE)}

    def verify(self, candidates: Any, judged: Any, *, tolerance: float, folder: Path) -> Any:
        (file,) = candidates.values()
        self.seen.append((self.on, str(file), judged.source))
        accuracy = getattr(self, self.on)[str(file)]
        return (int8(str(file), accuracy, passed=accuracy >= 0.89),)


@dataclasses.dataclass(frozen=True)
class Judged:
    network: str = "trained"
    source: Any = None


def chosen(given: Given, tmp_path: Path, *, fails: str = "") -> Artifact:
    tuned = SimpleNamespace(
        network="fine-tuned",
        judging=given,
        epochs=3,
        as_source=lambda judged, judging: Judged("fine-tuned", "rounded"),
    )
    making = FileMaking(
        given,  # type: ignore[arg-type]
        ExportConfig(quantization=("int8", "float32")),
        0,
        1.0,
        tmp_path,
        lambda candidates: None,
    )
    fine_tuning: Any = SimpleNamespace(run=lambda: fails or tuned)
    accuracy = given.test[PLAIN]
    plain = int8(PLAIN, accuracy, passed=accuracy >= 0.89)
    return better_int8(plain, Judged(), fine_tuning=fine_tuning, making=making)  # type: ignore[arg-type]


def test_the_file_that_is_better_on_validation_ships(tmp_path: Path) -> None:
    given = Given({PLAIN: 0.82, FINE: 0.895}, {PLAIN: 0.81, FINE: 0.90})
    file = chosen(given, tmp_path)
    assert (file.path, file.metric, file.passed) == (Path(FINE), 0.90, True)
    assert file.note == (
        "fine-tuned in 3 epochs: accuracy on the validation split 89.50 % fine-tuned and 82.00 % "
        "as it was trained"
    )
    # A fine-tuned file must answer as its own network, the other as the trained one.
    assert given.seen == [
        ("validation", PLAIN, None),
        ("validation", FINE, "rounded"),
        ("test", FINE, "rounded"),
    ]


@pytest.mark.parametrize("fine", [0.88, 0.895])
def test_what_is_worse_or_equal_does_not_ship(tmp_path: Path, fine: float) -> None:
    # However good it would have been on the test split, which is not asked.
    given = Given({PLAIN: 0.895, FINE: fine}, {PLAIN: 0.89, FINE: 0.99})
    file = chosen(given, tmp_path)
    assert file.path == Path(PLAIN)
    assert file.note.startswith("of the network as it was trained, not fine-tuned: accuracy on the")
    assert not any(on == "test" for on, _, _ in given.seen)


def test_a_better_file_that_fails_on_the_test_split_does_not_take_the_place_of_one_that_passes(
    tmp_path: Path,
) -> None:
    given = Given({PLAIN: 0.89, FINE: 0.895}, {PLAIN: 0.89, FINE: 0.7})
    file = chosen(given, tmp_path)
    assert (file.path, file.passed) == (Path(PLAIN), True)
    assert "not fine-tuned, as that file loses 20.00 points" in file.note
    neither, again = Given({PLAIN: 0.5, FINE: 0.6}, {PLAIN: 0.5, FINE: 0.6}), tmp_path / "2"
    again.mkdir()
    # Where neither passes, the better one is shown.
    assert chosen(neither, again).metric == 0.6


def test_a_network_that_cannot_be_fine_tuned_keeps_its_file(tmp_path: Path) -> None:
    given = Given({}, {PLAIN: 0.89})
    file = chosen(given, tmp_path, fails="the loss became nan")
    assert (file.path, file.note) == (Path(PLAIN), "not fine-tuned: the loss became nan")


def test_a_file_that_takes_the_place_of_a_fine_tuned_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = Given({PLAIN: 0.82, FINE: 0.895}, {PLAIN: 0.81, FINE: 0.90})
    old = chosen(given, tmp_path)
    capsys.readouterr()
    tell_replaced([old], [dataclasses.replace(old, name="float16")])
    tell_replaced([int8(PLAIN, 0.9)], [int8(PLAIN, 0.9)])
    assert capsys.readouterr().err == ""
    tell_replaced([old], [int8(PLAIN, 0.9)])
    assert "int8 was of the network after fine-tuning" in capsys.readouterr().err
