"""Texts that a translator's file translates, shared by several processes: each opens it itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.deploy.translator import TextTranslator
from kerasapps.preprocess.tokenizers.subword import SubwordSpec, load_pair_tokenizer
from kerasapps.process.all_cores import ask_all


class Translations:
    """What a translator makes of texts, greedily.

    Args:
        job: as `measure_translator` is told: `model`, `tokenizer`, `spec`, `threads`.
        translator: the same, where this process has opened it.
    """

    def __init__(self, job: Mapping[str, Any], translator: TextTranslator | None = None) -> None:
        self._job, self._translator = job, translator

    def __reduce__(self) -> tuple[Any, ...]:
        return Translations, (self._job,)

    def __call__(self, text: str) -> str:
        """The translation of one text."""
        if self._translator is None:
            self._translator = open_translator(self._job)
        hypotheses = self._translator.search(text)
        return self._translator.text(hypotheses[0]) if hypotheses else ""

    def all(self, texts: Sequence[str], *, jobs: int | None = None) -> list[str]:
        """Those of all texts, in their order; `jobs` as of `in_order`."""
        return ask_all(self, texts, jobs=jobs)


def open_translator(job: Mapping[str, Any]) -> TextTranslator:
    """The translator that a job names."""
    spec = SubwordSpec.from_dict(job["spec"])
    tokenizer = load_pair_tokenizer(Path(job["tokenizer"]), spec=spec)
    return TextTranslator(Path(job["model"]), tokenizer, threads=job.get("threads", 1))
