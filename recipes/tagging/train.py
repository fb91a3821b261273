"""Steps of the recipe for tagged sentences: words to ids, options to a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ModelConfig
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from kerasapps.deploy.manifest import Manifest
from kerasapps.outputs.tags.judging import TagJudging
from kerasapps.outputs.tags.reader import word_encoder
from kerasapps.preprocess.text import choose_length
from kerasapps.preprocess.words.encoder import TagEncoder, learn_encoder, load_encoder
from kerasapps.preprocess.words.spec import TagSpec
from kerasapps.recipes.tagging.architectures import ARCHITECTURES
from kerasapps.recipes.tagging.batches import tag_batches
from kerasapps.recipes.tagging.encoding import WordEncoding, encode_splits
from kerasapps.recipes.tagging.network import NetworkBuilder
from kerasapps.recipes.tagging.plan import plan_training
from kerasapps.recipes.tagging.task import TASK
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.steps import Options

COVERED = 0.995  # of the training sentences are read at once


def prepare(splits: TagSplits, options: Options, cache: Cache) -> Experiment:
    """Sentences and options → ids, a network's builder and batches."""
    plan, tagging = plan_training(options), options["tagging"]
    encoder = choose_encoder(tagging, plan.model, splits, cache)
    build = NetworkBuilder(plan.model, tagging, encoder, splits.labels, plan.train.dropout)
    inputs = encode_splits(splits, encoder, config=options["load"], cache=cache)
    reading = WordEncoding(encoder, build, splits.labels)
    return Experiment(
        plan=plan,
        build=build,
        judging=TagJudging(splits, inputs, reading, each_epoch=plan.is_judged),
        batches=tag_batches(inputs, train=plan.train),
    )


def choose_encoder(
    tagging: TaggingConfig, model: ModelConfig, splits: TagSplits, cache: Cache
) -> TagEncoder:
    """The vocabularies of the training split, and as many words as its sentences have."""
    longest = ARCHITECTURES.find(model.model).limits["longest"]
    return cache.remember(
        "words",
        [vars(tagging), longest, splits.fingerprint],
        make=lambda: _learn_encoder(tagging, longest, splits),
        save=_save_encoder,
        load=lambda spec, folder: load_encoder(folder, spec=TagSpec.from_dict(spec)),
    )


def _learn_encoder(tagging: TaggingConfig, longest: int, splits: TagSplits) -> TagEncoder:
    lengths = np.array([len(words) for words in splits.train.sentences])
    length = tagging.max_tokens or choose_length(lengths, longest=longest, covered=COVERED)
    return learn_encoder(splits.train.sentences, tagging, length=length)


def _save_encoder(encoder: TagEncoder, folder: Path) -> dict[str, Any]:
    encoder.save(folder)
    return encoder.spec.to_dict()


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    encoder = word_encoder(manifest)
    build = NetworkBuilder(
        options["model"], options["tagging"], encoder, splits.labels, options["train"].dropout
    )
    inputs = encode_splits(splits, encoder, config=options["load"], cache=Cache(work))
    return TagJudging(splits, inputs, WordEncoding(encoder, build, splits.labels))
