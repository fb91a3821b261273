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
from pathlib import Path

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Ladder
from kerasapps.export.ladder.rungs import CONVERTED, FINE_TUNED, MIXED, QUANTIZED, Shelf, Wanted
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.better_int8 import FileMaking
from kerasapps.workflow.fine_tuning import FineTuning
from kerasapps.workflow.judging import Candidates, Judged, Judging
from kerasapps.workflow.ladder_choice import Limits, by_size, lost, nothing_fits
from kerasapps.workflow.ladder_steps import SLOW, Climb

_NAMED = 4  # layers that a note names


def climb(
    judged: Judged,
    judging: Judging,
    *,
    config: ExportConfig,
    seed: int,
    folder: Path,
    describe: Callable[[Candidates], None],
    fine_tuning: FineTuning | None = None,
) -> tuple[Artifact, ...]:
    """The chosen file with its ladder, or why there is none, and the SavedModel if it is wanted.

    Args:
        judged: the trained network, float32, and its answers on the test split.
        judging: the data, and how its task exports and verifies.
        config: with quantization "auto".
        seed: of the choice of calibration examples.
        folder: scratch space, empty.
        describe: puts metadata into files.
        fine_tuning: of the network, for one rung more; None where it is not trained on.
    """
    metric = judging.answer.metric
    drop = metric.tolerance if config.max_drop is None else config.max_drop
    limits = Limits(drop, config.max_size_mb, config.max_latency_ms)
    with doing(f"Exporting {', '.join(CONVERTED)}"):
        made = judging.export(judged, config=_plain(config), seed=seed, folder=folder)
    shelf = Shelf.of(made, folder)
    with doing(f"Exporting {', '.join(QUANTIZED)}"):
        quantized = shelf.make([Wanted(name, name) for name in QUANTIZED])
    beside = {name: file for name, file in made.items() if name not in CONVERTED}
    files: dict[str, Path | ExportError] = {**quantized}
    files |= {name: made[name] for name in CONVERTED}

    tried = judging.on_validation()
    with doing("Judging on the validation split"):
        known = judged if tried is judging else tried.judge(judged.network)
    steps = Climb(judged, tried, known, limits, shelf, describe, folder)
    if steps.doubt:
        tell(f"Warning: the file is {steps.doubt}")
    quick = {name: file for name, file in files.items() if name not in SLOW}
    rungs = {each.name: each for each in steps.judge(quick)}
    for name in files.keys() - quick.keys():
        rungs[name] = steps.judge_in_time(name, files[name], rungs["float32"])
    if fine_tuning is not None:
        making = FileMaking(judging, config, seed, drop, folder, describe)
        steps, rungs[FINE_TUNED] = _fine_tuned(steps, rungs["int8"], fine_tuning, making)
    rungs.update(_mixed(steps, rungs))
    describe(beside)
    return _chosen(steps, judging, [*rungs.values()], beside)


def _plain(config: ExportConfig) -> ExportConfig:
    """What the converter is asked for."""
    return dataclasses.replace(
        config, quantization=CONVERTED, max_drop=None, max_size_mb=None, max_latency_ms=None
    )


def _fine_tuned(
    steps: Climb, int8: Artifact, fine_tuning: FineTuning, making: FileMaking
) -> tuple[Climb, Artifact]:
    """The rung of the network that was trained on for int8, where that is asked for or may help."""
    why = "" if fine_tuning.is_asked else _no_need(steps, int8)
    if not why:
        if not int8.passed:
            tell(f"int8 does not fit: it {int8.reason}")
        tuned = fine_tuning.run()
        if not isinstance(tuned, str):
            with doing(f"Exporting {FINE_TUNED}"):
                file = making.make(tuned, steps.judged)
            steps = dataclasses.replace(steps, tuned=tuned)
            (rung,) = steps.judge({FINE_TUNED: file})
            note = f"fine-tuned in {counted(tuned.epochs, 'epoch')}"
            rung = dataclasses.replace(rung, note="; ".join(filter(None, (rung.note, note))))
            return steps, rung
        why = tuned
    return steps, Artifact.failed(FINE_TUNED, f"not tried: {why}")


def _no_need(steps: Climb, int8: Artifact) -> str:
    """Why nothing is to be gained by other numbers in int8; empty where something may be."""
    if int8.passed:
        return "int8 loses little enough"
    if int8.metric is None:
        return "there is no int8 file of the network as it was trained"
    # What is too large or too slow is so with other numbers, too.
    return "int8 is too large or too slow" if int8.reason == steps.limits.objection(int8) else ""


def _mixed(steps: Climb, rungs: Mapping[str, Artifact]) -> dict[str, Artifact]:
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
    steps: Climb,
    name: str,
    count: int,
    *,
    layers: Sequence[str],
    left_as: str,
    float32: Artifact,
) -> Artifact:
    left = tuple(layers[:count])
    (file,) = steps.shelf.make([Wanted(f"{name}_{count}", "int8", left, left_as)]).values()
    rung = steps.judge_in_time(name, file, float32 if name in SLOW else None)
    forms = {"int8_weights": "float with int8 weights", "int16": "int16", "float": "float"}
    named = ", ".join(left[:_NAMED]) + (" …" if len(left) > _NAMED else "")
    note = f"{len(left)} of {len(layers)} layers in {forms[left_as]}, those that suffer: {named}"
    return dataclasses.replace(rung, note="; ".join(filter(None, (rung.note, note))))


def _chosen(
    steps: Climb, judging: Judging, rungs: list[Artifact], beside: Candidates
) -> tuple[Artifact, ...]:
    """The first by size that passes on the test split as well, and what was asked for beside."""
    rejected: dict[str, str] = {}
    others: tuple[Artifact, ...] = ()
    for number, rung in enumerate(by_size(rungs, judging.answer.metric)):
        assert rung.path is not None
        asked = {rung.name: rung.path, **({} if number else beside)}
        judged, *more = steps.judge_on_test(judging, asked)
        others = others or tuple(more)
        if judged.passed:
            note = "; ".join(filter(None, (rung.note, steps.note(judging))))
            noted = dataclasses.replace(rung, note=note)
            return judged_with(judged, noted, _ladder(steps, rungs, rejected)), *others
        rejected[rung.name] = judged.reason
    if beside and not others:
        others = steps.judge_on_test(judging, beside)
    reason = nothing_fits(rungs, rejected, steps.limits, judging.answer.metric)
    none = Artifact.failed("auto", reason)
    return dataclasses.replace(none, ladder=_ladder(steps, rungs, rejected)), *others


def judged_with(judged: Artifact, rung: Artifact, ladder: Ladder) -> Artifact:
    """The file that ships, with what is to be known of it and of what it was chosen from."""
    note = "; ".join(dict.fromkeys(filter(None, (judged.note, rung.note))))
    return dataclasses.replace(judged, note=note, ladder=ladder)


def _ladder(steps: Climb, rungs: Sequence[Artifact], rejected: Mapping[str, str]) -> Ladder:
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
