"""The smallest file that loses little enough, of many forms of one network.

Files are compared on the validation split, which nothing is proven by any more, and the one that
is chosen must then pass on the test split as every file that ships. Where it does not, the next in
size must; so the test split rejects, and never prefers.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Ladder
from kerasapps.export.ladder.rungs import CONVERTED, MIXED, QUANTIZED, Shelf, Wanted
from kerasapps.terminal.doing import doing
from kerasapps.workflow.judging import Candidates, Judged, Judging
from kerasapps.workflow.ladder_choice import Limits, by_size, lost, nothing_fits

_NAMED = 4  # layers that a note names


@dataclass(frozen=True)
class _Climb:
    """What all steps need.

    Attributes:
        judged: the network, and its answers on the test split.
        tried: the judging, with the validation split in the test split's place.
        known: the network's answers there.
        limits: of the file.
        shelf: the float32 file.
        describe: puts metadata into files.
        folder: scratch space.
    """

    judged: Judged
    tried: Judging
    known: Judged
    limits: Limits
    shelf: Shelf
    describe: Callable[[Candidates], None]
    folder: Path

    def judge(self, candidates: Candidates) -> list[Artifact]:
        """Rungs with their figures on the validation split; `passed` where they fit."""
        self.describe(candidates)
        rungs = self.tried.verify(
            candidates, self.known, tolerance=self.limits.drop, folder=self.folder / "tried"
        )
        return [self._limited(each) for each in rungs]

    def _limited(self, rung: Artifact) -> Artifact:
        objection = self.limits.objection(rung) if rung.passed else ""
        if not objection:
            return rung
        return dataclasses.replace(rung, passed=False, reason=objection)


def climb(
    judged: Judged,
    judging: Judging,
    *,
    config: ExportConfig,
    seed: int,
    folder: Path,
    describe: Callable[[Candidates], None],
) -> tuple[Artifact, ...]:
    """The chosen file with its ladder, or why there is none, and the SavedModel if it is wanted.

    Args:
        judged: the trained network, float32, and its answers on the test split.
        judging: the data, and how its task exports and verifies.
        config: with quantization "auto".
        seed: of the choice of calibration examples.
        folder: scratch space, empty.
        describe: puts metadata into files.
    """
    metric = judging.answer.metric
    drop = metric.tolerance if config.max_drop is None else config.max_drop
    limits = Limits(drop, config.max_size_mb, config.max_latency_ms)
    with doing(f"Exporting {', '.join((*CONVERTED, *QUANTIZED))}"):
        made = judging.export(judged, config=_plain(config), seed=seed, folder=folder)
        shelf = Shelf.of(made, folder)
        quantized = shelf.make([Wanted(name, name) for name in QUANTIZED])
    beside = {name: file for name, file in made.items() if name not in CONVERTED}
    files: dict[str, Path | ExportError] = {**quantized}
    files |= {name: made[name] for name in CONVERTED}

    tried = judging.on_validation()
    with doing("Judging on the validation split"):
        known = judged if tried is judging else tried.judge(judged.network)
    steps = _Climb(judged, tried, known, limits, shelf, describe, folder)
    rungs = {each.name: each for each in steps.judge(files)}
    rungs.update(_mixed(steps, rungs))
    describe(beside)
    return _chosen(steps, judging, [*rungs.values()], beside)


def _plain(config: ExportConfig) -> ExportConfig:
    """What the converter is asked for."""
    return dataclasses.replace(
        config, quantization=CONVERTED, max_drop=None, max_size_mb=None, max_latency_ms=None
    )


def _mixed(steps: _Climb, rungs: Mapping[str, Artifact]) -> dict[str, Artifact]:
    """The rungs of int8 but for some layers, as few as will do."""
    int8 = rungs["int8"]
    # What is too large or too slow is so with layers of more bits, too.
    if int8.passed or int8.reason == steps.limits.objection(int8):
        why = "not tried: int8 loses little enough with all layers"
        return {name: Artifact.failed(name, why) for name in MIXED}
    try:
        with doing("Measuring which layers suffer from int8"):
            layers = [name for name, _ in steps.shelf.suffering()]
    except ExportError as error:
        return {name: Artifact.failed(name, str(error)) for name in MIXED}
    # Where all weights may be of 8 bits, those of the layers that are left out may be.
    bears = lost(rungs["int8_weights"], steps.tried.answer.metric) <= steps.limits.drop
    first, other = MIXED
    found, count = _fewest(steps, first, layers, MIXED[first] if bears else "float")
    return {first: found, other: _left_out(steps, other, layers[:count], layers, MIXED[other])}


def _fewest(steps: _Climb, name: str, layers: Sequence[str], left_as: str) -> tuple[Artifact, int]:
    """The rung with the fewest of the worst layers left out that fits, by halving; and how many.

    Where none fits, the one with all but the last of them left out.
    """
    low, high = 0, max(1, len(layers) - 1)
    best = _left_out(steps, name, layers[:high], layers, left_as)
    if not best.passed:
        return best, high
    while high - low > 1:
        middle = (low + high) // 2
        rung = _left_out(steps, name, layers[:middle], layers, left_as)
        if rung.passed:
            best, high = rung, middle
        else:
            low = middle
    return best, high


def _left_out(
    steps: _Climb, name: str, left: Sequence[str], layers: Sequence[str], left_as: str
) -> Artifact:
    file_name = f"{name}_{len(left)}"
    (file,) = steps.shelf.make([Wanted(file_name, "int8", tuple(left), left_as)]).values()
    (rung,) = steps.judge({name: file})
    forms = {"int8_weights": "float with int8 weights", "int16": "int16", "float": "float"}
    named = ", ".join(left[:_NAMED]) + (" …" if len(left) > _NAMED else "")
    note = f"{len(left)} of {len(layers)} layers in {forms[left_as]}, those that suffer: {named}"
    return dataclasses.replace(rung, note="; ".join(filter(None, (rung.note, note))))


def _chosen(
    steps: _Climb, judging: Judging, rungs: list[Artifact], beside: Candidates
) -> tuple[Artifact, ...]:
    """The first by size that passes on the test split as well, and what was asked for beside."""
    rejected: dict[str, str] = {}
    others: tuple[Artifact, ...] = ()
    for number, rung in enumerate(by_size(rungs)):
        assert rung.path is not None
        asked = {rung.name: rung.path, **({} if number else beside)}
        judged, *more = _on_test(steps, judging, asked)
        others = others or tuple(more)
        if judged.passed:
            return judged_with(judged, rung, _ladder(steps, rungs, rejected)), *others
        rejected[rung.name] = judged.reason
    if beside and not others:
        others = tuple(_on_test(steps, judging, beside))
    reason = nothing_fits(rungs, rejected, steps.limits, judging.answer.metric)
    none = Artifact.failed("auto", reason)
    return dataclasses.replace(none, ladder=_ladder(steps, rungs, rejected)), *others


def _on_test(steps: _Climb, judging: Judging, files: Candidates) -> tuple[Artifact, ...]:
    return judging.verify(
        files, steps.judged, tolerance=steps.limits.drop, folder=steps.folder / "gate"
    )


def judged_with(judged: Artifact, rung: Artifact, ladder: Ladder) -> Artifact:
    """The file that ships, with what is to be known of it and of what it was chosen from."""
    note = "; ".join(dict.fromkeys(filter(None, (judged.note, rung.note))))
    return dataclasses.replace(judged, note=note, ladder=ladder)


def _ladder(steps: _Climb, rungs: Sequence[Artifact], rejected: Mapping[str, str]) -> Ladder:
    """All rungs, the smallest first; a file that the test split rejected fits no more."""
    seen = [
        dataclasses.replace(
            each, path=None, passed=False, reason=f"on the test split it {rejected[each.name]}"
        )
        if each.name in rejected
        else each.moved(None)
        for each in rungs
    ]
    return Ladder(
        steps.tried.splits.judged_on,
        steps.limits.drop,
        steps.limits.size_mb,
        steps.limits.latency_ms,
        tuple(sorted(seen, key=lambda each: each.size_bytes or math.inf)),
    )
