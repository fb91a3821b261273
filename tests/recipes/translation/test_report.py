"""What a report says of a translator: parsed strictly."""

from __future__ import annotations

import numpy as np

from kerasapps.data.pairs.audit import pair_audit
from kerasapps.evaluation.formats import share
from kerasapps.evaluation.report import Report, TaskReport, render_report
from kerasapps.evaluation.sections import Table
from kerasapps.recipes.translation.alignment import align
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.metrics import translation_metrics
from kerasapps.recipes.translation.report import (
    headline_figures,
    pair_audit_tables,
    translation_sections,
)
from kerasapps.recipes.translation.sentences import best_and_worst
from tests.evaluation.pages import links_of, parsed, section, sections_of, text_of

SOURCES = ["a dog runs over the green field", "two men", "the old house stands by the sea"]
REFERENCES = [
    "Ein Hund rennt über das grüne Feld.",
    "Zwei Männer.",
    "Das alte Haus steht am Meer.",
]
ANSWERS = ["Ein Hund läuft über das grüne Feld.", "Eine Katze!", "Das alte Haus steht am Meer."]
FIGURES = translation_metrics(ANSWERS, sources=SOURCES, references=REFERENCES, beam=4)
ALIGNMENT = align(
    "<two>", "Zwei", source=["▁<two>", "▁men"], target=["▁Zwei"],
    attention=np.asarray([[0.96, 0.04]]),
)  # fmt: skip


def make_report(*, alignment=ALIGNMENT, judged_on="test", **changes):
    """A translator's report of three sentences."""
    best, worst = best_and_worst(
        ANSWERS, sources=SOURCES, references=REFERENCES, origins=["x:1", "x:2", "x:3"]
    )
    shown = {"best": best, "worst": worst, **changes}
    said = TaskReport(
        headline=headline_figures(FIGURES, judged_on=judged_on),
        sections=translation_sections(
            FIGURES.by_length, judged_on=judged_on, alignment=alignment, **shown
        ),
    )
    return Report(
        title="run",
        task="translation",
        answer=TRANSLATIONS,
        task_report=said,
        judged_on=judged_on,
        history=[
            {"epoch": epoch, "loss": 2.0, "val_loss": 2.1, "val_BLEU": 12.0} for epoch in (1, 2)
        ],
        artifacts=[{"name": "float32", "metric": 38.125, "delta": -0.25, "passed": True}],
    )


def test_sentences_lengths_and_attention_are_shown():
    root = parsed(make_report())
    names = ["artifacts", "training", "lengths", "sentences", "attention"]
    assert sections_of(root) == names and links_of(root) == [f"#{name}" for name in names]
    lengths = text_of(section(root, "lengths"))
    assert "Sentences of the test split" in lengths and "1 to 10 3" in lengths
    sentences = section(root, "sentences")
    assert [each.text for each in sentences.iter("h3")] == [
        "Farthest from their references", "Nearest to their references",
    ]  # fmt: skip
    (worst,), best = [table.findall("tbody/tr") for table in sentences.iter("table")]
    assert text_of(worst).endswith("two men x:2 Zwei Männer. Eine Katze!")
    assert [row[1].text for row in best] == [SOURCES[2], SOURCES[0]]
    attention = section(root, "attention")
    assert "“Zwei” for “<two>”" in text_of(attention)
    cells = [(each.text, each.get("style")) for each in attention.iter("td")]
    assert cells == [("96", "--share: 0.86"), (None, "--share: 0.04")]


def test_what_is_not_there_is_left_out():
    root = parsed(make_report(alignment=None, worst=[], judged_on="validation"))
    assert sections_of(root)[2:] == ["lengths", "sentences"]
    sentences = section(root, "sentences")
    assert [each.text for each in sentences.iter("h3")] == ["Nearest to their references"]
    assert "Of the validation split" in text_of(sentences)
    assert "Sentences of the validation split" in text_of(section(root, "lengths"))


def test_files_are_compared_in_points_of_bleu():
    page = render_report(make_report())
    assert "points of BLEU" in page and '<th scope="col" class="n">BLEU</th>' in page
    assert "<figcaption>BLEU</figcaption>" in page and "BLEU by epoch" in page
    row = section(parsed(make_report()), "artifacts").find(".//tbody/tr")
    assert text_of(row).startswith("float32 ✓ passed – 38.12 −0.25")


def test_the_figures_that_it_begins_with():
    shown = [
        (each.name, each.value, each.note) for each in headline_figures(FIGURES, judged_on="x")
    ]
    bleu = f"{FIGURES.bleu:.2f}"
    assert shown == [
        ("BLEU, beam 4", bleu, "0 to 100; the one to quote"),
        ("BLEU, greedy", bleu, "by which the files are compared"),  # no others were made
        ("BLEU, lower case", f"{FIGURES.bleu_lowercase:.2f}", "capitals do not count"),
        ("chrF", f"{FIGURES.chrf:.2f}", "likeness in letters, 0 to 100"),
        ("Length ratio", f"{FIGURES.length_ratio:.3g}", "words written, per reference"),
        ("X sentences", "3", ""),
    ]
    wordless = translation_metrics(["ja"], sources=["yes"], references=[""], greedy=["ja"])
    assert headline_figures(wordless, judged_on="test")[4].value == "–"


def test_the_share_of_cut_sentences_stands_behind_their_lengths() -> None:
    audit = pair_audit("x", counts={"train": 2}, notes=["CRLF: handled"])
    tables = pair_audit_tables(audit, cut={"train": (0.25, 0.5), "test": (0.0, 1.0)})
    assert [table.heading for table in tables] == [
        *("Pairs", "Words of a sentence", "Sentences that fill the model's length"),
        "Read as (1)",
    ]
    assert tables[2] == Table(
        heading="Sentences that fill the model's length",
        rows=[["train", share(0.25), share(0.5)], ["test", share(0), share(1)]],
        columns=("split", "sources", "targets"),
        note="What is longer is cut at its end.",
    )
