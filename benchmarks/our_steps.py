"""Our side of `train_vs_torch.py`: the recipe's runtime, batches and compiled step, timed."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import keras
import keras_hub
import tensorflow as tf
from pair_data import (
    PICTURE_BATCH,
    SHIFT,
    SOURCE_LENGTH,
    TARGET_LENGTH,
    VOCABULARY,
    WORDS,
    pictures,
    sentences,
    texts,
)

import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.models import TextShape, TranslatorShape
from kerasapps.models.text_presets import encoder_classifier
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.preprocess.augmentation import Augmentation, augment
from kerasapps.preprocess.pipeline import training_batches
from kerasapps.recipes.image_classification.architectures import build_classifier
from kerasapps.recipes.translation.architectures import build_translator
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.training import choose_runtime
from kerasapps.training.optimizers import make_optimizer
from kerasapps.training.step import Stepper


def steps_per_second(pair: str, *, steps: int) -> float:
    """Speed of one side of a pair, the first steps, which compile, left out."""
    stepper, batches = _SIDES[pair]()
    iterator = iter(batches)

    def train(count: int) -> None:
        for _ in range(count):
            stepper.train(iterator, rate=1e-4, decay=0.0)
        stepper.tally.read()  # waits for the last step

    train(4)
    began = time.perf_counter()
    train(steps)
    return steps / (time.perf_counter() - began)


def _pictures() -> tuple[Stepper, tf.data.Dataset]:
    config = TrainConfig(optimizer="nesterov", label_smoothing=0.1)
    runtime = choose_runtime("conv", config)
    with runtime.scope():
        model = build_classifier(
            ModelConfig(model="fast_resnet"), input_shape=(32, 32, 3), num_classes=10
        )
    images, labels = pictures()
    batches = training_batches(
        images,
        labels,
        num_classes=10,
        batch_size=PICTURE_BATCH,
        seed=0,
        transform=functools.partial(
            augment, augmentation=Augmentation(flip=True, translate=SHIFT / 32)
        ),
    )
    return _stepper(model, config, runtime, CLASS_CRITERION), batches


def _texts() -> tuple[Stepper, tf.data.Dataset]:
    config = TrainConfig(optimizer="adamw")
    runtime = choose_runtime("attention", config)
    with runtime.scope():
        encoder = keras_hub.models.BertBackbone(
            vocabulary_size=WORDS,
            num_layers=6,
            num_heads=12,
            hidden_dim=384,
            intermediate_dim=1536,
            dropout=0.1,
            max_sequence_length=512,
            dtype=keras.config.dtype_policy(),
        )
        model = encoder_classifier(encoder, TextShape(vocabulary_size=WORDS, num_classes=2))
    ids, labels = texts()
    batches = tf.data.Dataset.from_tensor_slices((ids, tf.one_hot(labels, 2)))
    return _stepper(model, config, runtime, CLASS_CRITERION), batches.repeat().prefetch(2)


def _sentences() -> tuple[Stepper, tf.data.Dataset]:
    config = TrainConfig(optimizer="adamw", label_smoothing=0.1)
    runtime = choose_runtime("attention", config)
    shape = TranslatorShape(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        joint=True,
        max_source=SOURCE_LENGTH,
        max_target=TARGET_LENGTH,
    )
    with runtime.scope():
        model = build_translator(ModelConfig(model="transformer"), shape)
    source, target_in, target = sentences()
    batches = tf.data.Dataset.from_tensor_slices(((source, target_in), target))
    return _stepper(model, config, runtime, TOKEN_CRITERION), batches.repeat().prefetch(2)


def _stepper(model: Any, config: TrainConfig, runtime: Any, criterion: Any) -> Stepper:
    optimizer = make_optimizer(config, precision=runtime.precision)
    return Stepper(model, optimizer, config=config, xla=runtime.xla, criterion=criterion)


_SIDES: dict[str, Callable[[], tuple[Stepper, tf.data.Dataset]]] = {
    "fast_resnet": _pictures,
    "minilm": _texts,
    "transformer": _sentences,
}
