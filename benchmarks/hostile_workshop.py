"""Where hostile cases work: a scratch folder, and one small finished bundle of each task."""

from __future__ import annotations

import functools
import shutil
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import kerasapps
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    ModelConfig,
    TrainConfig,
    TranslationConfig,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.recipes.audio_classification.tones import write_tones
from tests.recipes.tagging.sentences import write_conll
from tests.shapes import write_shapes
from tests.words import write_pairs


@dataclass(frozen=True, eq=False)
class Workshop:
    """Scratch space and finished bundles, each made when it is first asked for.

    Attributes:
        folder: everything is written below it.
    """

    folder: Path
    _numbers: count[int] = field(default_factory=count)

    def fresh(self, name: str = "case") -> Path:
        """A new, empty folder."""
        folder = self.folder / f"{name}-{next(self._numbers)}"
        folder.mkdir(parents=True)
        return folder

    def copy(self, bundle: Path) -> Path:
        """A copy of a bundle that a case may spoil, in an output folder of its own."""
        return Path(shutil.copytree(bundle, self.fresh("run") / "bundle"))

    @functools.cached_property
    def shapes(self) -> Path:
        """A folder of two class folders with 60 pictures each."""
        return write_shapes(self.folder / "shapes", per_class=60)

    @functools.cached_property
    def pairs(self) -> Path:
        """A folder of aligned files."""
        return write_pairs(self.folder / "pairs")

    @functools.cached_property
    def pictures(self) -> Path:
        """The bundle of a classifier of pictures."""
        return kerasapps.train_image_classifier(
            self.shapes,
            output_dir=self.folder / "pictures",
            model=ModelConfig(model="cnn", width=0.25),
            image=ImageConfig(augment="none"),
            train=TrainConfig(epochs=6, learning_rate=3e-3),
        ).bundle_dir

    @functools.cached_property
    def texts(self) -> Path:
        """The bundle of a classifier of texts."""
        return kerasapps.train_sentiment_classifier(
            "builtin:reviews", output_dir=self.folder / "texts"
        ).bundle_dir

    @functools.cached_property
    def translations(self) -> Path:
        """The bundle of a translator."""
        return kerasapps.train_translator(
            self.pairs,
            output_dir=self.folder / "translations",
            model=ModelConfig(model="transformer", width=0.25, depth=0.5),
            translation=TranslationConfig(vocab_size=60, batch_tokens=512, beam=3),
            train=TrainConfig(epochs=12, learning_rate=1e-2, dropout=0.0, average_checkpoints=2),
            export=ExportConfig(quantization=("float32", "dynamic"), calibration=200),
        ).bundle_dir

    @functools.cached_property
    def sounds(self) -> Path:
        """The bundle of a classifier of sounds, with a file for streams."""
        return kerasapps.train_audio_classifier(
            write_tones(self.folder / "tones", per_class=20),
            output_dir=self.folder / "sounds",
            model=ModelConfig(model="ds_cnn", width=0.25, depth=0.5),
            audio=kerasapps.AudioConfig(mels=16, augment="none", streaming=True),
            train=TrainConfig(epochs=12, learning_rate=1e-2),
            export=ExportConfig(quantization=("float32",), tolerance=100.0),
        ).bundle_dir

    @functools.cached_property
    def tags(self) -> Path:
        """The bundle of a tagger."""
        return kerasapps.train_tagger(
            write_conll(self.folder / "names.conll", 150),
            output_dir=self.folder / "tags",
            model=ModelConfig(model="cnn_crf", width=0.25),
            train=TrainConfig(epochs=12, learning_rate=1e-2),
            export=ExportConfig(quantization=("float32",), saved_model=False),
        ).bundle_dir
