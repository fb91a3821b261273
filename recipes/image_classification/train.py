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

from kerasapps.config import ImageConfig, ModelConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.sources.places import Place
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import DataError
from kerasapps.evaluation.sections import Section, Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.integer_pictures import PICTURE_NUMBERS, PICTURES
from kerasapps.export.network import colours_taken, mirror_averaged
from kerasapps.export.odd_inputs import OddInput
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.own_copies import unrolled
from kerasapps.outputs.asking import ask_picture
from kerasapps.outputs.batches import batches_of
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.augmentation import Augmentation, augment, resolve_augmentation
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.odd_pictures import odd_pictures
from kerasapps.recipes.answering import trust_of
from kerasapps.recipes.attacks import attacks_of
from kerasapps.recipes.ensembles import teaching_by
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES, build_classifier
from kerasapps.recipes.image_classification.attacks import space
from kerasapps.recipes.image_classification.decoding import (
    choose_variation,
    decode_splits,
    read_by,
)
from kerasapps.recipes.image_classification.phone import on_a_phone
from kerasapps.recipes.image_classification.plan import plan_training
from kerasapps.recipes.image_classification.report import show_pictures, shown_pictures
from kerasapps.recipes.image_classification.samples import write_samples
from kerasapps.recipes.image_classification.size import choose_image_spec
from kerasapps.recipes.image_classification.task import TASK
from kerasapps.recipes.image_classification.teacher import teacher_of_pictures
from kerasapps.recipes.image_classification.why_file import also_explaining, refuse_unexplainable
from kerasapps.recipes.judgings import (
    AnyJudging,
    building,
    class_weights_of,
    judging_of,
    learnt_of,
    outputs_of,
    shipping,
)
from kerasapps.recipes.teaching import lessons_of
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.documents import audit_tables
from kerasapps.workflow.experiment import Experiment, SplitInputs, as_trained
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.robust import robust_of
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
    has_front_end: ClassVar[bool] = False

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
        return replace(ask_picture(self.image), explained="photo.jpg")

    def mistakes(
        self, splits: ImageSplits, network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The worst mistakes, with the pictures and what spoke for the wrong class."""
        return show_pictures(
            splits.test, probabilities, splits.labels, network=network, spec=self.image
        )

    def shown(
        self,
        examples: PictureExamples,
        rows: Sequence[int],
        *,
        network: keras.Model,
        outputs: Sequence[int],
    ) -> list[ShownExample]:
        """Some pictures, small, with what spoke for an output in each."""
        paths = [examples.paths[row] for row in rows]
        return shown_pictures(paths, network=network, outputs=outputs, spec=self.image)

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
    build = building(
        splits,
        functools.partial(
            build_classifier,
            plan.model,
            input_shape=spec.shape,
            num_classes=outputs_of(splits),
            dropout=plan.train.dropout,
        ),
    )
    averages = averages_views(image, plan.model)
    if image.explain_signature:  # what has no map is refused before it is trained
        refuse_unexplainable(build, kind=splits.target.kind, averages_views=averages)
    judging = _judging(splits, decoded.inputs, spec, options, each_epoch=plan.is_judged)
    return Experiment(
        plan=plan,
        build=build,
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
        lessons=lessons_of(
            TASK,
            splits,
            options,
            cache,
            inputs=decoded.inputs.train,
            see=functools.partial(teacher_of_pictures, spec=spec),
        ),
        **attacks_of(options, space),
        corrupts=robust_of(options).corrupts,
        ship=shipping(judging, views=mirror_averaged if averages else as_trained),
        teach=teaching_by(splits),
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
    return _judging(splits, decoded.inputs, spec, options)


def _judging(
    splits: ImageSplits,
    inputs: SplitInputs[ModelInputs],
    spec: ImageSpec,
    options: Options,
    *,
    each_epoch: bool = False,
) -> AnyJudging:
    """What judges a network on these pictures."""
    image: ImageConfig = options["image"]
    drawn = resolve_augmentation(image).resampling
    judging = judging_of(
        splits,
        inputs,
        PictureReading(spec, INTEGER[splits.target.kind]),
        each_epoch=each_epoch,
        label_loss=image.label_loss,
        elsewhere=functools.partial(on_a_phone, splits=splits, spec=spec, drawn=drawn),
        trust=trust_of(options),
    )
    return also_explaining(judging, asked=image.explain_signature)
