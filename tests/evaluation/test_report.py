"""The report: parsed strictly, and drawn by a real browser where one is installed."""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from kerasapps.evaluation import report as report_module
from kerasapps.evaluation.metrics import classification_metrics, worst_mistakes
from kerasapps.evaluation.report import (
    TABLE_CLASSES,
    AuditSection,
    Report,
    ShownMistake,
    most_confused,
    render_report,
    write_report,
)
from kerasapps.evaluation.thumbnail import png_thumbnail
from tests.evaluation.searches import shown_search
from tests.values import kinds_of, left_open_in

HOSTILE = "<script>alert('1')</script> & \"co\" \x00\udcff"
MAGENTA = (255, 0, 255)
SECTIONS = [
    "artifacts",
    "training",
    "confusion",
    "classes",
    "calibration",
    "mistakes",
    "data",
    "settings",
    "environment",
]


def make_report(classes=5, *, examples=300, **changes):
    rng = np.random.default_rng(0)
    names = [HOSTILE, *(f"class {number}" for number in range(1, classes))]
    labels = rng.integers(0, classes, examples)
    labels[labels == 1] = 0  # one class without test examples
    logits = rng.normal(size=(examples, classes)) + 2.5 * np.eye(classes)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    picture = png_thumbnail(np.full((32, 32, 3), MAGENTA, np.uint8))
    values = {
        "title": f"run {HOSTILE}",
        "task": "image classification",
        "labels": names,
        "metrics": classification_metrics(labels, probabilities, names=names),
        "history": [
            {
                "epoch": number,
                "phase": "train",
                "learning_rate": 1e-3,
                "seconds": 2.0,
                "loss": 1 / number,
                "val_loss": 1.2 / number,
                "accuracy": 0.5,
                "val_accuracy": 0.4,
            }
            for number in range(1, 5)
        ],
        "audit": [
            AuditSection(
                heading="Broken files",
                columns=("file", "reason"),
                rows=[(HOSTILE, "truncated")],
                note="1 file was skipped.",
            )
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
        "mistakes": [
            ShownMistake(
                true=names[each.true],
                predicted=names[each.predicted],
                confidence=each.confidence,
                picture=picture,
                source=HOSTILE,
            )
            for each in worst_mistakes(labels, probabilities, limit=12)
        ],
        "environment": {"Python": "3.11.9", "precision": "float32"},
    }
    return Report(**{**values, **changes})


@functools.cache
def standard():
    """The parsed page of the report that most tests look at."""
    return parsed(make_report())


def parsed(report):
    page = render_report(report)
    assert page.startswith("<!DOCTYPE html>")
    return ElementTree.fromstring(page)


def text_of(element):
    return " ".join(" ".join(element.itertext()).split())


def section(root, name):
    found = root.find(f".//section[@id='{name}']")
    assert found is not None, f"no section {name!r}"
    return found


@pytest.mark.parametrize("classes", [2, 100])
def test_every_section_is_there_and_linked(classes):
    root = parsed(make_report(classes, examples=max(300, 5 * classes)))
    assert [each.get("id") for each in root.iter("section")] == SECTIONS
    links = [each.get("href") for each in root.find(".//nav").iter("a")]
    assert links == [f"#{name}" for name in SECTIONS]
    table = section(root, "confusion").find(".//table[@class]")
    assert (table is not None) == (classes <= TABLE_CLASSES)
    assert len(section(root, "classes").findall(".//tbody/tr")) == classes


def test_needs_nothing_but_itself():
    root = standard()
    for element in root.iter():
        assert element.tag not in ("script", "link", "iframe", "object", "base")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert not re.match(r"(https?:)?//", value), f"{element.tag} loads {value}"
            if name in ("src", "href"):
                assert value.startswith(("data:image/", "#"))
    style = root.find(".//style").text
    assert "@import" not in style
    assert "url(" not in style


def test_text_from_outside_is_escaped():
    root = standard()
    shown = "<script>alert('1')</script> & \"co\" \ufffd\ufffd"
    assert text_of(root.find(".//h1")) == f"run {shown}"
    for name in ("confusion", "classes", "mistakes", "data", "settings"):
        assert shown in text_of(section(root, name)), name


def test_headline_shows_the_figures_and_the_recipes_own():
    report = make_report(headline=[("BLEU", "31.2")])
    shown = text_of(parsed(report).find(".//dl[@id='headline']"))
    assert f"Accuracy {report.metrics.accuracy * 100:.2f}\u202f%".replace("\u202f", " ") in shown
    assert "BLEU 31.2" in shown
    assert "Top-5" not in shown
    assert "Top-5" in text_of(parsed(make_report(6)).find(".//dl[@id='headline']"))


def test_artifact_rows():
    rows = section(standard(), "artifacts").findall(".//tbody/tr")
    shown = [text_of(row) for row in rows]
    assert shown[0] == "keras 13.5 MB 90.00 % – – – – – reference"
    assert shown[1] == (
        "float32 model_float32.tflite 4.4 MB 90.00 % 0.00 100.00 % 3.21 4 52 MB ✓ passed"
    )
    assert (
        shown[2]
        == "int8 – 87.00 % −3.00 – – – – ✗ withheld lost 3.00 points refuses 2 of 12 examples"
    )
    assert shown[3].endswith("✗ failed, kept")


def test_the_split_that_was_judged_is_named():
    page = render_report(make_report())
    assert "over the same test split" in page and "test split is opened once" in page
    page = render_report(make_report(judged_on="validation", metrics=None))
    assert "over the same validation split" in page and "new data is unproven" in page
    assert "test split is opened once" not in page and "same test split" not in page


def test_examples_are_called_by_the_split_that_was_judged():
    assert "Validation examples" not in render_report(make_report())
    page = render_report(make_report(judged_on="validation"))
    assert page.count("Validation examples") == 2 and "Each row holds the validation exa" in page
    assert 'alt="Validation example of' in page
    assert not re.search("test example", page, re.IGNORECASE)


def test_metric_that_is_no_share_is_not_a_percentage():
    report = make_report(
        metric_name="BLEU", metric_is_share=False, artifacts=[{"name": "keras", "metric": 31.25}]
    )
    table = section(parsed(report), "artifacts")
    assert text_of(table.find(".//tbody/tr")).startswith("keras – 31.25 –")
    assert "BLEU" in text_of(table.find(".//thead"))


def test_confusion_table_shows_the_counts_by_row():
    report = make_report()
    rows = section(parsed(report), "confusion").findall(".//table[@class]/tbody/tr")
    counts = tuple(tuple(int(cell.text) for cell in row.findall("td")) for row in rows)
    assert counts == report.metrics.confusion
    assert [cell.get("class") for cell in rows[2].findall("td")][2] == "right"


@pytest.mark.parametrize(("classes", "drawn"), [(200, True), (201, False)])
def test_of_hundreds_of_classes_the_weakest_and_the_commonest_confusions_are_shown(classes, drawn):
    root = parsed(make_report(classes))
    confusion = section(root, "confusion")
    assert (confusion.find(".//*[@aria-label='Confusion matrix']") is not None) == drawn
    assert ("too fine to read" in text_of(confusion)) != drawn
    assert len(confusion.findall(".//table/tbody/tr")) == 8  # the commonest
    rows = section(root, "classes").findall(".//tbody/tr")
    assert len(rows) == 200
    assert ("the 200 weakest of 201" in text_of(section(root, "classes"))) != drawn


def test_the_type_of_a_files_scores_is_shown():
    artifacts = [{"name": "int8", "path": "model_int8.tflite", "scores": "float32"}]
    table = section(parsed(make_report(artifacts=artifacts)), "artifacts")
    assert "model_int8.tflite, scores float32" in text_of(table)


def test_classes_are_weakest_first_and_unseen_ones_last():
    rows = section(standard(), "classes").findall(".//tbody/tr")
    scores = [text_of(row.findall("td")[0]) for row in rows]
    assert scores[-1] == "–"
    values = [float(score.split()[0]) for score in scores[:-1]]
    assert values == sorted(values)


def test_most_confused_are_the_largest_off_the_diagonal():
    report = make_report()
    pairs = most_confused(report)
    matrix = np.array(report.metrics.confusion)
    np.fill_diagonal(matrix, 0)
    assert [pair[2] for pair in pairs] == sorted(matrix[matrix > 0], reverse=True)[:8]
    assert pairs[0][3] == pairs[0][2] / sum(
        report.metrics.confusion[list(report.labels).index(pairs[0][0])]
    )


def test_pictures_have_alternatives_and_texts_can_stand_in_their_place():
    pictures = section(standard(), "mistakes").findall(".//img")
    assert len(pictures) == 12
    assert all("predicted as" in each.get("alt") for each in pictures)
    texts = [ShownMistake(true="a", predicted="b", confidence=0.9, text=f"so {HOSTILE}")]
    found = section(parsed(make_report(mistakes=texts)), "mistakes")
    assert found.find(".//img") is None
    assert text_of(found.find(".//blockquote")).startswith("so <script>")


def test_tables_have_scoped_headers_and_charts_have_names():
    root = standard()
    assert all(cell.get("scope") for cell in root.iter("th"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for chart in root.iter("svg"):
        assert chart.get("role") == "img"
        assert chart.get("aria-labelledby") in ids


def test_a_report_of_a_task_without_classes_leaves_sections_out():
    bare = Report(title="run", task="translation", headline=[("BLEU", "31.2")])
    root = parsed(bare)
    assert list(root.iter("section")) == []
    assert text_of(root.find(".//dl[@id='headline']")) == "BLEU 31.2"


def test_the_search_ranks_every_trial_and_says_what_became_of_it():
    search = shown_search(notes=["Algorithm: random."])
    root = parsed(make_report(search=search))
    found = section(root, "search")
    assert [each.get("id") for each in root.iter("section")][:3] == [
        "artifacts", "search", "training",
    ]  # fmt: skip
    assert "#search" in [each.get("href") for each in root.find(".//nav").iter("a")]
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
    rows = section(parsed(Report(title="t", task="x", search=search)), "search").findall(
        ".//tbody/tr"
    )
    assert "done" in text_of(rows[0]) and "winner" in text_of(rows[1])


def test_a_search_without_figures_has_no_charts():
    search = shown_search()
    failed = [dataclasses.replace(each, figure=None, rank=None) for each in search.trials]
    found = section(
        parsed(Report(title="t", task="x", search=shown_search(trials=failed))), "search"
    )
    assert not list(found.iter("svg")) and len(found.findall(".//tbody/tr")) == 20
    assert 'id="search"' not in render_report(
        Report(title="t", task="x", search=shown_search(trials=[]))
    )


def test_written_file_is_the_page(tmp_path):
    report = make_report(metrics=None, history=())
    path = write_report(str(tmp_path / "report.html"), report=report)
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8") == render_report(report)


def test_headline_by_hand():
    labels = np.array([0] * 8 + [1] * 2)
    probabilities = np.array([[0.9, 0.1]] * 9 + [[0.1, 0.9]])
    metrics = classification_metrics(labels, probabilities, names=["a", "b"])
    root = parsed(Report(title="t", task="x", labels=["a", "b"], metrics=metrics))
    headline = root.find(".//dl[@id='headline']")
    shown = [" ".join(text_of(part).split()) for part in headline]
    # 9 of 10 right. Class a: precision 8/9, recall 1; class b: precision 1, recall 1/2.
    assert shown == [
        "Accuracy 90.00 % 59.6 to 98.2 % at 95 % confidence",
        "F1 80.4 % macro average over classes",
        "Precision 94.4 % macro average",
        "Recall 75.0 % macro average",
        "Calibration error 0.0 % confidence against accuracy",
        "Test examples 10 of 2 classes",
    ]


def test_most_confused_by_hand():
    """Of equal counts the one of the smaller class is first; at most `limit`."""
    labels = np.array([0] * 4 + [1] * 2 + [2] * 3)
    predicted = np.array([0, 0, 0, 1, 1, 2, 0, 0, 2])
    metrics = classification_metrics(labels, np.eye(3)[predicted], names=["a", "b", "c"])
    report = Report(title="t", task="x", labels=["a", "b", "c"], metrics=metrics)
    expected = [("c", "a", 2, 2 / 3), ("b", "c", 1, 1 / 2), ("a", "b", 1, 1 / 4)]
    assert most_confused(report) == expected
    assert most_confused(report, limit=2) == expected[:2]
    assert most_confused(Report(title="t", task="x")) == []


@pytest.mark.parametrize(("classes", "is_table"), [(20, True), (21, False)])
def test_the_matrix_is_a_table_up_to_twenty_classes(classes, is_table):
    found = section(parsed(make_report(classes)), "confusion")
    assert (found.find(".//table[@class]") is not None) is is_table
    assert (found.find(".//svg") is None) is is_table


def test_settings_are_in_groups_those_without_one_first():
    settings = {"Training": {"epochs": 4}, "data": "x", "Files": {}, "seed": None}
    found = section(parsed(Report(title="t", task="x", settings=settings)), "settings")
    assert text_of(found).endswith("data x seed – Training epochs 4 Files"), text_of(found)
    assert [text_of(each) for each in found.iter("h3")] == ["Training", "Files"]


@pytest.mark.parametrize(
    ("rows", "numeric", "wide"),
    [
        ([(1, "x" * 46)], [True, False], False),
        ([(10, "x" * 47)], [True, False], True),
        ([(1, 2, 3, 4)], [True] * 4, False),
        ([(1, 2, 3, 4, 5)], [True] * 5, True),
        ([("a", 0.5), ("b", "many")], [False, False], False),
        ([], [], False),
    ],
)
def test_numbers_of_the_audit_stand_right_and_wide_tables_alone(rows, numeric, wide):
    names = [f"c{place}" for place in range(len(rows[0]) if rows else 0)]
    part = AuditSection(heading="part", rows=rows, columns=names)
    found = section(parsed(Report(title="t", task="x", audit=[part])), "data")
    cells = [[cell.get("class") == "n" for cell in row] for row in found.findall(".//tbody/tr")]
    assert cells == [numeric] * len(rows)
    assert ("wide" in ElementTree.tostring(found, "unicode")) is wide


def test_calibration_is_a_chart():
    assert len(list(section(standard(), "calibration").iter("svg"))) == 1


def test_a_text_without_words_that_weigh_is_whole():
    mistake = ShownMistake(true="a", predicted="b", confidence=0.9, text="so it is")
    assert [(each.text, each.strength) for each in mistake.pieces] == [("so it is", 0)]
    assert ShownMistake(true="a", predicted="b", confidence=0.9).pieces == []


CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


def screenshot(page, folder, *, dark, width=1280):
    target = folder / "page.png"
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder / 'profile'}",
            "--hide-scrollbars",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--no-default-browser-check",
            f"--screenshot={target}",
            f"--window-size={width},4200",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return np.asarray(Image.open(io.BytesIO(target.read_bytes())).convert("RGB"))


def painted(pixels, colour):
    return int(np.all(pixels == colour, axis=-1).sum())


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome on PATH")
@pytest.mark.parametrize(
    ("dark", "page_colour", "line_colour"),
    [
        (False, (0xF5, 0xF6, 0xF9), (0x3F, 0x63, 0xDD)),
        (True, (0x0F, 0x12, 0x18), (0x86, 0xA1, 0xFF)),
    ],
)
def test_a_browser_draws_it_in_both_colour_schemes(tmp_path, dark, page_colour, line_colour):
    page = write_report(tmp_path / "report.html", report=make_report())
    pixels = screenshot(page, tmp_path, dark=dark)
    assert tuple(pixels[1500, 10]) == page_colour
    assert painted(pixels, MAGENTA) > 12 * 100 * 100, "the mistakes' pictures"
    assert painted(pixels, line_colour) > 200, "the charts' lines"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome on PATH")
def test_a_narrow_screen_does_not_scroll_sideways(tmp_path):
    page = write_report(tmp_path / "report.html", report=make_report(30, title="x" * 200))
    pixels = screenshot(page, tmp_path, dark=False, width=400).astype(int)
    # Below the header the page's own background, tinted by shadows at most, lines the right edge;
    # anything wider than the screen would cross it.
    edge = pixels[600:, -3:]
    assert np.abs(edge - (0xF5, 0xF6, 0xF9)).max() <= 6


def test_kinds_of_values():
    assert kinds_of(report_module) == {
        "AuditSection": "frozen, by name",
        "ShownMistake": "frozen, by name",
        "ShownTranslations": "frozen, by name",
        "Report": "frozen, by name",
    }


def test_what_need_not_be_given():
    assert left_open_in(report_module) == {
        "AuditSection": {"columns": (), "note": ""},
        "ShownMistake": {"picture": None, "text": None, "words": (), "source": ""},
        "ShownTranslations": {"alignment": None},
        "Report": {
            "labels": (),
            "metrics": None,
            "headline": (),
            "judged_on": "test",
            "history": (),
            "audit": (),
            "settings": {},
            "artifacts": (),
            "mistakes": (),
            "translations": None,
            "search": None,
            "environment": {},
            "metric_name": "accuracy",
            "metric_is_share": True,
        },
    }
