"""How `predict` asks a translator, and how translations are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kerasapps.config import TranslationConfig
from kerasapps.config.checks import config_with, option
from kerasapps.data.sources.column_choice import ColumnChoice, Head, usual_place
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.texts import feed_of_texts, guess_texts, text_column
from kerasapps.workflow.inputs import gather_texts

if TYPE_CHECKING:
    from kerasapps.deploy.translator import Translation, TranslationBundle


_USUAL = ("source", "src")  # columns of texts to translate


@dataclass(frozen=True, kw_only=True)
class BestTranslationsConfig:
    """How many translations are given; the bundle checks it."""

    n_best: int = option(1, "translators: translations per text (default: 1)", asks=("predict",))


def answers(bundle: TranslationBundle, options: Mapping[str, Any]) -> Answers:
    """How a translator answers; `options` are those of `predict` that were given."""
    n_best = config_with(BestTranslationsConfig, options).n_best
    beam = options.get("beam")
    encoding = TranslationConfig(encoding=options.get("encoding")).encoding

    def find(text: str) -> Translation:
        return bundle.predict(text, beam=beam, n_best=n_best)[0]

    return Answers(
        kind="text",
        gather=partial(gather_texts, encoding=encoding),
        find=find,
        lines=_lines,
        values=_values,
        columns=("translation", "score"),
        cells=_cells,
        to_blank=True,
        most=n_best,
        stream=partial(feed_of_texts, encoding=encoding, choice=_source_choice(bundle, options)),
        in_shards=True,
    )


def _source_choice(bundle: TranslationBundle, options: Mapping[str, Any]) -> ColumnChoice:
    """How a table's column of texts is found: by name, else that of the source's language."""
    language = bundle.manifest.input.get("source_language")
    usual = tuple(each.lower() for each in (language, *_USUAL) if each)

    def guess(head: Head, free: Sequence[int]) -> int | None:
        known = usual_place(head.names, usual, free)
        return guess_texts(head, free) if known is None else known

    named = options.get("source_column")
    return text_column(option="source_column", named=named, guess=guess, usual=usual)


def _lines(text: str, translation: Translation) -> list[str]:
    more = (f"{each.text}  ({each.score:.3f})" for each in translation.alternatives)
    return [translation.text, *more]


def _values(translation: Translation) -> dict[str, Any]:
    return {
        "translation": translation.text,
        "score": translation.score,
        "alternatives": [asdict(other) for other in translation.alternatives],
        "truncated": translation.truncated,
    }


def _cells(translation: Translation) -> list[str]:
    others = [(each.text, each.score) for each in translation.alternatives]
    pairs = [(translation.text, translation.score), *others]
    return [cell for text, score in pairs for cell in (text, f"{score:.6g}")]
