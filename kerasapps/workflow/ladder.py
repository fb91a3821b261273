"""The smallest file that loses little enough, of many forms of one network.

Files are compared on the validation split, which nothing is proven by any more, and the one that
is chosen must then pass on the test split as every file that ships. Where it does not, the next in
size must; so the test split rejects, and never prefers.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Ladder
from kerasapps.export.files import size_of
from kerasapps.export.ladder.rungs import CONVERTED, MIXED, QUANTIZED, Shelf, Wanted
from kerasapps.terminal.doing import doing
from kerasapps.workflow.judging import Candidates, Judged, Judging
from kerasapps.workflow.ladder_choice import Limits, by_size, lost, nothing_fits

_NAMED = 4  # layers that a note names
_SLOW = frozenset({"int16", "int8_int16"})  # on CPUs whose kernels are those of reference
_SLOWEST = 40  # times as long as float32 that these were seen to take
_PATIENCE = 120.0  # seconds that one of them may take for the validation split
_FAIR = 5  # times as long as float32 that it may take in any case


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

    def judge_in_time(
        self, name: str, file: Path | ExportError, float32: Artifact | None
    ) -> Artifact:
        """As `judge`; one of a kind that can take hours is timed first, and left if it would."""
        count = len(self.tried.splits.test)
        usual = (float32.latency_ms or 0.0) if float32 is not None else 0.0
        if isinstance(file, Path) and usual * count / 1e3 * _SLOWEST > _PATIENCE:
            try:
                latency = self.tried.time(file, self.folder / "timed").latency_ms
            except ExportError as error:
                return Artifact.failed(name, f"{name} does not run: {error}")
            if latency * count / 1e3 > max(_PATIENCE, _FAIR * usual * count / 1e3):
                why = f"not judged: an example takes {latency / usual:.0f} times as long as float32"
                failed = Artifact.failed(name, why)
                return dataclasses.replace(failed, size_bytes=size_of(file), latency_ms=latency)
        (rung,) = self.judge({name: file})
        return rung

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
    quick = {name: file for name, file in files.items() if name not in _SLOW}
    rungs = {each.name: each for each in steps.judge(quick)}
    for name in files.keys() - quick.keys():
        rungs[name] = steps.judge_in_time(name, files[name], rungs["float32"])
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
    left_out = functools.partial(_left_out, steps, layers=layers, float32=rungs["float32"])
    found, count = _fewest(
        lambda count: left_out(first, count, left_as=MIXED[first] if bears else "float"),
        most=max(1, len(layers) - 1),
    )
    return {first: found, other: left_out(other, count, left_as=MIXED[other])}


def _fewest(left_out: Callable[[int], Artifact], *, most: int) -> tuple[Artifact, int]:
    """The rung with the fewest of the worst layers left out that fits, by halving; and how many.

    Args:
        left_out: number of layers → the rung without these.
        most: layers; where none fits, the rung without so many.
    """
    low, high, best = 0, most, left_out(most)
    if not best.passed:
        return best, high
    while high - low > 1:
        middle = (low + high) // 2
        rung = left_out(middle)
        if rung.passed:
            best, high = rung, middle
        else:
            low = middle
    return best, high


def _left_out(
    steps: _Climb,
    name: str,
    count: int,
    *,
    layers: Sequence[str],
    left_as: str,
    float32: Artifact,
) -> Artifact:
    left = tuple(layers[:count])
    (file,) = steps.shelf.make([Wanted(f"{name}_{count}", "int8", left, left_as)]).values()
    rung = steps.judge_in_time(name, file, float32 if name in _SLOW else None)
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
