"""Pictures to arrays, options to a network."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import ImageConfig, ModelConfig, pretrained_source
from kerasapps.config.own import own_title
from kerasapps.config.targets import TargetKind
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.sources.places import Place
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import ConfigError, DataError
from kerasapps.evaluation.sections import Section, Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.integer_pictures import PICTURE_NUMBERS, PICTURES
from kerasapps.export.network import colours_taken, mirror_averaged
from kerasapps.export.odd_inputs import OddInput
from kerasapps.model_inputs import ModelInputs
from kerasapps.models import preset_image_size
from kerasapps.models.own_copies import unrolled
from kerasapps.models.own_source import own_picture_shape
from kerasapps.outputs.asking import ask_picture
from kerasapps.outputs.batches import batches_of
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.augmentation import Augmentation, augment, resolve_augmentation
from kerasapps.preprocess.image import ImageSpec, choose_image_size, load_image
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.odd_pictures import odd_pictures
from kerasapps.recipes.answering import trust_of
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES, build_classifier
from kerasapps.recipes.image_classification.decoding import (
    choose_variation,
    decode_splits,
    read_by,
)
from kerasapps.recipes.image_classification.phone import on_a_phone
from kerasapps.recipes.image_classification.plan import plan_training
from kerasapps.recipes.image_classification.report import show_pictures, shown_pictures
from kerasapps.recipes.image_classification.samples import write_samples
from kerasapps.recipes.image_classification.task import TASK
from kerasapps.recipes.judgings import (
    building,
    class_weights_of,
    judging_of,
    learnt_of,
    outputs_of,
    shipping,
)
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.documents import audit_tables
from kerasapps.workflow.experiment import Experiment, as_trained
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.samples import Sample
from kerasapps.workflow.steps import Options

INTEGER: Mapping[TargetKind, str] = {
    "class": PICTURES,
    "labels": PICTURES,
    "number": PICTURE_NUMBERS,
    "several": PICTURE_NUMBERS,
}
"""What makes the int8 file, by what is answered."""
_MIXUP = 0.2  # alpha, of pretrained backbones


def choose_image_spec(config: ImageConfig, model: ModelConfig, splits: ImageSplits) -> ImageSpec:
    """The size asked for, else the pretrained backbone's own, else one that suits the data.

    A finished network of the user's takes pictures of its own size and channels only.

    Raises:
        ConfigError: if it is asked to take others.
    """
    fixed = own_picture_shape(model.model)
    if fixed is not None:
        _refuse_other_size(config, model, fixed)
        return ImageSpec(height=fixed[0], width=fixed[1], channels=fixed[2], resize=config.resize)
    side = None
    if config.size is None and ARCHITECTURES.is_pretrained(model.model):
        known = ARCHITECTURES.pretrained.get(model.model)
        side = known.size if known else preset_image_size(pretrained_source(model.model))
    median = splits.audit["sizes"].short_side[1]
    height, width = config.size or (side or choose_image_size(median),) * 2
    return ImageSpec(height=height, width=width, channels=config.channels, resize=config.resize)


def _refuse_other_size(config: ImageConfig, model: ModelConfig, fixed: tuple[int, ...]) -> None:
    """The size in the options must be the network's."""
    if config.size is not None and tuple(config.size) != fixed[:2]:
        raise ConfigError(
            f"image_size {config.size[0]}x{config.size[1]} is not what {own_title(model.model)} "
            f"takes, {fixed[0]}x{fixed[1]}: leave image_size out, or give a function "
            "(input_shape, num_classes)."
        )


@dataclass(frozen=True)
class PictureReading:
    """How pictures become pixels of one size.

    Attributes:
        image: size, channels and filter.
        integer: what makes the int8 file, by what is answered; see `convert_network`.
    """

    image: ImageSpec
    integer: str = PICTURES
    takes: ClassVar[Mapping[str, tf.DType]] = {"image": tf.string}
    refuses: ClassVar[bool] = True

    @property
    def summary(self) -> str:
        """The size."""
        return f"{self.image.height}×{self.image.width}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.image.to_dict()

    def explained(self) -> Mapping[str, Any]:
        """The same, and what is done to get there, for programs of other people."""
        return self.image.explained()

    def raw(self, examples: PictureExamples) -> Sequence[Place]:
        """Where the encoded pictures are."""
        return examples.paths

    def in_graph(self) -> Callable[[Any], Any]:
        """From encoded pictures to pixels."""
        return lambda encoded: decode_batch(encoded, self.image)

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network with recurrences written out, from pictures in colour."""
        return colours_taken(unrolled(network))

    def odd_inputs(self) -> list[OddInput]:
        """Odd picture files of the model's own size, and what training makes of them."""
        files = odd_pictures(self.image.height, self.image.width)
        return [
            OddInput(kind, encoded, _read(encoded, self.image)) for kind, encoded in files.items()
        ]

    def audit(self, splits: ImageSplits) -> list[Table]:
        """What was found in the pictures."""
        return audit_tables(splits.audit)

    def asked(self, splits: ImageSplits) -> Asked:
        """A picture, as it is written."""
        return ask_picture(self.image)

    def mistakes(
        self, splits: ImageSplits, network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The worst mistakes, with the pictures."""
        return show_pictures(splits.test, probabilities, splits.labels)

    def shown(self, examples: PictureExamples, rows: Sequence[int]) -> list[ShownExample]:
        """Some pictures, small."""
        return shown_pictures(examples, rows)

    def sections(
        self, splits: ImageSplits, error: Callable[[ModelInputs, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        """Nothing more is said of numbers."""
        return []

    def samples(self, examples: PictureExamples, rows: Sequence[int], folder: Path) -> list[Sample]:
        """Small copies of the pictures."""
        return write_samples([examples.paths[row] for row in rows], self.image, folder)

    def write_files(self, folder: Path) -> None:
        """Nothing is needed beside the model."""


def _read(encoded: bytes, spec: ImageSpec) -> np.ndarray | None:
    try:
        return load_image(encoded, spec)
    except DataError:
        return None


def prepare(splits: ImageSplits, options: Options, cache: Cache) -> Experiment:
    """Pictures and options → model inputs, a network's builder and batches."""
    plan, image = plan_training(options, answer=TASK.answer_to(splits)), options["image"]
    spec = choose_image_spec(image, plan.model, splits)
    seed = plan.train.seed
    decoded = decode_splits(
        splits,
        spec,
        variation=choose_variation(image, spec, splits, seed=seed),
        load=options["load"],
        cache=cache,
        served=image.data_service is not None,
    )
    change = augmentation_of(image, plan.model)
    judging = judging_of(
        splits,
        decoded.inputs,
        PictureReading(spec, INTEGER[splits.target.kind]),
        each_epoch=plan.is_judged,
        label_loss=image.label_loss,
        elsewhere=functools.partial(on_a_phone, splits=splits, spec=spec, drawn=change.resampling),
        trust=trust_of(options),
    )
    views = mirror_averaged if averages_views(image, plan.model) else as_trained
    return Experiment(
        plan=plan,
        build=building(
            splits,
            functools.partial(
                build_classifier,
                plan.model,
                input_shape=spec.shape,
                num_classes=outputs_of(splits),
                dropout=plan.train.dropout,
            ),
        ),
        judging=judging,
        batches=batches_of(
            splits,
            decoded.inputs,
            train=plan.train,
            targets=learnt_of(splits),
            class_weights=class_weights_of(plan.train, splits),
            transform=functools.partial(augment, augmentation=change),
            unmixed=functools.partial(augment, augmentation=change.unmixed),
            variants=decoded.variants,
            largest=ARCHITECTURES.find(plan.model.model).limits.get("largest_batch"),
            read=read_by(image, splits, spec),
        ),
        ship=shipping(judging, views=views),
    )


def augmentation_of(image: ImageConfig, model: ModelConfig) -> Augmentation:
    """What is asked for; where nobody says, fine-tuning mixes pictures.

    A backbone soon knows a few thousand photos by heart, and mixtures it does not (flowers, three
    folds of five: a loss of 0.21 in place of 0.28, 93.6 % in place of 93.2 % right).
    """
    found = resolve_augmentation(image)
    is_asked = image.mixup is not None or image.augment != "light" or found.mixes
    if is_asked or not ARCHITECTURES.is_pretrained(model.model):
        return found
    return replace(found, mixup=_MIXUP)


def averages_views(image: ImageConfig, model: ModelConfig) -> bool:
    """Whether the answer is the mean of a picture and its mirror image."""
    if image.test_time_flip is not None:
        return image.test_time_flip
    views = ARCHITECTURES.find(model.model).limits.get("views", 1)
    return views > 1 and resolve_augmentation(image).flip


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    spec = ImageSpec.from_dict(manifest.input)
    seed = options["train"].seed
    decoded = decode_splits(
        splits,
        spec,
        variation=choose_variation(options["image"], spec, splits, seed=seed),
        load=options["load"],
        cache=Cache(work),
        train_once=True,
    )
    drawn = resolve_augmentation(options["image"]).resampling
    return judging_of(
        splits,
        decoded.inputs,
        PictureReading(spec, INTEGER[splits.target.kind]),
        label_loss=options["image"].label_loss,
        elsewhere=functools.partial(on_a_phone, splits=splits, spec=spec, drawn=drawn),
        trust=trust_of(options),
    )
