"""A metric's scale, sign and words; and what an answer is monitored by."""

from __future__ import annotations

import math

import pytest

from kerasapps.config.metric import Answer, Metric, short

SHARE = Metric(name="right", key="right", quality="right")
POINTS = Metric(name="P", key="points", quality="p", perfect=100.0, unit="", tolerance=0.5)
PLAIN = Metric(name="F", key="f1", quality="f", unit="")
ERROR = Metric(
    name="E", key="error", quality="e", perfect=None, unit=" cm", better="min", tolerance=2.0
)


@pytest.mark.parametrize(
    ("metric", "figures", "share", "text"),
    [
        (SHARE, {"right": 0.9781}, 0.9781, "97.81 %"),
        (POINTS, {"points": 31.2}, 0.312, "31.20"),
        (ERROR, {"error": 0.64612}, 0.64612, "0.6461 cm"),
        (PLAIN, {"f1": 0.5}, 0.5, "0.5000"),
    ],
)
def test_a_figure_in_its_own_scale_and_as_files_are_compared_by_it(
    metric: Metric, figures: dict[str, float], share: float, text: str
) -> None:
    assert metric.share(figures) == pytest.approx(share)
    (figure,) = figures.values()
    assert metric.figure(metric.share(figures)) == pytest.approx(figure)
    assert metric.text(figure) == text
    assert metric.monitored == f"val_{metric.quality}"


def test_a_loss_is_counted_in_points_or_in_per_cent_of_an_error() -> None:
    assert SHARE.delta(0.90, 0.92) == pytest.approx(-2) and SHARE.lost(0.90, 0.92) == pytest.approx(
        2
    )
    assert POINTS.lost(0.30, 0.31) == pytest.approx(1) and POINTS.lost(0.31, 0.30) < 0
    assert ERROR.delta(1.1, 1.0) == pytest.approx(10) and ERROR.lost(1.1, 1.0) == pytest.approx(10)
    assert ERROR.lost(0.9, 1.0) == pytest.approx(-10)
    assert ERROR.delta(0, 0) == 0 and ERROR.lost(0.1, 0) == math.inf
    assert (SHARE.measure, POINTS.measure, ERROR.measure) == ("points", "points", "per cent")
    assert ERROR.is_error and not POINTS.is_error


def test_a_tasks_figures_are_called_and_told_by_which_one_it_is() -> None:
    assert SHARE.first_of(["log_loss", "right", "auc"]) == ["right", "log_loss", "auc"]
    assert SHARE.text_of("right", 0.5) == "50.00 %" and SHARE.text_of("log_loss", 0.5) == "0.5"
    named = Metric(name="Micro F1", key="micro_f1", quality="micro_f1")
    assert named.called("micro_f1") == "Micro F1" and named.called("log_loss") == "log loss"
    assert PLAIN.called("f1") == "f1"  # "F" may be another figure's name


def test_an_answer_knows_what_it_may_be_monitored_by() -> None:
    answer = Answer(metric=POINTS, fitted=SHARE, judged=POINTS)
    assert answer.figure == "val_p" and answer.monitors == ("p", "right", "loss")


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (0.646123, "0.6461"),
        (31.2, "31.2"),
        (999.94, "999.9"),
        (1234.56, "1,235"),
        (-45210.4, "-45,210"),
    ],
)
def test_an_error_of_any_size_is_written_out(figure: float, text: str) -> None:
    assert short(figure) == text
