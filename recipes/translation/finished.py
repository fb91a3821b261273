"""Judging, timing and explaining a finished translator, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config.explaining import ExplainConfig
from kerasapps.data.pairs.examples import PairExamples
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.rules import number, whole_number
from kerasapps.deploy.schema import TaskRules
from kerasapps.deploy.translator import TranslationBundle, bundle_tokenizer
from kerasapps.errors import ConfigError, DataError
from kerasapps.export.artifact import Measurement
from kerasapps.export.gate import Runners
from kerasapps.export.verify_translations import run_translator
from kerasapps.preprocess.tokenizers.subword import SubwordSpec
from kerasapps.process.all_cores import ask_all
from kerasapps.process.training_stack import needing_training
from kerasapps.recipes.translation.alignment import Alignment, align
from kerasapps.recipes.translation.predicting import answers
from kerasapps.recipes.translation.task import TASK
from kerasapps.workflow.held_out import usable_examples
from kerasapps.workflow.inputs import require_text

if TYPE_CHECKING:
    from kerasapps.recipes.translation.metrics import TranslationMetrics

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

# Sentences to time where the bundle has none: usual words, of 5, 10 and 20 of them.
SENTENCES = (
    "A man rides a bicycle.",
    "Two young girls are playing with a small dog.",
    "The train to the city was late this morning, so we had a cup of coffee at the old station.",
)
ROUNDS = 7  # of these

TRANSLATORS = Runners(
    "kerasapps.deploy.measure_translator", "kerasapps.recipes.translation.measure_saved_model"
)
RULES = TaskRules(
    section=TASK.section,
    input=SubwordSpec.from_dict,
    settings={"beam": whole_number(1, 32), "length_penalty": number(0, 5)},
)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> TranslationBundle:
    """A bundle with one of its files loaded, which searches as it was made for."""
    options = manifest.settings[TASK.section]
    return TranslationBundle(
        manifest,
        path,
        artifact=artifact,
        beam=int(options["beam"]),
        length_penalty=float(options["length_penalty"]),
        load=load,
        threads=threads,
    )


def evaluate(
    bundle: TranslationBundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
) -> TranslationMetrics:
    """BLEU and chrF of one of a bundle's files on pairs, the test split if it is known.

    Args:
        bundle: with the file loaded.
        data: any form that training takes.
        options: `beam`, and fields of `TranslationConfig` that say how the data is read.
        max_broken: share of broken pairs that is skipped before it is an error.
        scratch: where pairs are written while they are read.

    Raises:
        DataError: if the data cannot be used.
        DependencyError: if sacreBLEU is not installed, which comes with `kerasapps[train]`.
    """
    with needing_training("Judging translations"):
        from kerasapps.recipes.translation.metrics import translation_metrics
    reading = {name: value for name, value in options.items() if name != "beam"}
    # What is to be read is in the languages that the bundle was trained on.
    languages = {
        name: bundle.manifest.input[name]
        for name in ("source_language", "target_language")
        if bundle.manifest.input.get(name) is not None
    }
    pairs: PairExamples = usable_examples(
        TASK,
        bundle.manifest,
        data,
        options=reading,
        max_broken=max_broken,
        scratch=scratch,
        usual=languages,
    )
    if not len(pairs):
        raise DataError("the data holds no usable pair.")
    beam = options.get("beam", bundle.beam)
    translations = ask_all(partial(_translated, bundle, beam), pairs.sources)
    return translation_metrics(
        translations,
        sources=pairs.sources,
        references=pairs.targets,
        greedy=translations if beam == 1 else None,
        beam=beam,
        language=bundle.tokenizer.spec.target_language,
    )


def _translated(bundle: TranslationBundle, beam: int, source: str) -> str:
    return bundle.predict(source, beam=beam)[0].text


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency of a sentence and memory of one file in a fresh process, translating greedily.

    Args:
        manifest: of the bundle.
        model: a TFLite file, the folder of ONNX files, or the SavedModel's.
        threads: threads that one inference may use; not of a SavedModel.
        folder: scratch space.
        callers: numbers of threads whose answers a second are counted; of a SavedModel none.
    """
    _, measured = run_translator(
        model,
        runners=TRANSLATORS,
        tokenizer=bundle_tokenizer(manifest),
        sources=SENTENCES * ROUNDS,
        folder=folder / model.name,
        threads=threads,
        callers=callers,
    )
    return measured


def explain(
    bundle: TranslationBundle, text: str, *, label: str | None, how: ExplainConfig
) -> Alignment:
    """Where the decoder looked to write each piece of a text's best translation.

    Raises:
        ConfigError: if a label is asked for, or the text is empty.
        DataError: if there is nothing to translate.
    """
    if label is not None:
        raise ConfigError(f"label is for classifiers; {bundle.manifest.folder} translates.")
    require_text(text)
    (translation,) = bundle.predict(text)
    if translation.attention is None:
        raise DataError("the text has no words, so there is nothing to explain.")
    return align(
        text,
        translation.text,
        source=translation.source_pieces,
        target=translation.target_pieces,
        attention=translation.attention,
        truncated=translation.truncated,
    )
