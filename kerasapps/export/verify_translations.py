"""The gate for translators: every exported file translates the test split in its own process."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kerasapps.config.metric import Metric
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.gate import Agreement, Runners, judge_each, loss_objection
from kerasapps.export.verify import run_measurement
from kerasapps.preprocess.tokenizers.subword import PairTokenizer


class Agree(Protocol):
    """Says how far a file's translations are those of Keras."""

    def __call__(
        self, translations: Sequence[str], reference: Sequence[str], *, tolerance: float
    ) -> Agreement:
        """There are as many of both; `tolerance` is what the file may lose of the metric."""


@dataclass(frozen=True)
class HeldOutPairs:
    """The test split, and what the Keras model makes of it.

    Attributes:
        sources: texts to translate.
        references: how people translated them.
        reference_translations: the Keras model's greedy translations.
        metric: by which a file is compared with the Keras model.
        share: translations and as many references → its share (see `Metric.share`).
        agree: translations and Keras' → how far they are the same.
        runners: of the files.
        tokenizer: of the network.
    """

    sources: Sequence[str]
    references: Sequence[str]
    reference_translations: Sequence[str]
    metric: Metric
    share: Callable[[Sequence[str], Sequence[str]], float]
    agree: Agree
    runners: Runners
    tokenizer: PairTokenizer

    def __post_init__(self) -> None:
        counts = {len(self.sources), len(self.references), len(self.reference_translations)}
        if len(counts) != 1 or 0 in counts:
            raise ValueError(
                f"{len(self.sources)} sources, {len(self.references)} references and "
                f"{len(self.reference_translations)} translations: there must be as many of each, "
                "and at least one."
            )

    def first(self, count: int | None) -> HeldOutPairs:
        """The first `count` pairs; all for None."""
        return dataclasses.replace(
            self,
            sources=self.sources[:count],
            references=self.references[:count],
            reference_translations=self.reference_translations[:count],
        )


def verify_translations(
    candidates: Mapping[str, Path | ExportError],
    *,
    held_out: HeldOutPairs,
    tolerance: float,
    folder: Path,
    limit: int | None = None,
) -> tuple[Artifact, ...]:
    """Lets every candidate translate the test split, greedily, and compares it with Keras.

    A file may not ship if it loses more of the metric than the tolerance, or if its translations
    are not Keras' (see `Agreement`).

    Args:
        candidates: `saved_model` or a quantization mode → file, or why there is none.
        held_out: the test split and the Keras model's translations of it.
        tolerance: points of the metric that a file may lose.
        folder: scratch space.
        limit: judge on this many pairs only, the first ones.

    Returns:
        One artifact a candidate, in order; latencies are of a sentence.
    """
    pairs = held_out.first(limit)
    return judge_each(
        candidates, lambda name, path: _judge(name, path, pairs, tolerance, folder / name)
    )


def run_translator(
    path: Path,
    *,
    runners: Runners,
    tokenizer: PairTokenizer,
    sources: Sequence[str],
    folder: Path,
    threads: int = 1,
    callers: Sequence[int] = (),
) -> tuple[list[str], Measurement]:
    """What a file makes of some texts, greedily, and how long it takes: in a process of its own.

    Args:
        path: a TFLite file, or the folder of ONNX files or of a SavedModel.
        runners: the modules that run one.
        tokenizer: of the network.
        sources: texts.
        folder: scratch space.
        threads: threads that one inference may use; not of a SavedModel.
        callers: numbers of threads whose answers a second are counted; likewise.

    Returns:
        The translations, and the figures of `Measurement`: latencies of a sentence.

    Raises:
        ExportError: if the file does not run; the message is its process's last line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources_file, answers = folder / "sources.json", folder / "translations.json"
    sources_file.write_text(json.dumps(list(sources)), encoding="utf-8")
    tokenizer.save(folder)
    job = {
        "model": str(path),
        "tokenizer": str(folder),
        "spec": tokenizer.spec.to_dict(),
        "sources": str(sources_file),
        "translations": str(answers),
        "threads": threads,
        "callers": [*callers],
    }
    measured = run_measurement(runners.of(path), job, folder / "measure")
    return json.loads(answers.read_text(encoding="utf-8")), measured


def _judge(name: str, path: Path, pairs: HeldOutPairs, tolerance: float, folder: Path) -> Artifact:
    translations, measured = run_translator(
        path,
        runners=pairs.runners,
        tokenizer=pairs.tokenizer,
        sources=pairs.sources,
        folder=folder,
    )
    metric, count = pairs.metric, len(translations)
    share = pairs.share(translations, pairs.references)
    reference = pairs.share(pairs.reference_translations, pairs.references)
    agreement = pairs.agree(translations, pairs.reference_translations, tolerance=tolerance)
    return Artifact.judged(
        name,
        path,
        measured,
        metric=share,
        delta=metric.delta(share, reference),
        agreement=agreement.share,
        reason=loss_objection(metric, share, reference, tolerance=tolerance, count=count)
        or agreement.objection,
    )
