"""What is done with a translator, from its start to its report."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Answer
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.decoding.compiled import Decoder
from kerasapps.errors import ExportError
from kerasapps.evaluation.report import TaskReport
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.translator_files import export_translator_tflite
from kerasapps.export.verify_translations import (
    HeldOutPairs,
    run_translator,
    verify_translations,
)
from kerasapps.models import Translator
from kerasapps.recipes.translation.agreement import same_translations
from kerasapps.recipes.translation.answer import TRANSLATIONS, explain_search
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.recipes.translation.finished import ROUNDS, SENTENCES, TRANSLATORS
from kerasapps.recipes.translation.metrics import TranslationMetrics, translation_metrics
from kerasapps.recipes.translation.pairs import Pairs, Translations, translate, translations_of
from kerasapps.recipes.translation.report import report_translations
from kerasapps.recipes.translation.saved_model import write_saved_model
from kerasapps.workflow.judging import Candidates, Judged
from kerasapps.workflow.samples import Sample, sample_text, spread
from kerasapps.workflow.ship import draw_rows

JUDGED_EACH_EPOCH = 500  # validation pairs
SAMPLES = 3  # that travel with a bundle
MEANINGLESS = 1.0  # BLEU below which a network does not translate at all


@dataclass(frozen=True)
class PairJudging:
    """Sentence pairs as pieces; a `workflow.judging.Judging`.

    Attributes:
        pairs: the data, and how they become ids and ids become sentences.
        each_epoch: whether every epoch ends with the BLEU of validation pairs.
    """

    pairs: Pairs
    each_epoch: bool = False
    answer: ClassVar[Answer] = TRANSLATIONS

    @property
    def splits(self) -> PairSplits:
        """The audited examples."""
        return self.pairs.splits

    @property
    def summary(self) -> str:
        """Languages, pieces and lengths."""
        tokenizer = self.pairs.tokenizer
        spec = tokenizer.spec
        languages = f"{spec.source_language or 'source'} to {spec.target_language or 'target'}"
        pieces = f"{tokenizer.source_size:,} and {tokenizer.target_size:,} pieces"
        if spec.joint:
            pieces = f"{tokenizer.source_size:,} joint pieces"
        return f"{languages}, {pieces}, lengths {spec.max_source} and {spec.max_target}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.pairs.tokenizer.spec.to_dict()

    @property
    def preprocessing(self) -> Mapping[str, Any]:
        """What makes the pieces of a text."""
        return self.pairs.tokenizer.spec.explained()

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """How a translation is searched for."""
        pairs = self.pairs
        return explain_search(
            max_steps=pairs.tokenizer.spec.max_target,
            beam=pairs.beam,
            length_penalty=pairs.length_penalty,
        )

    def start(self, network: Translator) -> None:
        """A translator takes nothing from the data."""

    def fit_options(self, network: Translator) -> Mapping[str, Any]:
        """What is minimised, and a judge where every epoch shall have one."""
        judge = self.epoch_judge(network) if self.each_epoch else None
        return {"criterion": TOKEN_CRITERION, "judge": judge}

    def epoch_judge(self, network: Translator) -> Callable[[], float]:
        """BLEU of greedy translations of validation pairs, evenly spread, by today's weights."""
        pairs = self.pairs
        examples, inputs = pairs.splits.validation, pairs.inputs.validation
        rows = range(0, len(examples), -(-len(examples) // JUDGED_EACH_EPOCH))
        decoder = Decoder(network, length_penalty=pairs.length_penalty)
        sources = [inputs.source(row) for row in rows]
        references = [examples.targets[row] for row in rows]
        return lambda: pairs.bleu(translations_of(decoder, pairs.tokenizer, sources), references)

    def judge(self, network: Translator) -> Judged:
        """A network with its translations of the test split, greedy and by beam search."""
        pairs = self.pairs
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
            Translations(greedy, beam),
            figures,
            self.answer.metric.share(figures.to_dict()),
            headline_of(figures, figures.bleu_greedy, judged_on=pairs.splits.judged_on),
            warnings_of(figures.bleu_greedy),
        )

    def on_validation(self) -> PairJudging:
        """The same with the validation split in the test split's place; greedy, as files are."""
        pairs = self.pairs
        splits, inputs = pairs.splits, pairs.inputs
        if splits.judged_on != "validation":
            splits = dataclasses.replace(splits, test=splits.validation)
            inputs = dataclasses.replace(inputs, test=inputs.validation)
        return PairJudging(dataclasses.replace(pairs, splits=splits, inputs=inputs, beam=1))

    def learnt_validation(self, network: Translator) -> bool:
        """A translator never does."""
        return False

    def export(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """TFLite files with the signatures `encode` and `decode_step`, a SavedModel of strings."""
        pairs = self.pairs
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
            write_saved_model(
                judged.network,
                pairs.tokenizer,
                target,
                beam=pairs.beam,
                length_penalty=pairs.length_penalty,
            )
        return candidates

    def verify(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """The BLEU of every file's greedy translations of the test split against the network's."""
        examples = self.pairs.splits.test

        def share(translations: Sequence[str], references: Sequence[str]) -> float:
            return self.pairs.bleu(translations, references) / 100

        held_out = HeldOutPairs(
            sources=list(examples.sources),
            references=list(examples.targets),
            reference_translations=judged.answers.greedy,
            metric=self.answer.metric,
            share=share,
            agree=functools.partial(same_translations, score=share),
            runners=TRANSLATORS,
            tokenizer=self.pairs.tokenizer,
        )
        return verify_translations(
            candidates, held_out=held_out, tolerance=tolerance, folder=folder
        )

    def time(self, model: Path, folder: Path) -> Measurement:
        """As `benchmark_bundle` times the file when it has shipped."""
        _, measured = run_translator(
            model,
            runners=TRANSLATORS,
            tokenizer=self.pairs.tokenizer,
            sources=SENTENCES * ROUNDS,
            folder=folder / model.name,
        )
        return measured

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of translations."""
        return report_translations(self.pairs, judged)

    def samples(self, examples: PairExamples, folder: Path) -> list[Sample]:
        """A few sources of the shorter half, which every program translates quickly."""
        lengths = [len(source) for source in examples.sources]
        shorter = np.argsort(lengths, kind="stable")[: (len(lengths) + 1) // 2]
        return [sample_text(examples.sources[row]) for row in spread(shorter, SAMPLES)]

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes the pieces."""
        self.pairs.tokenizer.save(folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """There are no others."""


def headline_of(figures: TranslationMetrics, greedy: float, *, judged_on: str = "test") -> str:
    """The figures that count most, in words.

    Args:
        figures: of the network's translations by beam search.
        greedy: BLEU of its greedy ones, 0 to 100, by which exported files are judged.
        judged_on: the split.
    """
    return (
        f"{judged_on.capitalize()} BLEU {figures.bleu:.2f} (beam {figures.beam}), {greedy:.2f} "
        f"(greedy), chrF {figures.chrf:.2f}"
    )


def warnings_of(greedy: float) -> list[str]:
    """What is to be said of figures that do not count yet; nothing of others.

    Args:
        greedy: BLEU of the network's greedy translations, 0 to 100.
    """
    if greedy >= MEANINGLESS:
        return []
    return [
        f"Warning: below {MEANINGLESS:g} BLEU the network does not translate yet and these figures "
        "mean nothing, nor does that a file passes verification; train longer or on more data."
    ]
