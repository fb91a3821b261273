"""What the file of a network weighs, of any width: it is built and converted, not trained."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np

from kerasapps.config import CompressConfig, ExportConfig
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.errors import ExportError
from kerasapps.export.files import size_of
from kerasapps.export.metadata.describe import describe_files
from kerasapps.terminal.streams import hushed
from kerasapps.training import seed_everything
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.options import with_values
from kerasapps.workflow.order import Order
from kerasapps.workflow.ship import description_of, shipped_network

_FEW: Final = 64
"""Validation examples that the untrained network answers, for what files say of themselves."""
_CALIBRATION: Final = 200
_NOISE: Final = 0.01


@dataclass
class Scales:
    """What weighs networks of one run that differ in width.

    Networks of equal weights, as narrow ones of nearly the same width are, are converted once.

    Attributes:
        order: the run.
        splits: the examples, with a few for validation in the test split's place.
        name: of the file.
        folder: scratch space; emptied by whoever made it.
    """

    order: Order
    splits: Splits[Any]
    name: str
    folder: Path
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _answers: Judged | None = None

    @classmethod
    def of(cls, order: Order, splits: Splits[Any], *, name: str, folder: Path) -> Scales:
        """Scales for a run's examples, whose test split is not looked at."""
        return cls(order, _held_back(splits), name, folder)

    def weigh(self, width: float) -> int:
        """Bytes of the file that a network of this width ships as.

        Raises:
            ConfigError: if the model cannot have this width.
            ExportError: if it does not convert.
        """
        options = with_values(self._plain(), {"width": width})
        cache = Cache(self.folder / "data", shared=True)
        with hushed():  # the training prepares the same, and tells
            experiment = self.order.task.training.prepare(self.splits, options, cache)
        seed_everything(experiment.plan.train)
        network = experiment.build()
        shapes = tuple(tuple(weight.shape) for weight in network.weights)
        if shapes not in self._known:
            self._known[shapes] = self._converted(network, experiment)
        return self._known[shapes]

    def _plain(self) -> dict[str, Any]:
        """The options without what only teaches: a teacher is not asked for this."""
        options = dict(self.order.options)
        if "compress" in options:
            options["compress"] = CompressConfig()
        return options

    def _converted(self, network: keras.Model, experiment: Experiment) -> int:
        judging = experiment.judging
        judging.start(network)
        _disturb(network)
        shipped = shipped_network(network, experiment)
        if self._answers is None:
            self._answers = judging.judge(shipped)
        judged = dataclasses.replace(self._answers, network=shipped)
        folder = self.folder / "files"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        config = ExportConfig(
            quantization=(self.name,),  # type: ignore[arg-type]
            saved_model=False,
            calibration=_CALIBRATION,
        )
        made = judging.export(judged, config=config, seed=0, folder=folder)
        describe_files(made, description_of(judging, judged, folder / "beside"))
        file = made[self.name]
        if isinstance(file, ExportError):
            raise file
        return size_of(file)


def _held_back(splits: Splits[Any]) -> Splits[Any]:
    known = splits.validation
    rows = np.linspace(0, len(known) - 1, min(_FEW, len(known))).astype(np.int64)
    return dataclasses.replace(splits, test=taken([known], rows, like=known))


def _disturb(network: keras.Model) -> None:
    """Makes weights as unequal as training does: files hold equal constants once."""
    random = np.random.default_rng(0)
    network.set_weights(
        [
            weight + random.uniform(-_NOISE, _NOISE, weight.shape).astype(weight.dtype)
            if np.issubdtype(weight.dtype, np.floating)
            else weight
            for weight in network.get_weights()
        ]
    )
