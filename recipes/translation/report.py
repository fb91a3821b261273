"""What a report says of sentence pairs: figures, sentences, and the audit's tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.splits import SPLITS
from kerasapps.decoding.compiled import Decoder
from kerasapps.evaluation.formats import figure, number, share
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, render
from kerasapps.evaluation.usage import Asked, Usage, literal, sample_text
from kerasapps.models import Translator
from kerasapps.recipes.translation.alignment import Alignment, align
from kerasapps.recipes.translation.answer import BLEU
from kerasapps.recipes.translation.metrics import LengthScore, TranslationMetrics
from kerasapps.recipes.translation.pairs import Pairs
from kerasapps.recipes.translation.sentences import ShownTranslation, best_and_worst
from kerasapps.workflow.documents import audit_tables
from kerasapps.workflow.judging import Judged

SHOWN_PIECES = 24  # of the sentence whose attention is shown
_TEMPLATES = Path(__file__).parent / "templates"


def report_translations(pairs: Pairs, judged: Judged) -> TaskReport:
    """What a translator says in a report."""
    splits, figures = pairs.splits, cast(TranslationMetrics, judged.figures)
    best, worst = best_and_worst(
        judged.answers.beam,
        sources=splits.test.sources,
        references=splits.test.targets,
        origins=splits.test.origins,
    )
    return TaskReport(
        headline=headline_figures(figures, judged_on=splits.judged_on),
        sections=translation_sections(
            figures.by_length,
            judged_on=splits.judged_on,
            best=best,
            worst=worst,
            alignment=shown_alignment(pairs, judged.network),
        ),
        audit=pair_audit_tables(splits.audit, cut=_filled(pairs)),
        usage=translator_usage(splits.test.sources, length=pairs.tokenizer.spec.max_source),
    )


def translator_usage(sources: Sequence[str], *, length: int) -> Usage:
    """How a translator is used.

    Args:
        sources: sentences of which one is taken.
        length: pieces that it reads.
    """
    text = sample_text(sources)
    asked = Asked(
        typed=shlex.quote(text),
        data="more_pairs.tsv",
        explained=shlex.quote(text),
        python=literal(text),
        takes=f"the ids of a sentence's pieces, int32 [1, {length}], by its signature encode",
        served=f"tf.constant([{literal(text)}])",
        serving="import tensorflow_text  # operations of the model",
    )
    gives = (
        "a memory; its signature decode_step takes it with a piece, its position and a cache, "
        "which is zeros at first where encode does not give it, and gives the next cache and "
        "the next piece's scores. The lines of Python above do the rest"
    )
    return Usage(asked=asked, shown="answer.text, answer.score", gives=gives)


def translation_sections(
    by_length: Sequence[LengthScore],
    *,
    judged_on: str,
    best: Sequence[ShownTranslation],
    worst: Sequence[ShownTranslation],
    alignment: Alignment | None = None,
) -> list[Section]:
    """What is shown of the sentences that a translator was judged on.

    Args:
        by_length: figures by length of the source.
        judged_on: the split.
        best: translations nearest to their references.
        worst: those farthest from them.
        alignment: where the decoder looked in one of them.
    """
    sections = [
        _section("lengths", heading="Lengths", judged_on=judged_on, by_length=by_length),
        _section("sentences", heading="Sentences", judged_on=judged_on, best=best, worst=worst),
    ]
    if alignment is not None:
        sections.append(_section("attention", heading="Attention", alignment=alignment))
    return sections


def _section(name: str, *, heading: str, **values: Any) -> Section:
    html = render(_TEMPLATES / f"{name}.html.j2", metric=BLEU, **values)
    return Section(name=name, link=heading, heading=heading, html=html)


def _filled(pairs: Pairs) -> dict[str, tuple[float, float]]:
    """Split → share of its sources and of its targets that are as long as the model takes."""
    spec = pairs.tokenizer.spec
    inputs = {name: getattr(pairs.inputs, name) for name in SPLITS}
    return {
        name: (
            float(np.mean(each.source_lengths >= spec.max_source)),
            float(np.mean(each.target_lengths >= spec.max_target)),
        )
        for name, each in inputs.items()
    }


def shown_alignment(pairs: Pairs, network: Translator) -> Alignment | None:
    """Where the network looks in the first test sentence of a readable length."""
    inputs, tokenizer = pairs.inputs.test, pairs.tokenizer
    fits = (inputs.source_lengths > 2) & (inputs.source_lengths <= SHOWN_PIECES)
    if not fits.any():
        return None
    # Not the very first: two-word captions show little.
    row = int(np.flatnonzero(fits)[np.argmax(inputs.source_lengths[fits] >= SHOWN_PIECES // 2)])
    decoder = Decoder(network, length_penalty=pairs.length_penalty, attention=True)
    best = decoder.decode_rows([inputs.source(row)])[0][0]
    assert best.attention is not None
    text = pairs.splits.test.sources[row]
    return align(
        text,
        tokenizer.decode_target(best.ids),
        source=tokenizer.source_pieces(text),
        target=tokenizer.target_pieces(best.ids),
        attention=best.attention,
    )


def headline_figures(figures: TranslationMetrics, *, judged_on: str) -> list[Headline]:
    """The figures that a report begins with."""
    greedy = figures.bleu if figures.bleu_greedy is None else figures.bleu_greedy
    shown = [
        (f"BLEU, beam {figures.beam}", figure(figures.bleu, BLEU), "0 to 100; the one to quote"),
        ("BLEU, greedy", figure(greedy, BLEU), "by which the files are compared"),
        ("BLEU, lower case", figure(figures.bleu_lowercase, BLEU), "capitals do not count"),
        ("chrF", figure(figures.chrf, BLEU), "likeness in letters, 0 to 100"),
        ("Length ratio", number(figures.length_ratio, digits=3), "words written, per reference"),
        (f"{judged_on.capitalize()} sentences", number(figures.examples), ""),
    ]
    return [Headline(name=name, value=value, note=note) for name, value, note in shown]


def pair_audit_tables(audit: Audit, *, cut: Mapping[str, tuple[float, float]]) -> list[Table]:
    """The audit as tables.

    Args:
        audit: what was found.
        cut: split → share of its sources, and of its targets, that are longer than the model
            reads and writes.
    """
    table = Table(
        heading="Sentences that fill the model's length",
        rows=[[split, share(sources), share(targets)] for split, (sources, targets) in cut.items()],
        columns=("split", "sources", "targets"),
        note="What is longer is cut at its end.",
    )
    return audit_tables(audit, more=[table])
