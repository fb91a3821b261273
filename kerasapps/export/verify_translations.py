"""The gate for translators: every exported file translates the test split in its own process."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.verify import run_measurement
from kerasapps.preprocess.tokenizers.subword import PairTokenizer

TFLITE_TRANSLATOR = "kerasapps.deploy.measure_translator"
SAVED_MODEL_TRANSLATOR = "kerasapps.export.measure_translator_saved_model"
LEAST_LIKENESS = 0.3  # of a file's translations to Keras'; good int8 files keep far more


@dataclass(frozen=True)
class HeldOutPairs:
    """The test split, and what the Keras model makes of it.

    Attributes:
        sources: texts to translate.
        references: how people translated them.
        reference_translations: the Keras model's greedy translations.
        score: translations and as many references → BLEU over 100, from 0 to 1.
        tokenizer: of the network.
    """

    sources: Sequence[str]
    references: Sequence[str]
    reference_translations: Sequence[str]
    score: Callable[[Sequence[str], Sequence[str]], float]
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

    A file may not ship if it loses more BLEU than the tolerance, or if its translations are not
    Keras': by a network that has learnt nothing yet, any nonsense is as good as another.

    Args:
        candidates: `saved_model` or a quantization mode → file, or why there is none.
        held_out: the test split and the Keras model's translations of it.
        tolerance: points of BLEU that a file may lose.
        folder: scratch space.
        limit: judge on this many pairs only, the first ones.

    Returns:
        One artifact a candidate, in order: `metric` is BLEU over 100, `delta` in points of BLEU,
        `agreement` the share of translations that are Keras' to the letter; latencies are of a
        sentence.
    """
    pairs = held_out.first(limit)
    return tuple(
        Artifact.failed(name, str(found))
        if isinstance(found, ExportError)
        else _judge(name, found, pairs, tolerance, folder)
        for name, found in candidates.items()
    )


def run_translator(
    path: Path,
    *,
    tokenizer: PairTokenizer,
    sources: Sequence[str],
    folder: Path,
    threads: int = 1,
) -> tuple[list[str], Measurement]:
    """What a file makes of some texts, greedily, and how long it takes: in a process of its own.

    Args:
        path: a TFLite file, or the folder of a SavedModel.
        tokenizer: of the network.
        sources: texts.
        folder: scratch space.
        threads: threads that one inference may use; TFLite files only.

    Returns:
        The translations, and the figures of `Measurement`: latencies of a sentence.

    Raises:
        ExportError: if the file does not run; the message is its process's last line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources_file, found_file = folder / "sources.json", folder / "translations.json"
    sources_file.write_text(json.dumps(list(sources)), encoding="utf-8")
    tokenizer.save(folder)
    job = {
        "model": str(path),
        "tokenizer": str(folder),
        "spec": tokenizer.spec.to_dict(),
        "sources": str(sources_file),
        "translations": str(found_file),
        "threads": threads,
    }
    runner = SAVED_MODEL_TRANSLATOR if path.is_dir() else TFLITE_TRANSLATOR
    measured = run_measurement(runner, job, folder / "measure")
    return json.loads(found_file.read_text(encoding="utf-8")), measured


def _judge(name: str, path: Path, pairs: HeldOutPairs, tolerance: float, folder: Path) -> Artifact:
    try:
        found, measured = run_translator(
            path, tokenizer=pairs.tokenizer, sources=pairs.sources, folder=folder / name
        )
    except ExportError as error:
        return Artifact.failed(name, f"{name} does not run: {error}")
    metric = pairs.score(found, pairs.references)
    delta = 100 * (metric - pairs.score(pairs.reference_translations, pairs.references))
    same = sum(map(str.__eq__, found, pairs.reference_translations)) / len(found)
    # BLEU is 0 of what is empty, and also if it is the same.
    likeness = max(same, pairs.score(found, pairs.reference_translations))
    return Artifact.judged(
        name,
        path,
        measured,
        metric=metric,
        delta=delta,
        agreement=same,
        reason=_objection(delta, tolerance) or _unlike(likeness, tolerance),
    )


def _objection(delta: float, tolerance: float) -> str:
    # Not the other way round: a score that is no number does not pass.
    if delta >= -tolerance - 1e-9:
        return ""
    return f"loses {-delta:.2f} BLEU against Keras; the tolerance is {tolerance:g}"


def _unlike(likeness: float, tolerance: float) -> str:
    least = LEAST_LIKENESS - tolerance / 100
    if likeness >= least:
        return ""
    return (
        f"translates otherwise than Keras: its translations have {100 * likeness:.1f} BLEU against "
        f"Keras' own, and need {100 * least:.1f}, however good either is"
    )
