"""Sounds to samples of one rate and length, options to a network."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import LoadConfig, TrustConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundExamples, SoundSplits
from kerasapps.data.splits import SPLITS
from kerasapps.deploy.manifest import Manifest
from kerasapps.evaluation.sections import Section, Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.network import keeping_temperature
from kerasapps.export.odd_inputs import OddInput
from kerasapps.model_inputs import ModelInputs
from kerasapps.outputs.asking import ask_sound
from kerasapps.outputs.batches import batches_of
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.probabilities import predict_probabilities
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.sounds.augmentation import augment_sounds
from kerasapps.preprocess.sounds.cache import read_all
from kerasapps.preprocess.sounds.load import load_sound
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.answering import trust_of
from kerasapps.recipes.audio_classification.augmentation import noise_for, resolve_augmentation
from kerasapps.recipes.audio_classification.detector import suitable_detector
from kerasapps.recipes.audio_classification.integer import INTEGER
from kerasapps.recipes.audio_classification.network import NetworkBuilder
from kerasapps.recipes.audio_classification.plan import plan_training
from kerasapps.recipes.audio_classification.report import show_sounds, shown_sounds
from kerasapps.recipes.audio_classification.samples import write_samples
from kerasapps.recipes.audio_classification.sound_choice import choose_sound_spec, stream_chunk
from kerasapps.recipes.audio_classification.streaming import add_stream
from kerasapps.recipes.audio_classification.task import TASK
from kerasapps.recipes.ensembles import teaching_by
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
from kerasapps.workflow.experiment import Experiment, SplitInputs, read_inputs
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.samples import Sample
from kerasapps.workflow.ship import draw_rows
from kerasapps.workflow.steps import Options

LARGEST_BATCH = 64
CALIBRATION = 200  # clips on which ranges of the file for streams are found


@dataclass(frozen=True)
class SoundReading:
    """How sounds become samples of one rate and length.

    Attributes:
        sound: rate, length, and how sounds are made to fit.
        splits: the sounds.
        inputs: the same as such samples.
        build: what built the network.
        integer: what makes the int8 file, by what is answered; see `convert_network`.
    """

    sound: SoundSpec
    splits: SoundSplits
    inputs: SplitInputs[np.ndarray]
    build: NetworkBuilder
    integer: str = INTEGER["class"]
    refuses: ClassVar[bool] = False
    has_front_end: ClassVar[bool] = True

    @property
    def takes(self) -> Mapping[str, tf.TensorSpec]:
        """Samples at the model's rate: to decode and to resample is the client's work."""
        return {"sound": tf.TensorSpec((self.sound.samples,), tf.float32)}

    @property
    def summary(self) -> str:
        """Rate and length."""
        return f"{self.sound.seconds:.3g} s at {self.sound.rate:,} Hz"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.sound.to_dict()

    def explained(self) -> Mapping[str, Any]:
        """The same, and what is done to get there, for programs of other people."""
        return self.sound.explained()

    def raw(self, examples: SoundExamples) -> np.ndarray:
        """The samples, which the SavedModel takes as they are; on disk where they are many."""
        for name in SPLITS:
            if getattr(self.splits, name).clips is examples.clips:
                inputs: np.ndarray = getattr(self.inputs, name)
                return inputs
        return np.stack([load_sound(clip, self.sound) for clip in examples.clips])

    def in_graph(self) -> Callable[[Any], Any]:
        """Nothing is left to do."""
        return lambda samples: samples

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network with recurrences written out."""
        return keeping_temperature(network, self.build.for_export)

    def odd_inputs(self) -> Sequence[OddInput]:
        """No samples are read otherwise in a graph."""
        return ()

    def audit(self, splits: SoundSplits) -> list[Table]:
        """What was found in the sounds."""
        return audit_tables(splits.audit)

    def asked(self, splits: SoundSplits) -> Asked:
        """A sound, as it is written."""
        return ask_sound(self.sound)

    def mistakes(
        self, splits: SoundSplits, network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The worst mistakes, to be seen and heard."""
        return show_sounds(splits.test, probabilities, splits.labels, self.sound)

    def shown(
        self,
        examples: SoundExamples,
        rows: Sequence[int],
        *,
        network: keras.Model,
        outputs: Sequence[int],
    ) -> list[ShownExample]:
        """Some sounds, to be seen and heard, without what in them spoke for an output."""
        return shown_sounds(examples, rows, self.sound)

    def sections(
        self, splits: SoundSplits, error: Callable[[ModelInputs, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        """Nothing more is said of numbers."""
        return []

    def samples(self, examples: SoundExamples, rows: Sequence[int], folder: Path) -> list[Sample]:
        """Small files of the sounds."""
        sounds = [load_sound(examples.clips[row], self.sound) for row in rows]
        return write_samples(sounds, self.sound, folder)

    def write_files(self, folder: Path) -> None:
        """Nothing is needed beside the model."""


def prepare(splits: SoundSplits, options: Options, cache: Cache) -> Experiment:
    """Sounds and options → model inputs, a network's builder and batches."""
    plan, audio = plan_training(options, answer=TASK.answer_to(splits)), options["audio"]
    spec = choose_sound_spec(audio, splits)
    build = NetworkBuilder.of(plan.model, audio, spec, outputs=outputs_of(splits), train=plan.train)
    if audio.streaming:
        build.check_streams(chunk=stream_chunk(audio, spec.rate))
    inputs = read_sounds(splits, spec, load=options["load"], cache=cache)
    lessons = lessons_of(TASK, splits, options, cache, inputs=inputs.train)
    change = resolve_augmentation(audio)
    changed = functools.partial(
        augment_sounds, rate=spec.rate, noise=noise_for(change, splits.train, spec)
    )
    judging = sound_judging(
        splits, inputs, spec, build, audio, each_epoch=plan.is_judged, trust=trust_of(options)
    )
    return Experiment(
        plan=plan,
        build=building(splits, build),
        judging=judging,
        batches=batches_of(
            splits,
            inputs,
            train=plan.train,
            targets=learnt_of(splits),
            class_weights=class_weights_of(plan.train, splits),
            transform=functools.partial(changed, augmentation=change),
            unmixed=functools.partial(changed, augmentation=replace(change, mixup=0.0)),
            largest=LARGEST_BATCH,
            lessons=lessons,
        ),
        lessons=lessons,
        ship=shipping(judging),
        teach=teaching_by(splits),
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    spec = SoundSpec.from_dict(manifest.input)
    inputs = read_sounds(splits, spec, load=options["load"], cache=Cache(work))
    build = NetworkBuilder.of(
        options["model"],
        options["audio"],
        spec,
        outputs=outputs_of(splits),
        train=options["train"],
    )
    return sound_judging(splits, inputs, spec, build, options["audio"], trust=trust_of(options))


def read_sounds(
    splits: SoundSplits, spec: SoundSpec, *, load: LoadConfig, cache: Cache
) -> SplitInputs[np.ndarray]:
    """Every sound once, float32 `(n, samples)`; in memory while `load.cache_mb` lasts, or on disk.

    With `load.disk_cache` False, what has no room in memory is read again for every batch.
    """
    with cache.place("sounds", spec.to_dict()) as folder:

        def read(examples: SoundExamples, name: str, budget: int) -> np.ndarray:
            return read_all(
                examples,
                spec,
                budget_bytes=budget,
                folder=folder,
                name=name,
                on_disk=load.on_disk,
            )

        return read_inputs(splits, read, memory_bytes=cache.memory_bytes(load.cache_mb))


def sound_judging(
    splits: SoundSplits,
    inputs: SplitInputs[np.ndarray],
    spec: SoundSpec,
    build: NetworkBuilder,
    audio: AudioConfig,
    *,
    each_epoch: bool = False,
    trust: TrustConfig = TrustConfig(),
) -> AnyJudging:
    """What judges a network on these sounds; of classes, with what hears them in a stream."""
    reading = SoundReading(spec, splits, inputs, build, INTEGER[splits.target.kind])
    judging = judging_of(
        splits, inputs, reading, each_epoch=each_epoch, label_loss=audio.label_loss, trust=trust
    )
    if not isinstance(judging, ClassJudging):
        return judging

    def detector(judged: Judged) -> Mapping[str, Any]:
        found = suitable_detector(
            np.asarray(splits.validation.labels),
            predict_probabilities(judged.network, inputs.validation),
            labels=splits.labels,
            seconds=spec.seconds,
            smoothing=audio.smoothing_ms / 1000,
            threshold=audio.threshold,
        )
        return {"detector": found.to_dict()}

    def stream(judged: Judged, folder: Path) -> None:
        add_stream(
            build,
            judged.network,
            folder,
            chunk=stream_chunk(audio, spec.rate),
            clips=inputs.test,
            scores=judged.answers,
            calibration=inputs.train[draw_rows(len(inputs.train), CALIBRATION, seed=0)],
        )

    return replace(judging, also_answers=detector, also_writes=stream if audio.streaming else None)
