"""What a translator does between a network and a bundle, as `classification` does for classes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import ExportConfig
from kerasapps.decoding.compiled import Decoder
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.translator_files import export_translator_tflite
from kerasapps.export.translator_saved_model import write_translator_saved_model
from kerasapps.export.verify_translations import (
    HeldOutPairs,
    run_translator,
    verify_translations,
)
from kerasapps.models import Translator
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.recipes.translation.finished import ROUNDS, SENTENCES
from kerasapps.recipes.translation.metrics import TranslationMetrics, translation_metrics
from kerasapps.recipes.translation.pairs import Pairs, Translations, translate, translations_of
from kerasapps.recipes.translation.report import report_translations
from kerasapps.training.objective import token_objective
from kerasapps.workflow.prepared import Candidates, Judged, Prepared
from kerasapps.workflow.ship import draw_rows

TOLERANCE = 0.5  # points of BLEU
JUDGED_EACH_EPOCH = 500  # validation pairs
MEANINGLESS = 1.0  # BLEU below which a network does not translate at all


def prepare_translator(pairs: Pairs, *, judged_each_epoch: bool) -> Prepared:
    """The steps of a translator, ready for training, export and report.

    Args:
        pairs: the data.
        judged_each_epoch: whether every epoch ends with the BLEU of validation pairs.
    """
    spec = pairs.tokenizer.spec
    languages = f"{spec.source_language or 'source'} to {spec.target_language or 'target'}"
    return Prepared(
        splits=pairs.splits,
        summary=f"{languages}, {_vocabulary(pairs.tokenizer)}, lengths {spec.max_source} and "
        f"{spec.max_target}",
        spec=spec.to_dict(),
        start=lambda network: None,
        fit_options=functools.partial(_fit_options, pairs, judged_each_epoch),
        epoch_metric="BLEU",
        judge=functools.partial(judge_translator, pairs),
        export=functools.partial(export_translator, pairs),
        verify=functools.partial(verify_translator, pairs),
        time=functools.partial(_time, pairs.tokenizer),
        tolerance=TOLERANCE,
        report=functools.partial(report_translations, pairs),
        write_files=pairs.tokenizer.save,
    )


def _vocabulary(tokenizer: PairTokenizer) -> str:
    if tokenizer.spec.joint:
        return f"{tokenizer.source_size:,} joint pieces"
    return f"{tokenizer.source_size:,} and {tokenizer.target_size:,} pieces"


def _fit_options(pairs: Pairs, judged: bool, network: Translator) -> Mapping[str, Any]:
    judge = validation_judge(pairs, network) if judged else None
    return {"objective": token_objective, "judge": judge}


def validation_judge(pairs: Pairs, network: Translator) -> Callable[[], float]:
    """BLEU of greedy translations of validation pairs, evenly spread, by the weights of the day."""
    examples, inputs = pairs.splits.validation, pairs.inputs.validation
    rows = range(0, len(examples), -(-len(examples) // JUDGED_EACH_EPOCH))
    decoder = Decoder(network, length_penalty=pairs.length_penalty)
    sources = [inputs.source(row) for row in rows]
    references = [examples.targets[row] for row in rows]
    return lambda: pairs.bleu(translations_of(decoder, pairs.tokenizer, sources), references)


def judge_translator(pairs: Pairs, network: Translator) -> Judged:
    """A network with its translations of the test split, greedy and by beam search, judged."""
    examples, inputs = pairs.splits.test, pairs.inputs.test
    sources = [inputs.source(row) for row in range(len(inputs))]
    greedy = translate(pairs, network, sources)
    beam = greedy if pairs.beam == 1 else translate(pairs, network, sources, beam=pairs.beam)
    figures = translation_metrics(
        beam,
        sources=examples.sources,
        references=examples.targets,
        greedy=greedy,
        beam=pairs.beam,
        language=pairs.tokenizer.spec.target_language,
    )
    assert figures.bleu_greedy is not None
    return Judged(
        network,
        Translations(greedy, beam, figures),
        figures,
        figures.bleu_greedy / 100,
        headline_of(figures, figures.bleu_greedy, judged_on=pairs.splits.judged_on),
    )


def headline_of(figures: TranslationMetrics, greedy: float, *, judged_on: str = "test") -> str:
    """The figures that count most, in words; and when they do not count yet.

    Args:
        figures: of the network's translations by beam search.
        greedy: BLEU of its greedy ones, 0 to 100, by which exported files are judged.
        judged_on: the split.
    """
    found = f"{judged_on.capitalize()} BLEU {figures.bleu:.2f} (beam {figures.beam}), "
    found += f"{greedy:.2f} (greedy), chrF {figures.chrf:.2f}"
    if greedy >= MEANINGLESS:
        return found
    return (
        f"{found}: below {MEANINGLESS:g} BLEU the network does not translate yet and these figures "
        "mean nothing, nor does that a file passes verification; train longer or on more data"
    )


def export_translator(
    pairs: Pairs, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
) -> Candidates:
    """TFLite files with the signatures `encode` and `decode_step`, and a SavedModel of strings."""
    candidates: dict[str, Path | ExportError] = {}
    if config.quantization:
        train = pairs.inputs.train
        rows = draw_rows(len(train), config.calibration, seed=seed).tolist()
        candidates |= export_translator_tflite(
            judged.network,
            folder=folder,
            modes=config.quantization,
            calibration=[(train.source(row), train.target(row)) for row in rows],
        )
    if config.saved_model:
        candidates["saved_model"] = target = folder / "saved_model"
        write_translator_saved_model(
            judged.network,
            pairs.tokenizer,
            target,
            beam=pairs.beam,
            length_penalty=pairs.length_penalty,
        )
    return candidates


def verify_translator(
    pairs: Pairs, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
) -> tuple[Artifact, ...]:
    """The BLEU of every file's greedy translations of the test split against the network's."""
    examples = pairs.splits.test
    held_out = HeldOutPairs(
        sources=list(examples.sources),
        references=list(examples.targets),
        reference_translations=judged.answers.greedy,
        score=lambda translations, references: pairs.bleu(translations, references) / 100,
        tokenizer=pairs.tokenizer,
    )
    return verify_translations(candidates, held_out=held_out, tolerance=tolerance, folder=folder)


def _time(tokenizer: PairTokenizer, model: Path, folder: Path) -> Measurement:
    """As `benchmark_bundle` times the file when it has shipped."""
    _, measured = run_translator(
        model, tokenizer=tokenizer, sources=SENTENCES * ROUNDS, folder=folder / model.name
    )
    return measured
