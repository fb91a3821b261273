"""Sentence pairs to pieces, options to a network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, ModelConfig, TrainConfig, TranslationConfig
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.translator import bundle_tokenizer
from kerasapps.models import Translator, TranslatorShape
from kerasapps.preprocess.pair_pipeline import (
    pair_batches,
    pair_validation_batches,
    steps_per_epoch,
)
from kerasapps.preprocess.pairs import (
    EncodedPairs,
    choose_pair_lengths,
    encode_pairs,
    pair_lengths,
)
from kerasapps.preprocess.tokenizers.subword import (
    PairTokenizer,
    SubwordSpec,
    load_pair_tokenizer,
)
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer
from kerasapps.recipes.translation.architectures import ARCHITECTURES, build_translator
from kerasapps.recipes.translation.judge import PairJudging
from kerasapps.recipes.translation.pairs import Pairs
from kerasapps.recipes.translation.plan import plan_training
from kerasapps.recipes.translation.task import TASK
from kerasapps.recipes.translation.teacher import taught_splits
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment, SplitInputs, read_inputs, suitable_batch
from kerasapps.workflow.judging import Batches, Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.steps import Options

LEAST_BATCH_TOKENS = 256
# Fields of TranslationConfig that decide the tokenizer, and with it the ids of every text.
_DECIDING = ("subwords", "joint", "vocab_size", "max_length")


@dataclass(frozen=True)
class TranslatorBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        shape: vocabularies, lengths and options of the network.
    """

    model: ModelConfig
    shape: TranslatorShape

    def __call__(self) -> Translator:
        """The network."""
        return build_translator(self.model, self.shape)


def choose_tokenizer(
    translation: TranslationConfig, model: ModelConfig, splits: PairSplits, cache: Cache
) -> PairTokenizer:
    """A tokenizer learnt from the training split, as long as its sentences are.

    Raises:
        ConfigError: if the vocabulary is too small for the characters of the texts.
    """
    options = {name: getattr(translation, name) for name in _DECIDING}
    longest = ARCHITECTURES.find(model.model).limits["longest"]
    return cache.remember(
        "tokenizer",
        [longest, options, splits.fingerprint],
        make=lambda: _learn_tokenizer(translation, longest, splits),
        save=_save_tokenizer,
        load=lambda spec, folder: load_pair_tokenizer(folder, spec=SubwordSpec.from_dict(spec)),
    )


def _save_tokenizer(tokenizer: PairTokenizer, folder: Path) -> dict[str, Any]:
    tokenizer.save(folder)
    return tokenizer.spec.to_dict()


def _learn_tokenizer(
    translation: TranslationConfig, longest: int, splits: PairSplits
) -> PairTokenizer:
    tokenizer = learn_pair_tokenizer(
        splits.train.sources,
        splits.train.targets,
        translation=translation,
        max_source=longest,
        max_target=longest,
        languages=(splits.audit["source_language"], splits.audit["target_language"]),
    )
    lengths = pair_lengths(splits.train, tokenizer)
    source, target = choose_pair_lengths(*lengths, asked=translation.max_length)
    return tokenizer.with_lengths(max_source=min(source, longest), max_target=min(target, longest))


def translator_builder(
    model: ModelConfig,
    translation: TranslationConfig,
    tokenizer: PairTokenizer,
    train: TrainConfig,
) -> TranslatorBuilder:
    """What builds the network."""
    shape = TranslatorShape(
        source_vocabulary=tokenizer.source_size,
        target_vocabulary=tokenizer.target_size,
        joint=tokenizer.spec.joint,
        max_source=tokenizer.spec.max_source,
        max_target=tokenizer.spec.max_target,
        dropout=train.dropout,
        norm=translation.norm,
        positions=translation.positions,
        tied=translation.tied,
    )
    return TranslatorBuilder(model, shape)


def encode_splits(
    splits: PairSplits, tokenizer: PairTokenizer, *, config: LoadConfig, cache: Cache
) -> SplitInputs[EncodedPairs]:
    """Encodes each split once; in memory while `config.cache_mb` lasts, else on disk.

    With `config.disk_cache` False, what has no room in memory is encoded again for every batch.
    """
    models_of = [hashlib.sha256(model).hexdigest() for model in tokenizer.models]
    with cache.place("encoded", [tokenizer.spec.to_dict(), models_of]) as folder:

        def encode(examples: PairExamples, name: str, budget: int) -> EncodedPairs:
            return encode_pairs(
                examples,
                tokenizer,
                budget_bytes=budget,
                folder=folder,
                name=name,
                on_disk=config.on_disk,
            )

        memory = cache.memory_bytes(config.cache_mb)
        return read_inputs(splits, encode, memory_bytes=memory, array=lambda pairs: pairs.ids)


def make_batches(
    inputs: SplitInputs[EncodedPairs],
    *,
    model: ModelConfig,
    translation: TranslationConfig,
    train: TrainConfig,
) -> Batches:
    """Endless training batches and validation batches, of about as many pieces each."""
    tokens = _batch_tokens(inputs.train, model, translation)
    size: dict[str, Any] = {"batch_tokens": tokens, "max_pairs": train.batch_size}
    return Batches(
        training=lambda start: pair_batches(inputs.train, seed=train.seed, start=start, **size),
        validation=pair_validation_batches(inputs.validation, **size),
        steps_per_epoch=steps_per_epoch(inputs.train, **size),
        sizes={"batch_tokens": tokens},
    )


def _batch_tokens(pairs: EncodedPairs, model: ModelConfig, translation: TranslationConfig) -> int:
    if translation.batch_tokens is not None:
        return translation.batch_tokens
    pieces = int(pairs.target_lengths.sum())
    largest = ARCHITECTURES.find(model.model).limits["batch_tokens"]
    return suitable_batch(pieces, least=LEAST_BATCH_TOKENS, largest=largest)


def prepare(splits: PairSplits, options: Options, cache: Cache) -> Experiment:
    """Sentence pairs and options → pieces, a network's builder and batches."""
    plan, translation = plan_training(options), options["translation"]
    tokenizer = choose_tokenizer(translation, plan.model, splits, cache)
    taught, lessons = taught_splits(splits, options, cache)
    inputs = encode_splits(taught, tokenizer, config=options["load"], cache=cache)
    return Experiment(
        plan=plan,
        build=translator_builder(plan.model, translation, tokenizer, plan.train),
        judging=_judging(splits, inputs, tokenizer, translation, each_epoch=plan.is_judged),
        batches=make_batches(inputs, model=plan.model, translation=translation, train=plan.train),
        lessons=lessons,
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    tokenizer = bundle_tokenizer(manifest)
    inputs = encode_splits(splits, tokenizer, config=options["load"], cache=Cache(work))
    return _judging(splits, inputs, tokenizer, options["translation"])


def _judging(
    splits: PairSplits,
    inputs: SplitInputs[EncodedPairs],
    tokenizer: PairTokenizer,
    translation: TranslationConfig,
    *,
    each_epoch: bool = False,
) -> PairJudging:
    pairs = Pairs(
        splits=splits,
        inputs=inputs,
        tokenizer=tokenizer,
        beam=translation.beam,
        length_penalty=translation.length_penalty,
    )
    return PairJudging(pairs, each_epoch=each_epoch)
