"""What a report says of a classifier: parsed, and drawn by a browser if there is one."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import TrustConfig
from kerasapps.evaluation.report import Report, render_report, write_report
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.decision import choose_decision, decided
from kerasapps.outputs.classes.foreign import labelled_foreign
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.report import (
    TABLE_CLASSES,
    class_report,
    decision_section,
    most_confused,
)
from kerasapps.outputs.classes.words import WordWeight
from tests.evaluation.pages import HOSTILE, links_of, parsed, section, sections_of, text_of
from tests.outputs.classes.reports import MAGENTA, make_report, standard

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


@pytest.mark.parametrize("classes", [2, 100])
def test_every_section_is_there_and_linked(classes):
    root = parsed(make_report(classes, examples=max(300, 5 * classes))[1])
    assert sections_of(root) == SECTIONS
    assert links_of(root) == [f"#{name}" for name in SECTIONS]
    assert [text_of(each) for each in root.iter("h2")][2:6] == [
        "Confusion matrix", "Classes", "Calibration", "Worst mistakes",
    ]  # fmt: skip
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


def test_headline_has_the_top_5_where_it_says_something():
    metrics, report = make_report()
    shown = text_of(parsed(report).find(".//dl[@id='headline']"))
    assert f"Accuracy {metrics.accuracy * 100:.2f} %" in shown and "Top-5" not in shown
    metrics, report = make_report(6)
    shown = text_of(parsed(report).find(".//dl[@id='headline']"))
    top5 = f"Top-5 accuracy {metrics.top5_accuracy * 100:.2f} %"
    assert f"{top5} true class among the 5 likeliest" in shown


def test_examples_are_called_by_the_split_that_was_judged():
    assert "Validation examples" not in render_report(make_report()[1])
    page = render_report(make_report(judged_on="validation")[1])
    assert page.count("Validation examples") == 2 and "Each row holds the validation exa" in page
    assert 'alt="Validation example of' in page
    assert not re.search("test example", page, re.IGNORECASE)


def test_confusion_table_shows_the_counts_by_row():
    metrics, report = make_report()
    rows = section(parsed(report), "confusion").findall(".//table[@class]/tbody/tr")
    counts = tuple(tuple(int(cell.text) for cell in row.findall("td")) for row in rows)
    assert counts == metrics.confusion
    assert [cell.get("class") for cell in rows[2].findall("td")][2] == "right"


@pytest.mark.parametrize(("classes", "drawn"), [(200, True), (201, False)])
def test_of_hundreds_of_classes_the_weakest_and_the_commonest_confusions_are_shown(classes, drawn):
    root = parsed(make_report(classes)[1])
    confusion = section(root, "confusion")
    assert (confusion.find(".//*[@aria-label='Confusion matrix']") is not None) == drawn
    assert ("too fine to read" in text_of(confusion)) != drawn
    assert len(confusion.findall(".//table/tbody/tr")) == 8  # the commonest
    rows = section(root, "classes").findall(".//tbody/tr")
    assert len(rows) == 200
    assert ("the 200 weakest of 201" in text_of(section(root, "classes"))) != drawn


def test_classes_are_weakest_first_and_unseen_ones_last():
    rows = section(standard(), "classes").findall(".//tbody/tr")
    scores = [text_of(row.findall("td")[0]) for row in rows]
    assert scores[-1] == "–"
    values = [float(score.split()[0]) for score in scores[:-1]]
    assert values == sorted(values)


def test_most_confused_are_the_largest_off_the_diagonal():
    metrics, _ = make_report()
    pairs = most_confused(metrics)
    matrix = np.array(metrics.confusion)
    np.fill_diagonal(matrix, 0)
    assert [pair[2] for pair in pairs] == sorted(matrix[matrix > 0], reverse=True)[:8]
    labels = [each.label for each in metrics.per_class]
    assert pairs[0][3] == pairs[0][2] / sum(metrics.confusion[labels.index(pairs[0][0])])


def test_pictures_have_alternatives_and_texts_can_stand_in_their_place():
    pictures = section(standard(), "mistakes").findall(".//img")
    assert len(pictures) == 12
    assert all("predicted as" in each.get("alt") for each in pictures)
    texts = [ShownMistake(true="a", predicted="b", confidence=0.9, text=f"so {HOSTILE}")]
    found = section(parsed(make_report(mistakes=texts)[1]), "mistakes")
    assert found.find(".//img") is None
    assert text_of(found.find(".//blockquote")).startswith("so <script>")


def test_words_are_marked_by_what_they_speak_for():
    words = (WordWeight("good", 3, 0.4), WordWeight("bad", 8, -0.2))
    mistake = ShownMistake(true="a", predicted="b", confidence=0.9, text="so good bad", words=words)
    found = section(parsed(make_report(mistakes=[mistake])[1]), "mistakes")
    marks = [(each.get("class"), each.text) for each in found.find(".//blockquote").iter("mark")]
    assert marks == [("for s4", "good"), ("against s2", "bad")]
    assert "Words that spoke for the predicted class" in text_of(found)
    assert "Words that spoke" not in text_of(section(standard(), "mistakes"))


def test_without_mistakes_there_is_no_section_of_them():
    assert sections_of(parsed(make_report(mistakes=[])[1])) == [
        each for each in SECTIONS if each != "mistakes"
    ]


def test_tables_have_scoped_headers_and_charts_have_names():
    root = standard()
    assert all(cell.get("scope") for cell in root.iter("th"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for chart in root.iter("svg"):
        assert chart.get("role") == "img"
        assert chart.get("aria-labelledby") in ids


def test_headline_by_hand():
    labels = np.array([0] * 8 + [1] * 2)
    probabilities = np.array([[0.9, 0.1]] * 9 + [[0.1, 0.9]])
    metrics = classification_metrics(labels, probabilities, names=["a", "b"])
    said = class_report(metrics, judged_on="test")
    root = parsed(Report(title="t", task="x", answer=CLASSES, task_report=said))
    headline = root.find(".//dl[@id='headline']")
    shown = [" ".join(text_of(part).split()) for part in headline]
    # 9 of 10 right. Class a: precision 8/9, recall 1; class b: precision 1, recall 1/2.
    assert shown == [
        "Accuracy 90.00 % 59.6 to 98.2 % at 95 % confidence",
        "Guessing 80.00 % always “a”; 50.00 % at random. The model is not clearly better",
        "F1 80.39 % macro average over classes",
        "Precision 94.44 % macro average",
        "Recall 75.00 % macro average",
        "Calibration error 0.00 % confidence against accuracy",
        "Test examples 10 of 2 classes",
    ]


def test_most_confused_by_hand():
    """Of equal counts the one of the smaller class is first; at most `limit`."""
    labels = np.array([0] * 4 + [1] * 2 + [2] * 3)
    predicted = np.array([0, 0, 0, 1, 1, 2, 0, 0, 2])
    metrics = classification_metrics(labels, np.eye(3)[predicted], names=["a", "b", "c"])
    expected = [("c", "a", 2, 2 / 3), ("b", "c", 1, 1 / 2), ("a", "b", 1, 1 / 4)]
    assert most_confused(metrics) == expected
    assert most_confused(metrics, limit=2) == expected[:2]


@pytest.mark.parametrize(("classes", "is_table"), [(20, True), (21, False)])
def test_the_matrix_is_a_table_up_to_twenty_classes(classes, is_table):
    found = section(parsed(make_report(classes)[1]), "confusion")
    assert (found.find(".//table[@class]") is not None) is is_table
    assert (found.find(".//svg") is None) is is_table


@pytest.mark.parametrize(("classes", "listed"), [(2, False), (3, True)])
def test_of_two_classes_no_confusions_are_listed(classes, listed):
    found = section(parsed(make_report(classes)[1]), "confusion")
    assert ("Most frequent confusions" in text_of(found)) is listed


def test_calibration_is_a_chart():
    assert len(list(section(standard(), "calibration").iter("svg"))) == 1


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
    page = write_report(tmp_path / "report.html", report=make_report()[1])
    pixels = screenshot(page, tmp_path, dark=dark)
    assert tuple(pixels[1500, 10]) == page_colour
    assert painted(pixels, MAGENTA) > 12 * 100 * 100, "the mistakes' pictures"
    assert painted(pixels, line_colour) > 200, "the charts' lines"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome on PATH")
def test_a_narrow_screen_does_not_scroll_sideways(tmp_path):
    page = write_report(tmp_path / "report.html", report=make_report(30, title="x" * 200)[1])
    pixels = screenshot(page, tmp_path, dark=False, width=400).astype(int)
    # Below the header the page's own background, tinted by shadows at most, lines the right edge;
    # anything wider than the screen would cross it.
    edge = pixels[600:, -3:]
    assert np.abs(edge - (0xF5, 0xF6, 0xF9)).max() <= 6


def test_what_is_said_of_thresholds_is_what_there_is():
    labels = np.array([0, 1, 2, 2])
    scores = np.array([[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2]])

    def page(**asked):
        trust, names = TrustConfig(unknown_label="other", **asked), ("cat", "dog", "other")
        undecided = choose_decision(labels, scores, trust, names=names)
        foreign = labelled_foreign(labels, scores, undecided.limits(3))
        figures = decided(labels, scores, undecided, names=names)
        return str(decision_section(figures, judged_on="test", foreign=foreign).html)

    alone = page()
    assert "Of 2 foreign examples: AUROC 0.8750" in alone and "50.00 % (known" in alone
    assert "“other” stands for what is none" in alone and "reaches what was chosen" not in alone
    assert "reaches what was chosen on validation" in page(unknown_rate=0.1)
