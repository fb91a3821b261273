from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kerasapps.errors import DataError
from kerasapps.recipes.translation import metrics as metrics_module
from kerasapps.recipes.translation.metrics import (
    bleu,
    translation_metrics,
)
from tests.values import kinds_of

SOURCES = ["a dog runs over the green field", "two men", "the old house stands by the sea"]
REFERENCES = [
    "Ein Hund rennt über das grüne Feld.",
    "Zwei Männer.",
    "Das alte Haus steht am Meer.",
]
TRANSLATIONS = [
    "Ein Hund läuft über das grüne Feld.",
    "Eine Katze!",
    "Das alte Haus steht am Meer.",
]


def test_the_figures_are_those_of_the_sacrebleu_command(tmp_path) -> None:
    reference, translation = tmp_path / "reference", tmp_path / "translation"
    reference.write_text("\n".join(REFERENCES) + "\n", encoding="utf-8")
    translation.write_text("\n".join(TRANSLATIONS) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", reference, "-i", translation, "-w", "6"]
    ended = subprocess.run([*command, "-m", "bleu", "chrf"], capture_output=True, check=True)
    expected = {each["name"]: each for each in json.loads(ended.stdout)}
    found = translation_metrics(TRANSLATIONS, sources=SOURCES, references=REFERENCES)
    assert found.bleu == pytest.approx(expected["BLEU"]["score"], abs=1e-5)
    assert found.signature == expected["BLEU"]["signature"]
    assert found.chrf == pytest.approx(expected["chrF2"]["score"], abs=1e-5)
    assert found.chrf_signature == expected["chrF2"]["signature"]


def test_case_counts_but_in_the_lower_case_figure() -> None:
    lower = [each.lower() for each in REFERENCES]
    found = translation_metrics(lower, sources=SOURCES, references=REFERENCES, greedy=REFERENCES)
    assert found.bleu < 60 < found.bleu_lowercase == pytest.approx(100)
    assert found.bleu_greedy == pytest.approx(100)
    json.dumps(found.to_dict())


def test_a_perfect_translator_scores_no_more_than_100() -> None:
    sentences = ["eins zwei rot grün", "Haus Hund rennt schläft hier"]
    assert bleu(sentences, sentences) == 100.0


def test_lengths_are_of_the_source() -> None:
    sources = ["word " * 10, "word " * 11, "word " * 40]
    ours = ["eins zwei drei vier"] * 2 + ["eins zwei"]
    found = translation_metrics(ours, sources=sources, references=["eins zwei drei vier"] * 3)
    rows = {each.words: (each.examples, each.ratio) for each in found.by_length}
    assert rows == {
        "1 to 10": (1, 1.0),
        "11 to 20": (1, 1.0),
        "21 to 30": (0, None),
        "more than 30": (1, 0.5),
    }
    assert found.length_ratio == pytest.approx(10 / 12)


def test_scripts_without_spaces_are_cut_into_characters() -> None:
    ours, theirs = ["一个人在骑自行车"], ["一个男人在骑自行车"]
    assert bleu(ours, theirs) == 0
    assert bleu(ours, theirs, language="zh-CN") > 30
    assert bleu(ours, theirs, language="ja") > 30


def test_every_figure_cuts_words_as_the_language_does() -> None:
    ours, theirs = ["一个人在骑 BIKE"], ["一个男人在骑 bike"]
    found = translation_metrics(
        ours, sources=["a b"], references=theirs, greedy=theirs, language="zh_TW"
    )
    assert "tok:zh" in found.signature
    assert found.bleu == bleu(ours, theirs, language="zh") > 0
    assert found.bleu_greedy == pytest.approx(100)
    assert found.bleu_lowercase > found.bleu
    assert found.bleu_lowercase == bleu([ours[0].lower()], theirs, language="zh")
    assert found.by_length[0].bleu == found.bleu


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        (None, "13a"), ("de", "13a"), ("", "13a"), ("zh", "zh"), ("ZH-Hant", "zh"),
        *((code, "char") for code in ("ja", "km", "lo", "my", "th_TH")),
    ],
)  # fmt: skip
def test_how_words_are_cut(language: str | None, tokenizer: str) -> None:
    found = translation_metrics(["a"], sources=["a"], references=["a"], language=language)
    assert f"tok:{tokenizer}" in found.signature and "case:mixed" in found.signature


def test_groups_of_lengths_end_at_10_20_and_30() -> None:
    lengths = [0, 1, 10, 11, 20, 21, 30, 31]
    words = ["ja"] * len(lengths)
    found = translation_metrics(
        words, sources=["word " * each for each in lengths], references=words, beam=3
    )
    assert [each.examples for each in found.by_length] == [3, 2, 2, 1]
    assert (found.examples, found.beam, found.bleu_greedy) == (8, 3, None)


def test_a_ratio_without_reference_words_is_none() -> None:
    found = translation_metrics(["ja ja"], sources=["yes"], references=[""])
    assert found.length_ratio is None and found.by_length[0].ratio is None
    assert found.by_length[1].bleu is None


def test_figures_are_printed_by_length() -> None:
    words = ["ja ja ja ja", "Nein nein nein nein nein"]
    figures = translation_metrics(
        [words[0], words[1].lower()], sources=["a", "a " * 12], references=words, beam=5
    )
    shown = figures.shown()
    assert shown.title == "2 sentence pairs" and shown.lead == ()
    assert shown.columns == ("words of the source", "sentences", "BLEU", "length ratio")
    assert shown.rows[0] == ["1 to 10", "1", "100.00", "1.000"]
    assert shown.rows[2] == ["21 to 30", "0", "–", "–"]
    assert shown.lines == [
        f"BLEU {figures.bleu:.2f} (beam 5), in lower case 100.00, chrF {figures.chrf:.2f}",
        f"BLEU: {figures.signature}; chrF: {figures.chrf_signature}",
    ]


def test_figures_are_plain_values() -> None:
    values = translation_metrics(["a b"], sources=["a"], references=["a b"]).to_dict()
    assert values["by_length"][0] == {
        "words": "1 to 10", "examples": 1, "bleu": pytest.approx(0.0), "ratio": 1.0
    }  # fmt: skip
    assert json.loads(json.dumps(values)) == values


def test_numbers_that_differ_are_refused() -> None:
    with pytest.raises(DataError, match="2 sentences but 3 references"):
        bleu(TRANSLATIONS[:2], REFERENCES)
    with pytest.raises(DataError, match="no sentences"):
        translation_metrics([], sources=[], references=[])


def test_kinds_of_values() -> None:
    assert kinds_of(metrics_module) == {
        "LengthScore": "frozen",
        "TranslationMetrics": "frozen",
    }
