"""The epochs of a training as the report shows them: a chart a quantity, and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from kerasapps.evaluation.charts import curve_chart, title_of


def curves(history: Sequence[Mapping[str, object]]) -> list[tuple[str, Markup]]:
    """Title and chart of each quantity that was measured after every epoch."""
    # Markup: the charts are our own SVG, whose texts Matplotlib has escaped.
    keys = [key for row in history[:1] for key in row]
    # What is measured on the validation split alone, such as BLEU, has no twin.
    judged = [key[4:] for key in keys if key.startswith("val_") and key != "val_loss"]
    metrics = [key for key in judged if _points(history, f"val_{key}")]
    shown = [key for key in ("loss", *metrics, "learning_rate") if {key, f"val_{key}"} & {*keys}]
    return [
        (
            title_of(key),
            Markup(curve_chart(history, key, share=key in metrics and _is_share(history, key))),
        )
        for key in shown
    ]


def history_columns(history: Sequence[Mapping[str, object]]) -> list[str]:
    """The columns of the table of epochs: those with a value in any row."""
    columns = dict.fromkeys(key for row in history for key in row)
    return [key for key in columns if any(row.get(key) is not None for row in history)]


def _points(history: Sequence[Mapping[str, object]], key: str) -> bool:
    return any(isinstance(row.get(key), int | float) for row in history)


def _is_share(history: Sequence[Mapping[str, object]], key: str) -> bool:
    values = [row.get(name) for row in history for name in (key, f"val_{key}")]
    return all(0 <= value <= 1 for value in values if isinstance(value, int | float))
