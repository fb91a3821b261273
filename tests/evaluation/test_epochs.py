"""Which quantities of a training are shown, how they are named, and which are shares."""

from __future__ import annotations

import re

import pytest

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation import epochs
from kerasapps.evaluation.epochs import curve_chart, history_cells, history_columns
from tests.evaluation.describe import FILE, check_chart, drawings, known_sections
from tests.evaluation.svg import texts, title_of

HISTORY = [
    {
        "epoch": number % 3 + 1,
        "phase": "head" if number < 3 else "fine-tune",
        "loss": 1 / (number + 1),
        "val_loss": 1.5 / (number + 1),
        "accuracy": number / 6,
    }
    for number in range(6)
]
ANSWER = Answer(
    metric=Metric(name="BLEU", key="bleu", quality="bleu", perfect=100.0, unit=""),
    fitted=Metric(name="hits", key="hits", quality="accuracy"),
    judged=Metric(name="macro-F1", key="f1", quality="macro_f1"),
)


def curves(history, answer=ANSWER):
    """The charts of a task with these figures."""
    return epochs.curves(history, answer=answer)


def row(**values):
    return {"epoch": 1, "phase": "train", "learning_rate": 1e-3, **values}


CLASSIFIED = row(loss=2.0, val_loss=2.5, accuracy=0.25, val_accuracy=0.5)


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        (CLASSIFIED, ["Loss", "Accuracy", "Learning rate"]),
        # What only the validation split is asked for; capitals stay.
        (row(loss=2.0, val_loss=2.5, val_BLEU=12.0), ["Loss", "BLEU", "Learning rate"]),
        (row(**{"loss": 2.0, "val_macro-F1": 0.5}), ["Loss", "Macro-F1", "Learning rate"]),
        # A twin of the training alone is no figure of the model.
        (row(loss=2.0, accuracy=0.5), ["Loss", "Learning rate"]),
        # The validation's loss alone is one too.
        ({"epoch": 1, "val_loss": 2.5}, ["Loss"]),
        # Never measured, or not a number.
        (row(loss=2.0, val_f1=None, val_note="x"), ["Loss", "Learning rate"]),
        ({"epoch": 1}, []),
    ],
)
def test_one_chart_a_quantity(first, shown):
    found = curves([first, first])
    assert [title for title, _ in found] == shown
    assert [title_of(svg) for _, svg in found] == [f"{title} by epoch" for title in shown]


def test_a_dot_is_no_chart():
    assert curves([]) == curves([CLASSIFIED]) == []


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_has_no_place_below_nothing_or_beyond_all(share):
    ((_, chart),) = curves(2 * [{"accuracy": share, "val_accuracy": share}])
    places = [float(text.split()[0]) for text in texts(chart) if text.endswith(" %")]
    assert 100 * share in places and 0 <= min(places) < max(places) <= 100


@pytest.mark.parametrize(
    ("key", "per_cent"),
    [
        ("accuracy", True), ("hits", True), ("macro-F1", True), ("macro_f1", True),
        ("BLEU", False), ("bleu", False), ("rmse", False), ("f1", False),
    ],
)  # fmt: skip
def test_only_shares_of_the_task_are_in_per_cent(key, per_cent):
    ((_, chart),) = curves([{key: 0.25, f"val_{key}": 0.5}, {key: 0.5, f"val_{key}": 1.0}])
    assert any(text.endswith(" %") for text in texts(chart)) is per_cent


def test_an_error_of_less_than_1_is_no_share():
    error = Metric(name="RMSE", key="rmse", quality="rmse", perfect=None, unit="", better="min")
    ((_, chart),) = curves(
        [{"val_RMSE": 0.5}] * 2, Answer(metric=error, fitted=error, judged=error)
    )
    assert not any("%" in text for text in texts(chart))


def test_the_axis_has_the_metrics_unit():
    metres = Metric(name="error", key="e", quality="error", perfect=None, unit=" m", better="min")
    of_fifty = Metric(name="hits", key="hits", quality="hits", perfect=50.0)
    history = [{"val_error": 0.5, "val_hits": 25.0}, {"val_error": 0.25, "val_hits": 50.0}]
    charts = dict(curves(history, Answer(metric=metres, fitted=of_fifty, judged=metres)))
    assert "0.5 m" in texts(charts["Error"])
    assert "100 %" in texts(charts["Hits"])


def test_the_table_has_each_figure_in_its_unit():
    history = [row(loss=2.0, accuracy=0.25, val_BLEU=0.5), row(loss=1.0, val_BLEU=None)]
    assert history_columns(history)[-1] == "val_BLEU"
    assert history_cells(history, answer=ANSWER) == [
        ["1", "train", "0.001", "2", "25.00\u202f%", "0.50"],
        ["1", "train", "0.001", "1", "\u2013", "\u2013"],
    ]


def test_losses_and_rates_are_no_shares():
    charts = dict(curves([CLASSIFIED | {"loss": 0.5, "val_loss": 0.25}] * 2))
    assert not any(
        "%" in text for name in ("Loss", "Learning rate") for text in texts(charts[name])
    )


def test_a_figure_that_is_first_measured_later_is_shown():
    history = [row(loss=2.0, val_f1=None), row(loss=1.0, val_f1=0.5)]
    assert "F1" in dict(curves(history))
    # But not one that the first epoch knows nothing of.
    assert list(dict(curves([{"loss": 2.0}, row(loss=1.0, val_f1=0.5)]))) == ["Loss"]


def test_columns_are_those_with_a_value_in_any_row():
    history = [{"epoch": 1, "loss": None, "note": None}, {"epoch": 2, "loss": 0.0, "late": "x"}]
    assert history_columns(history) == ["epoch", "loss", "late"]
    assert history_columns([]) == []


def line_in(svg, variable):
    return re.findall(rf'<path d="([^"]*)"[^>]*fill: none; stroke: var\({variable}\)', svg)


def test_curves_have_a_line_each_and_mark_the_phase():
    svg = curve_chart(HISTORY, "loss")
    assert {"training", "validation", "fine-tune", "epoch"} <= set(texts(svg))
    # The data's line has a vertex for every epoch.
    for variable in ("--series-train", "--series-validation"):
        assert max(path.count("L") + 1 for path in line_in(svg, variable)) == len(HISTORY)
    assert "fine-tune" not in texts(curve_chart(HISTORY[:3], "loss"))


def test_curve_without_a_twin_has_no_legend_and_shares_are_per_cent():
    svg = curve_chart(HISTORY, "accuracy", metric=ANSWER.fitted)
    assert "validation" not in texts(svg)
    assert any(text.endswith(" %") for text in texts(svg))


def test_ids_differ_between_charts_and_links_hold():
    one, two = curve_chart(HISTORY, "loss"), curve_chart(HISTORY, "accuracy")
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert not ids[0] & ids[1]
    for svg, those in zip((one, two), ids, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= those


def test_colours_are_all_the_pages():
    svg = curve_chart(HISTORY, "loss")
    assert not re.search(r"#[0-9a-fA-F]{6}", svg), "a colour that dark mode cannot change"
    assert "var(--muted)" in svg and "font-family" not in svg


@pytest.mark.parametrize(
    "title", ["loss of three epochs", "share without a twin", "twelve epochs", "capitals"]
)
def test_the_chart_is_the_known_one(title):
    check_chart(title)


def test_the_file_has_no_other_chart():
    assert list(known_sections()) == list(drawings()), FILE
