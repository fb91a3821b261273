"""The page around what a task says: parsed strictly."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation import report as report_module
from kerasapps.evaluation.file_charts import Bar, bar_chart
from kerasapps.evaluation.report import Headline, Report, TaskReport, render_report, write_report
from kerasapps.evaluation.sections import Table, plain_section
from tests.evaluation.pages import HOSTILE, links_of, parsed, section, sections_of, text_of
from tests.evaluation.searches import shown_search
from tests.values import kinds_of, left_open_in

SHARE = Metric(name="hit rate", key="hits", quality="hits")
POINTS = Metric(name="BLEU", key="bleu", quality="bleu", perfect=100.0, unit="")
ERROR = Metric(name="RMSE", key="rmse", quality="rmse", perfect=None, unit=" m", better="min")
ANSWER = Answer(metric=SHARE, fitted=SHARE, judged=SHARE)
NAMES = ["artifacts", "use", "training", "first", "second", "data", "settings", "environment"]


def bare(**changes):
    """A report of nothing but what is given."""
    return Report(title="t", task="x", answer=ANSWER, **changes)


def make_report(**changes):
    """A report with all parts but a search."""
    values = {
        "title": f"run {HOSTILE}",
        "task": "counting",
        "answer": ANSWER,
        "task_report": TaskReport(
            headline=[Headline(name="Hits", value="31.2", note=HOSTILE)],
            sections=[
                plain_section("first", link="First", heading="The first", lead=HOSTILE),
                plain_section("second", link="Second", heading=HOSTILE),
            ],
            audit=[Table(heading="Broken files", rows=[(HOSTILE, "truncated")], note="1 skipped.")],
        ),
        "history": [
            {
                "epoch": number,
                "phase": "train",
                "learning_rate": 1e-3,
                "seconds": 2.0,
                "loss": 1 / number,
                "val_loss": 1.2 / number,
                "hits": 0.5,
                "val_hits": 0.4,
            }
            for number in range(1, 5)
        ],
        "settings": {"data": HOSTILE, "Training": {"epochs": 4, "time_budget": None}},
        "artifacts": [
            {"name": "keras", "size_bytes": 13_500_000, "metric": 0.9, "passed": None},
            {
                "name": "float32",
                "path": "model_float32.tflite",
                "size_bytes": 4_400_000,
                "metric": 0.9,
                "delta": 0.0,
                "agreement": 1.0,
                "latency_p50_ms": 3.21,
                "latency_p95_ms": 4.0,
                "peak_memory_bytes": 52_000_000,
                "passed": True,
            },
            {
                "name": "int8",
                "metric": 0.87,
                "delta": -3.0,
                "passed": False,
                "reason": "lost 3.00 points",
                "note": "refuses 2 of 12 examples",
            },
            {"name": "dynamic", "metric": 0.88, "delta": -2.0, "passed": False, "kept": True},
        ],
        "use": plain_section("use", link="Use it", heading="Use it", lead=HOSTILE),
        "command": f"kerasapps train {HOSTILE}",
        "environment": {"Python": "3.11.9", "precision": "float32"},
    }
    return Report(**{**values, **changes})


def test_every_part_is_there_and_linked_in_its_order():
    root = parsed(make_report())
    assert sections_of(root) == NAMES
    assert links_of(root) == [f"#{name}" for name in NAMES]
    assert [text_of(each) for each in root.find(".//nav")][3:5] == ["First", "Second"]
    assert text_of(section(root, "first").find("h2")) == "The first"
    assert text_of(root.find(".//dl[@id='headline']")).startswith("Hits 31.2 <script>")
    assert "% " in text_of(section(root, "training")), "a share is in per cent"


def test_text_from_outside_is_escaped():
    root = parsed(make_report())
    shown = "<script>alert('1')</script> & \"co\" \ufffd\ufffd"
    assert text_of(root.find(".//h1")) == f"run {shown}"
    for name in ("use", "first", "second", "data", "settings"):
        assert shown in text_of(section(root, name)), name


def test_artifact_rows():
    rows = section(parsed(make_report()), "artifacts").findall(".//tbody/tr")
    shown = [text_of(row) for row in rows]
    assert shown == [
        "keras reference 13.5 MB 90.00 % – – – – –",
        "float32 ✓ passed model_float32.tflite 4.40 MB 90.00 % 0.00 100.00 % 3.21 4.00 52.0 MB",
        "int8 ✗ withheld – 87.00 % −3.00 – – – –",
        "lost 3.00 points; refuses 2 of 12 examples",
        "dynamic ✗ failed, kept – 88.00 % −2.00 – – – –",
    ]
    # On a narrow screen the first cell stays in view: it must hold the result.
    assert [text_of(row[0]) for row in rows][1:3] == [
        "float32 ✓ passed model_float32.tflite", "int8 ✗ withheld",
    ]  # fmt: skip


def test_the_command_that_made_it_stands_above_the_settings():
    found = section(parsed(make_report()), "settings")
    assert text_of(found.find("pre")).startswith("kerasapps train <script>")
    assert section(parsed(make_report(command="")), "settings").find("pre") is None


def test_what_another_program_prepared_has_a_row_behind_its_file():
    other = {"name": "on <b>", "examples": 400, "metric": 0.9, "delta": -1.5, "agreement": 0.975}
    artifacts = [{"name": "int8", "passed": True, "elsewhere": other}, {"name": "float32"}]
    rows = section(parsed(make_report(artifacts=artifacts)), "artifacts").findall(".//tbody/tr")
    assert [text_of(row).split()[0] for row in rows] == ["int8", "int8:", "float32"]
    assert text_of(rows[1]) == "int8: on <b>, 400 examples 90.00 % −1.50 97.50 %"
    assert "compare a file with itself" in text_of(
        section(parsed(make_report(artifacts=artifacts)), "artifacts")
    )


def test_the_split_that_was_judged_is_named():
    page = render_report(make_report())
    assert "over the same test split" in page and "test split was opened once" in page
    page = render_report(make_report(judged_on="validation"))
    assert "over the same validation split" in page and "new data is unproven" in page
    assert "test split was opened once" not in page and "same test split" not in page


@pytest.mark.parametrize(
    ("metric", "figure", "shown", "change"),
    [
        (SHARE, 0.3125, "31.25 %", "percentage points"),
        (POINTS, 31.25, "31.25", "points of BLEU"),
        (ERROR, 0.64609, "0.6461 m", "per cent of its RMSE"),
        (dataclasses.replace(SHARE, unit=""), 0.5, "0.5000", "points of hit rate"),
        (dataclasses.replace(SHARE, perfect=50.0), 25.0, "50.00 %", "percentage points"),
        (SHARE, None, "–", "percentage points"),
    ],
)
def test_files_have_the_figure_of_the_task(metric, figure, shown, change):
    artifacts = [{"name": "keras", "metric": figure}]
    answer = Answer(metric=metric, fitted=SHARE, judged=SHARE)
    table = section(parsed(make_report(answer=answer, artifacts=artifacts)), "artifacts")
    cells = [text_of(each) for each in table.find(".//tbody/tr")]
    assert cells[2] == shown, "behind the file and its size"
    heading = {"hit rate": "Hit rate"}.get(metric.name, metric.name)
    assert [text_of(each) for each in table.find(".//thead/tr")][2] == heading
    assert f"against the reference in {change};" in text_of(table)


def test_the_type_of_a_files_scores_is_shown():
    artifacts = [{"name": "int8", "path": "model_int8.tflite", "scores": "float32"}]
    table = section(parsed(make_report(artifacts=artifacts)), "artifacts")
    assert "model_int8.tflite, scores float32" in text_of(table)


def test_what_there_is_nothing_of_is_left_out():
    root = parsed(Report(title="run", task="counting", answer=ANSWER))
    assert sections_of(root) == [] and links_of(root) == []
    assert root.find(".//dl") is None


def test_the_search_ranks_every_trial_and_says_what_became_of_it():
    search = shown_search(notes=["Algorithm: random."])
    root = parsed(make_report(search=search))
    found = section(root, "search")
    assert sections_of(root)[:4] == ["artifacts", "use", "search", "training"]
    assert links_of(root)[2] == "#search"
    lead = text_of(found.find("p"))
    assert "ranked by val_accuracy (more is better)" in lead and "Algorithm: random." in lead
    assert "20 trials, of which 1 ended early, 1 beyond a limit, 1 failed." in lead
    assert len(list(found.iter("svg"))) == 3
    rows = [text_of(row) for row in found.findall(".//tbody/tr")]
    assert len(rows) == 20
    best = search.trials[0]
    assert rows[0].startswith(f"1 {best.number} {best.figure * 100:.2f} % winner")
    assert "int8 file 3.20 MB (limit 2 MB)" in rows[17] and "over a limit" in rows[17]
    assert "ended early hopeless" in rows[18]
    assert "failed a <b>bad</b> one" in rows[19]
    assert sum("default" in row for row in rows) == 1
    headings = [text_of(each) for each in found.iter("th") if each.get("scope") == "col"]
    assert headings[4:-1] == ["model", "width", "kernel", "dropout", "learning_rate"]
    assert any(" vit " in row and " – " in row for row in rows)


def test_the_winner_need_not_be_the_first():
    search = shown_search(winner=shown_search().trials[1].number)
    rows = section(parsed(bare(search=search)), "search").findall(".//tbody/tr")
    assert "done" in text_of(rows[0]) and "winner" in text_of(rows[1])


def test_a_search_without_figures_has_no_charts():
    search = shown_search()
    failed = [dataclasses.replace(each, figure=None, rank=None) for each in search.trials]
    found = section(
        parsed(bare(search=shown_search(trials=failed))),
        "search",
    )
    assert not list(found.iter("svg")) and len(found.findall(".//tbody/tr")) == 20
    assert 'id="search"' not in render_report(bare(search=shown_search(trials=[])))


def test_written_file_is_the_page(tmp_path):
    report = make_report(history=())
    path = write_report(str(tmp_path / "report.html"), report=report)
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8") == render_report(report)


def test_settings_are_in_groups_those_without_one_first():
    settings = {"Training": {"epochs": 4}, "data": "x", "Files": {}, "seed": None}
    found = section(parsed(bare(settings=settings)), "settings")
    assert text_of(found).endswith("data x seed – Training epochs 4 Files"), text_of(found)
    assert [text_of(each) for each in found.iter("h3")] == ["Training", "Files"]


def test_kinds_of_values():
    assert kinds_of(report_module) == {
        "Headline": "frozen, by name",
        "TaskReport": "frozen, by name",
        "Report": "frozen, by name",
    }


def test_what_need_not_be_given():
    assert left_open_in(report_module) == {
        "Headline": {"note": ""},
        "TaskReport": {"headline": (), "sections": (), "audit": (), "usage": None},
        "Report": {
            "task_report": TaskReport(),
            "judged_on": "test",
            "validation": "decided when to stop",
            "history": (),
            "settings": {},
            "artifacts": (),
            "charts": (),
            "choice": None,
            "ladder": None,
            "use": None,
            "folds": None,
            "ensemble": None,
            "robustness": None,
            "search": None,
            "command": "",
            "environment": {},
        },
    }


def test_pictures_of_files_stand_below_their_table():
    svg = bar_chart("files-size", "Size", [Bar("int8", 1.0, "1 MB")])
    root = parsed(bare(artifacts=[{"name": "int8"}], charts=[("Size <1>", svg)]))
    (figure,) = section(root, "artifacts").iter("figure")
    assert figure.findtext("figcaption") == "Size <1>" and "1 MB" in text_of(figure)
