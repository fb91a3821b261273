"""How figures, files and explanations of each task are printed for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import kerasapps
from kerasapps.cli.output import DASH, print_table, shown
from kerasapps.shortened import MOST_CLASSES
from kerasapps.terminal import SafeConsole, write_line

if TYPE_CHECKING:
    from kerasapps import Alignment, Explanation
    from kerasapps.evaluation.metrics import ClassificationMetrics, ClassScore
    from kerasapps.evaluation.translation import TranslationMetrics
    from kerasapps.recipes.registry import Metric
    from kerasapps.recipes.text_classification.explain import Explained
    from kerasapps.workflow.result import Figures

ALIGNED_TO = 3  # source pieces that are named for a target piece
TRUNCATED = "(the text is longer than the model reads: its end was ignored)"


def print_artifacts(
    artifacts: Sequence[Any],
    *,
    metric: Metric,
    reference: float | None = None,
    judged_on: str = "test",
) -> None:
    """The table of judged files, the Keras model first, and why files were withheld.

    Args:
        artifacts: `kerasapps.export.Artifact`s.
        metric: by what they were judged.
        reference: the Keras model's, 0 to 1; None leaves its row out.
        judged_on: the split.
    """
    timed = any(each.token_ms is not None for each in artifacts)
    rows = [_row(each, metric, timed=timed) for each in artifacts]
    if reference is not None:
        value = f"{100 * reference:.2f}{metric.unit}"
        rows.insert(0, ["Keras", DASH, value, *[DASH] * (5 + timed), "reference"])
    columns = ("artifact", "size", metric.name, "change", "agreement", "p50", "p95")
    more = ("a piece",) if timed else ()
    print_table(
        f"Verified on the {judged_on} split (latency: batch 1, one thread)",
        (*columns, *more, "memory", "verdict"),
        rows,
    )
    for each in artifacts:
        if not each.passed:
            write_line(f"{each.name}: {each.reason}")
        if each.name == "int8" and each.scores is not None:
            steps = ", in steps of 1/256" if each.scores == "uint8" else ""
            write_line(f"{each.name}: its scores are {each.scores}{steps}")
        if each.note:
            write_line(f"{each.name}: {each.note}")


def _row(artifact: Any, metric: Metric, *, timed: bool) -> list[str]:
    size, value, agreement = artifact.size_bytes, artifact.metric, artifact.agreement
    return [
        artifact.name,
        shown(size and size / 1e6, "{:.2f} MB"),
        shown(None if value is None else 100 * value, "{:.2f}" + metric.unit),
        shown(artifact.delta, "{:+.2f}"),
        shown(None if agreement is None else 100 * agreement, "{:.2f} %"),
        shown(artifact.latency_ms, "{:.2f} ms"),
        shown(artifact.latency_p95_ms, "{:.2f} ms"),
        *([shown(artifact.token_ms, "{:.2f} ms")] if timed else []),
        shown(artifact.peak_memory_mb, "{:.1f} MB"),
        _verdict(artifact),
    ]


def _verdict(artifact: Any) -> str:
    if artifact.passed:
        return "passed"
    return "withheld" if artifact.path is None else "failed, kept"


def print_figures(figures: Figures) -> None:
    """What `evaluate` found, for any task."""
    from kerasapps.evaluation.metrics import ClassificationMetrics
    from kerasapps.evaluation.translation import TranslationMetrics

    if isinstance(figures, ClassificationMetrics):
        _print_classes(figures)
    elif isinstance(figures, TranslationMetrics):
        _print_lengths(figures)


def _print_classes(figures: ClassificationMetrics) -> None:
    shown_classes, title = figures.per_class, f"{figures.examples} examples"
    if len(shown_classes) > MOST_CLASSES:
        title += f"; of {len(shown_classes)} classes the {MOST_CLASSES} with the lowest F1"
        title += " (--json: all)"
        shown_classes = tuple(sorted(shown_classes, key=_worst_first)[:MOST_CLASSES])
    rows = [
        [
            each.label,
            *(shown(value, "{:.3f}") for value in (each.precision, each.recall, each.f1)),
            str(each.support),
        ]
        for each in shown_classes
    ]
    columns = ("class", "precision", "recall", "F1", "examples")
    print_table(title, columns, rows)
    write_line(
        f"Accuracy {figures.accuracy:.2%}, macro F1 {figures.f1:.3f}, "
        f"calibration error {figures.expected_calibration_error:.3f}"
    )


def _worst_first(score: ClassScore) -> float:
    """Classes without examples come last."""
    return 2.0 if score.f1 is None else score.f1


def _print_lengths(figures: TranslationMetrics) -> None:
    rows = [
        [each.words, str(each.examples), shown(each.bleu, "{:.2f}"), shown(each.ratio, "{:.3f}")]
        for each in figures.by_length
    ]
    columns = ("words of the source", "sentences", "BLEU", "length ratio")
    print_table(f"{figures.examples} sentence pairs", columns, rows)
    write_line(
        f"BLEU {figures.bleu:.2f} (beam {figures.beam}), in lower case "
        f"{figures.bleu_lowercase:.2f}, chrF {figures.chrf:.2f}"
    )
    write_line(f"BLEU: {figures.signature}; chrF: {figures.chrf_signature}")


def print_explained(explained: Explained) -> None:
    """What `explain` found, for any task."""
    if isinstance(explained, kerasapps.Alignment):
        _print_alignment(explained)
    else:
        _print_words(explained)


def _print_alignment(alignment: Alignment) -> None:
    """For each piece of the translation the source pieces that were looked at most."""
    write_line(alignment.translation)
    if alignment.truncated:
        write_line(TRUNCATED)
    rows = []
    for piece, weights in zip(alignment.target, alignment.weights, strict=True):
        order = sorted(range(len(weights)), key=lambda column: -weights[column])[:ALIGNED_TO]
        rows.append([piece, *(f"{alignment.source[each]} {weights[each]:.0%}" for each in order)])
        rows[-1] += [""] * (1 + ALIGNED_TO - len(rows[-1]))
    columns = ("translation", "looked at most", *[""] * (ALIGNED_TO - 1))
    print_table("Attention of the last layer", columns, rows)


def _print_words(explanation: Explanation) -> None:
    """The text with the words that counted marked, and the weightiest in a list."""
    from rich.text import Text

    text = Text()
    for piece in explanation.pieces():
        strength = abs(piece.strength)
        style = "" if not strength else "green" if piece.strength > 0 else "red"
        text.append(piece.text, style=f"{style} {'bold' if strength > 2 else ''}".strip())
    SafeConsole(soft_wrap=True).print(text)
    if explanation.truncated:
        write_line(TRUNCATED)
    write_line(f"{explanation.label} {explanation.score:.1%}")
    strongest = sorted(explanation.words, key=lambda each: -abs(each.weight))[:10]
    rows = [[each.word, f"{each.weight * 100:+.1f}"] for each in strongest if each.weight]
    print_table("What the probability loses without the word, in points", ("word", "points"), rows)
