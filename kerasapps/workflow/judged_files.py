"""The files of a bundle as they were judged, for people: a table, reasons, and which to use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.deploy.opening import PREFERENCE
from kerasapps.evaluation.shown import DASH, Shown, cell

if TYPE_CHECKING:
    from kerasapps.config.metric import Metric
    from kerasapps.export.artifact import Artifact, Ladder

_SPARE = ("p95", "memory", "p50")
_TOLD = ("agreement", "a piece", "size")  # spared before a change that there is
_UNTOLD = ("change", "a piece", "size")
_ROUNDED = ("int8", "int8_qat")
_NOTHING = 0.005  # is written as 0.00


def shown_files(
    artifacts: Sequence[Artifact],
    *,
    metric: Metric,
    reference: float | None = None,
    judged_on: str = "test",
) -> Shown:
    """The table of judged files, the Keras model first, and why files were withheld.

    Args:
        artifacts: the files.
        metric: by what they were judged.
        reference: the Keras model's, as `Metric.share` gives it; None leaves its row out.
        judged_on: the split.
    """
    timed = any(each.token_ms is not None for each in artifacts)
    packed = any(each.compressed_bytes is not None for each in artifacts)
    rows = [row for each in artifacts for row in _rows(each, metric, timed=timed, packed=packed)]
    if reference is not None:
        rows.insert(
            0,
            [
                *("Keras", *[DASH] * (1 + packed), _value(reference, metric)),
                *(*[DASH] * (5 + timed), "reference"),
            ],
        )
    sizes = ("size", "compressed") if packed else ("size",)
    columns = ("artifact", *sizes, metric.name, "change", "agreement", "p50", "p95")
    more = ("a piece",) if timed else ()
    return Shown(
        title=f"Verified on the {judged_on} split (latency: batch 1, one thread)",
        columns=(*columns, *more, "memory", "verdict"),
        rows=rows,
        lines=[*_notes(artifacts)],
        spare=(*_SPARE, *(_TOLD if any(map(_is_changed, artifacts)) else _UNTOLD)),
        before=[shown_ladder(each, metric=metric) for each in artifacts if each.ladder is not None],
    )


def shown_ladder(chosen: Artifact, *, metric: Metric) -> Shown:
    """The table of all that was tried before a file was chosen, and why others were not.

    Args:
        chosen: the file, or the artifact that says why there is none.
        metric: by what they were compared.
    """
    ladder = chosen.ladder
    assert ladder is not None
    return Shown(
        title=ladder_title(ladder, metric),
        columns=("rung", "size", metric.name, "change", "agreement", "p50", "verdict"),
        rows=[
            [
                rung.name,
                cell(rung.size_bytes and rung.size_bytes / 1e6, "{:.2f} MB"),
                *_judged(rung, metric),
                cell(rung.latency_ms, "{:.2f} ms"),
                ladder_verdict(rung, chosen),
            ]
            for rung in ladder.rungs
        ],
        lines=[f"{each.name}: {each.reason}" for each in ladder.rungs if not each.passed],
        spare=("agreement", "change", "p50"),
    )


def ladder_title(ladder: Ladder, metric: Metric) -> str:
    """Where the rungs have their figures, and what was asked of them."""
    measure = "point" if (ladder.max_drop, metric.measure) == (1, "points") else metric.measure
    asked = (
        f"at most {ladder.max_drop:g} {measure} lost",
        None if ladder.max_size_mb is None else f"{ladder.max_size_mb:g} MB",
        None if ladder.max_latency_ms is None else f"{ladder.max_latency_ms:g} ms",
    )
    return f"Tried on the {ladder.judged_on} split ({', '.join(filter(None, asked))})"


def ladder_verdict(rung: Artifact, chosen: Artifact) -> str:
    """What became of a rung."""
    if rung.name == chosen.name:
        return "chosen"
    if rung.passed:
        return "fits"
    return DASH if rung.metric is None else "does not fit"


def _is_changed(artifact: Artifact) -> bool:
    """Whether a file is better or worse than Keras, or its examples prepared elsewhere are."""
    figures = (artifact, artifact.elsewhere)
    deltas = [each.delta for each in figures if each is not None and each.delta is not None]
    return any(abs(delta) >= _NOTHING for delta in deltas)


def which_to_use(artifacts: Sequence[Artifact], *, metric: Metric) -> list[str]:
    """Which file is for a phone, a browser or a server: a line each.

    Args:
        artifacts: files that stand where they ship; without any there is nothing to say.
        metric: by what they were judged.
    """
    passed = {each.name: each for each in artifacts if each.passed and each.path is not None}
    small = next((name for name in PREFERENCE if name in passed), None)
    large = next((name for name in ("saved_model", *PREFERENCE[::-1]) if name in passed), None)
    lines = [(("phone", "browser"), small), (("server",), large)]
    return [
        f"For a {' or a '.join(places)} use {_place(passed[name], metric)}"
        for places, name in lines
        if name is not None
    ] or (["No file passed, so there is none to use."] if artifacts else [])


def _place(artifact: Artifact, metric: Metric) -> str:
    path, size = artifact.path, artifact.size_bytes
    assert isinstance(path, Path)
    told = [] if size is None else [f"{size / 1e6:.2f} MB"]
    if artifact.metric is not None:
        told.append(f"{metric.name} {_value(artifact.metric, metric)}")
    return f"{path} ({', '.join(told)})" if told else str(path)


def _notes(artifacts: Sequence[Artifact]) -> Iterator[str]:
    for each in artifacts:
        if not each.passed:
            yield f"{each.name}: {each.reason}"
        if each.name in _ROUNDED and each.scores == "uint8":
            yield f"{each.name}: its scores are uint8, in steps of 1/256 (0.4 %)"
        alike = [other.name for other in artifacts if other.note == each.note]
        if each.note and each.name == alike[0]:
            yield f"{', '.join(alike)}: {each.note}"


def _rows(artifact: Artifact, metric: Metric, *, timed: bool, packed: bool) -> list[list[str]]:
    """A file's row, and one for its examples that another program prepared."""
    rows, figures = [_row(artifact, metric, timed=timed, packed=packed)], artifact.elsewhere
    if figures is not None:
        judged = _judged(figures, metric)
        rows.append([f"  {figures.name}", *[""] * (1 + packed), *judged, *[""] * (4 + timed)])
    return rows


def _row(artifact: Artifact, metric: Metric, *, timed: bool, packed: bool) -> list[str]:
    size, compressed = artifact.size_bytes, artifact.compressed_bytes
    return [
        artifact.name,
        cell(size and size / 1e6, "{:.2f} MB"),
        *([cell(compressed and compressed / 1e6, "{:.2f} MB")] if packed else []),
        *_judged(artifact, metric),
        cell(artifact.latency_ms, "{:.2f} ms"),
        cell(artifact.latency_p95_ms, "{:.2f} ms"),
        *([cell(artifact.token_ms, "{:.2f} ms")] if timed else []),
        cell(artifact.peak_memory_mb, "{:.1f} MB"),
        _verdict(artifact),
    ]


def _judged(figures: Any, metric: Metric) -> list[str]:
    """Metric, change and agreement of a file, or of its examples prepared elsewhere."""
    value, agreement = figures.metric, figures.agreement
    return [
        DASH if value is None else _value(value, metric),
        cell(figures.delta, "{:+.2f} %" if metric.is_error else "{:+.2f}"),
        cell(None if agreement is None else 100 * agreement, "{:.2f} %"),
    ]


def _value(share: float, metric: Metric) -> str:
    return metric.text(metric.figure(share))


def _verdict(artifact: Artifact) -> str:
    if artifact.passed:
        return "passed"
    return "withheld" if artifact.path is None else "failed, kept"
