"""Which file is chosen of those that were tried, and what is said where none is."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Ladder
from kerasapps.export.ladder.rungs import CONVERTED, QUANTIZED, Shelf, Wanted
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.answering import ANSWERS
from kerasapps.workflow.judged_files import shown_files
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.ladder import climb
from kerasapps.workflow.ladder_choice import Limits, by_size, nothing_fits
from kerasapps.workflow.ladder_report import ladder_section
from kerasapps.workflow.qat import FineTuned

AUTO = ExportConfig(quantization=("auto",), max_drop=1, saved_model=False)
# Of each rung: bytes, and points lost on the validation split.
PLAIN = {
    "int4": (100, 5.0),
    "int4_weights": (101, 2.0),
    "int8": (200, 12.0),
    "int8_qat": (200, 0.4),
    "int8_weights": (210, 0.5),
    "dynamic": (205, 1.4),
    "float16": (400, 0.0),
    "int16": (220, 3.0),
    "float32": (800, 0.0),
}
LAYERS = [f"layer{number}" for number in range(8)]
ENOUGH = 3  # layers that are left out of int8 when it loses little


def rung(name: str, size: int, lost: float, latency: float = 1.0) -> Artifact:
    return Artifact(
        name, Path(name), size, 0.9 - lost / 100, -lost, 1.0, latency, latency, 1.0, lost <= 1
    )


@dataclasses.dataclass
class Given:
    """A judging of which only the files are real, and what was judged on which split."""

    lost: Mapping[str, float]
    rejected: tuple[str, ...] = ()
    judged_on: str = "test"
    count: int = 100
    learnt: bool = False
    asked: list[list[str]] = dataclasses.field(default_factory=list)
    answer: Any = CLASSES

    @property
    def splits(self) -> Any:
        return SimpleNamespace(judged_on=self.judged_on, test=range(self.count))

    def time(self, model: Path, folder: Path) -> Any:
        return SimpleNamespace(latency_ms=30.0)

    def learnt_validation(self, network: Any) -> bool:
        return self.learnt and network == "network"

    def on_validation(self) -> Given:
        return dataclasses.replace(self, judged_on="validation", asked=[])

    def judge(self, network: Any) -> Any:
        return Judged(network, None, None, 0.9, "")  # type: ignore[arg-type]

    def export(self, judged: Any, *, config: ExportConfig, seed: int, folder: Path) -> Any:
        assert config.quantization == CONVERTED and config.max_drop is None
        (folder / "job.json").write_text(json.dumps({}), encoding="utf-8")
        files = {name: folder / f"model_{name}.tflite" for name in CONVERTED}
        for file in files.values():
            file.write_bytes(b"")
        return files

    def verify(
        self, candidates: Mapping[str, Any], judged: Any, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        # Only a fine-tuned file is held against another network than ships.
        assert (getattr(judged.source, "network", None) == "rounded") == ("int8_qat" in candidates)
        self.asked.append([*candidates])
        return tuple(self._judged(name, file) for name, file in candidates.items())

    def _judged(self, name: str, file: Path | ExportError) -> Artifact:
        if isinstance(file, ExportError):
            return Artifact.failed(name, str(file))
        if name in ("int8_mixed", "int8_int16"):
            left = int(file.stem.rpartition("_")[2])
            return rung(name, 202 + left, 0.2 if left >= ENOUGH else 9.0).moved(file)
        lost = 30.0 if self.judged_on == "test" and name in self.rejected else self.lost[name]
        made = rung(name, PLAIN[name][0], lost).moved(file)
        return dataclasses.replace(made, reason="" if made.passed else f"loses {lost:.2f} points")


@pytest.fixture(autouse=True)
def quantizer(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(self: Shelf, wanted: list[Wanted]) -> dict[str, Path]:
        files = {each.name: self.folder / f"model_{each.name}.tflite" for each in wanted}
        for file in files.values():
            file.write_bytes(b"file")
        return files

    monkeypatch.setattr(Shelf, "make", make)
    monkeypatch.setattr(Shelf, "suffering", lambda self: [(name, 1.0) for name in LAYERS])


def climbed(
    given: Given, tmp_path: Path, config: ExportConfig = AUTO, fine_tuning: Any = None
) -> tuple[Artifact, dict[str, Artifact]]:
    judged = Judged("network", None, None, 0.9, "")  # type: ignore[arg-type]
    (chosen,) = climb(
        judged,  # type: ignore[arg-type]
        given,  # type: ignore[arg-type]
        config=config,
        seed=0,
        folder=tmp_path,
        describe=lambda candidates: None,
        fine_tuning=fine_tuning,
    )
    assert chosen.ladder is not None
    return chosen, {each.name: each for each in chosen.ladder.rungs}


def losses(**changed: float) -> dict[str, float]:
    return {name: lost for name, (_, lost) in PLAIN.items()} | changed


def test_the_smallest_that_loses_little_is_chosen_and_passes_on_the_test_split(
    tmp_path: Path,
) -> None:
    given = Given(losses(int4=0.9))
    chosen, rungs = climbed(given, tmp_path)
    assert (chosen.name, chosen.passed) == ("int4", True)
    assert given.asked == [["int4"]]  # nothing else was run on the test split
    assert set(rungs) == {*CONVERTED, *QUANTIZED, "int8_mixed", "int8_int16"}
    assert all(each.path is None for each in rungs.values())
    sizes = [each.size_bytes or math.inf for each in rungs.values()]
    assert sizes == sorted(sizes)
    assert Artifact.from_dict(json.loads(json.dumps(chosen.to_dict()))) == chosen
    shown = shown_files([chosen], metric=CLASSES.metric)
    (before,) = shown.before
    assert before.title == "Tried on the validation split (at most 1 point lost)"
    assert [row[-1] for row in before.rows][:2] == ["chosen", "does not fit"]
    section = ladder_section([chosen], metric=CLASSES.metric)
    assert section is not None and "does not fit" in section.html and ">Accuracy<" in section.html
    assert "Taken: int4." in section.html and "89.10" in section.html
    assert ladder_section([rung("int8", 1, 0)], metric=CLASSES.metric) is None


def test_a_file_that_was_chosen_on_what_the_network_had_learnt_says_so(tmp_path: Path) -> None:
    notes = []
    for learnt in (False, True):
        folder = tmp_path / str(learnt)
        folder.mkdir()
        chosen, _ = climbed(Given(losses(int4=0.9), learnt=learnt), folder)
        notes.append(chosen.note)
    assert notes[0] == "" and notes[1].startswith("chosen on examples that the network had learnt")


def test_as_few_layers_as_will_do_are_left_out_of_int8(tmp_path: Path) -> None:
    chosen, rungs = climbed(Given(losses()), tmp_path)
    assert chosen.name in ("int8_mixed", "int8_int16")
    assert rungs["int8_mixed"].note == (
        "3 of 8 layers in float with int8 weights, those that suffer: layer0, layer1, layer2"
    )
    assert "3 of 8 layers in int16" in rungs["int8_int16"].note


def test_layers_are_whole_floats_where_weights_of_8_bits_lose_too_much(tmp_path: Path) -> None:
    _, rungs = climbed(Given(losses(int8_weights=40.0)), tmp_path)
    assert "3 of 8 layers in float, those" in rungs["int8_mixed"].note


def test_what_would_take_hours_is_timed_and_left(tmp_path: Path) -> None:
    _, rungs = climbed(Given(losses(), count=10_000), tmp_path)
    for name in ("int16", "int8_int16"):
        assert rungs[name].reason == "not judged: an example takes 30 times as long as float32"
        assert rungs[name].latency_ms == 30 and rungs[name].size_bytes is not None
    assert rungs["int8_mixed"].passed


@pytest.mark.parametrize("limit", [None, 0.5])
def test_no_layers_are_looked_for_where_int8_loses_little(
    tmp_path: Path, limit: float | None
) -> None:
    config = dataclasses.replace(AUTO, max_latency_ms=limit)
    _, rungs = climbed(Given(losses(int8=0.1)), tmp_path, config)
    assert rungs["int8"].passed is (limit is None)
    why = "not tried: int8 loses little enough with all layers"
    assert rungs["int8_mixed"].reason == rungs["int8_int16"].reason == why


def test_what_the_test_split_rejects_gives_way_to_the_next(tmp_path: Path) -> None:
    given = Given(losses(int4=0.7, int4_weights=0.8, int8=0.1), rejected=("int4", "int4_weights"))
    chosen, rungs = climbed(given, tmp_path)
    assert (chosen.name, given.asked) == ("int8", [["int4"], ["int4_weights"], ["int8"]])
    assert rungs["int4"].reason == "on the test split it loses 30.00 points"
    assert not rungs["int4"].passed


def test_where_nothing_fits_the_nearest_is_named_and_nothing_ships(tmp_path: Path) -> None:
    small = dataclasses.replace(AUTO, max_size_mb=0.001, max_latency_ms=0.5)
    chosen, rungs = climbed(Given(losses()), tmp_path, small)
    assert chosen.path is None and not chosen.passed
    assert chosen.reason == (
        "no file keeps the limits (1 points of accuracy lost, 0.001 MB, 0.5 ms); the nearest is "
        f"{_first(rungs)} (0.000 MB): 1.00 ms; the limit is 0.5"
    )


def test_the_nearest_is_told_with_its_size_and_the_report_says_that_none_was_taken() -> None:
    large, small = rung("int8", 2_500_000, 5), rung("float32", 9_000_000, 7)
    reason = nothing_fits([small, large], {"int8": "no"}, Limits(1, None, None), CLASSES.metric)
    assert reason.endswith("; the nearest is int8 (2.500 MB): no")
    ladder = Ladder("validation", 1.0, None, None, (large,))
    none = dataclasses.replace(Artifact.failed("auto", reason), ladder=ladder)
    section = ladder_section([none], metric=CLASSES.metric)
    assert section is not None and "None was taken: no file keeps the limits" in section.html


def _first(rungs: Mapping[str, Artifact]) -> str:
    return next(name for name, each in rungs.items() if each.reason.startswith("1.00 ms"))


def test_few_examples_to_choose_by_are_named_with_what_one_is_worth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {count: tmp_path / f"of {count}" for count in (7, 100)}
    for place in places.values():
        place.mkdir()
    seven, enough = (
        climbed(Given(losses(int4=0.9), count=count), place)[0] for count, place in places.items()
    )
    said = (
        "chosen on 7 validation examples only: each counts 14 points, where 1 may be lost, so what "
        "it loses may be luck"
    )
    assert seven.note == said and enough.note == ""
    assert capsys.readouterr().err.count(f"Warning: the file is {said}") == 1
    assert "each counts 0.67 points" in Limits(0.5, None, None).doubt(CLASSES.metric, 150, "test")
    errors = next(each.metric for each in ANSWERS if each.metric.is_error)
    assert Limits(0.5, None, None).doubt(errors, 150, "test") == ""
    assert Limits(0.5, None, None).doubt(errors, 7, "test").endswith("what it loses may be luck")


def test_equally_small_files_are_ordered_by_speed() -> None:
    files = [rung("a", 1000, 0, 9.0), rung("b", 1015, 0, 1.0), rung("c", 1030, 0, 0.1)]
    assert [each.name for each in by_size(files, CLASSES.metric)] == ["b", "a", "c"]


def test_of_equally_small_and_fast_files_the_better_comes_first() -> None:
    files = [rung("a", 1000, 0.9, 1.0), rung("b", 1000, 0.2, 1.04), rung("c", 1000, 0.0, 1.06)]
    assert [each.name for each in by_size(files, CLASSES.metric)] == ["b", "a", "c"]


@dataclasses.dataclass
class FineTuning:
    """A network that can be trained on, or not."""

    is_asked: bool = False
    fails: str = ""
    ran: int = 0

    def run(self) -> FineTuned | str:
        self.ran += 1
        return self.fails or FineTuned("tuned", "rounded", Tuned(), 4)  # type: ignore[arg-type]


class Tuned:
    """Makes the file of a fine-tuned network."""

    def export(self, judged: Any, *, config: ExportConfig, seed: int, folder: Path) -> Any:
        assert judged.network == "tuned" and config.quantization == ("int8",)
        return {"int8": folder / "model_int8.tflite"}


def test_a_network_is_trained_on_where_int8_loses_too_much(tmp_path: Path) -> None:
    fine_tuning = FineTuning()
    given = Given(losses())
    chosen, rungs = climbed(given, tmp_path, fine_tuning=fine_tuning)
    assert fine_tuning.ran == 1
    assert (chosen.name, chosen.passed) == ("int8_qat", True)
    assert given.asked == [["int8_qat"]]
    assert rungs["int8_qat"].note == chosen.note == "fine-tuned in 4 epochs"
    assert rungs["int8_qat"].delta == pytest.approx(-0.4)


@pytest.mark.parametrize(
    ("lost", "limit", "why"),
    [
        (0.1, None, "int8 loses little enough"),
        (0.1, 0.5, "int8 is too large or too slow"),
    ],
)
def test_no_network_is_trained_on_for_nothing(
    tmp_path: Path, lost: float, limit: float | None, why: str
) -> None:
    fine_tuning = FineTuning()
    config = dataclasses.replace(AUTO, max_latency_ms=limit)
    _, rungs = climbed(Given(losses(int8=lost)), tmp_path, config, fine_tuning)
    assert fine_tuning.ran == 0
    assert rungs["int8_qat"].reason == f"not tried: {why}"


def test_who_asks_for_it_has_both_and_the_better_is_taken(tmp_path: Path) -> None:
    given = Given(losses(int4=9.0, int8=0.6))
    chosen, rungs = climbed(given, tmp_path, fine_tuning=FineTuning(is_asked=True))
    assert rungs["int8"].passed and rungs["int8_qat"].passed
    assert chosen.name == "int8_qat"


def test_a_network_that_cannot_be_trained_on_is_left_as_it_is(tmp_path: Path) -> None:
    chosen, rungs = climbed(Given(losses()), tmp_path, fine_tuning=FineTuning(fails="it loops"))
    assert rungs["int8_qat"].reason == "not tried: it loops"
    assert chosen.name in ("int8_mixed", "int8_int16")


def test_limits_name_what_is_over() -> None:
    limits = Limits(1, 0.5, 2)
    assert limits.objection(rung("a", 600_000, 0, 3.0)) == (
        "0.600 MB; the limit is 0.5; 3.00 ms; the limit is 2"
    )
    assert limits.objection(rung("a", 500_000, 0, 2.0)) == ""
