"""What a worker process knows of the trials it runs; without TensorFlow."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.data.splits import Splits
from kerasapps.files.whole import replaced
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.store import writing
from kerasapps.workflow.options import read_options, sent_options
from kerasapps.workflow.search.objects import SentObjects, objects_in, stored_objects
from kerasapps.workflow.search.own import stored_network, with_stored_network
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task, task_in

_SPLITS = "splits.pickle"


@dataclass(frozen=True)
class TrialSetup:
    """What all trials of a search have in common.

    Attributes:
        task: what is to be made.
        options: as they are in the first trial.
        objective: of the search.
        folder: of the search on this machine: examples, prepared data.
        keeps_checkpoints: whether later trials may go on from earlier ones.
        objects: of the user's, of which each trial has a copy.
    """

    task: Task
    options: Options
    objective: Objective
    folder: Path
    keeps_checkpoints: bool = False
    objects: SentObjects | None = None

    def to_dict(self) -> dict[str, Any]:
        """The setup in JSON's types."""
        return {
            "package": self.task.package,
            "options": sent_options(self.options),
            "network": stored_network(self.options["model"].model),
            "objective": self.objective.to_dict(),
            "folder": str(self.folder),
            "keeps_checkpoints": self.keeps_checkpoints,
            "objects": stored_objects(self.objects),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrialSetup:
        """The setup that `to_dict` wrote."""
        task = task_in(values["package"])
        return cls(
            task=task,
            options=with_stored_network(
                read_options(task, values["options"]), values.get("network")
            ),
            objective=Objective.from_dict(values["objective"]),
            folder=Path(values["folder"]),
            keeps_checkpoints=values["keeps_checkpoints"],
            objects=objects_in(values.get("objects")),
        )


def write_splits(splits: Splits[Any], folder: Path) -> Splits[Any]:
    """Leaves the examples for the trials on this machine, which never see the test split.

    What they would judge on it they judge on the validation split, which stands in its place.

    Returns:
        The examples as the trials have them.
    """
    held_back = dataclasses.replace(splits, test=splits.validation)
    with writing(folder / _SPLITS), replaced(folder / _SPLITS) as file:
        file.write(pickle.dumps(held_back))
    return held_back


def stored_splits(folder: Path) -> Splits[Any]:
    """The examples that `write_splits` left: from this program's own folder, hence no risk."""
    splits: Splits[Any] = pickle.loads((folder / _SPLITS).read_bytes())
    return splits
