"""What a run hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kerasapps.workflow.judged_files import shown_files, which_to_use

if TYPE_CHECKING:
    import keras

    from kerasapps.config.metric import Metric
    from kerasapps.evaluation.shown import Shown
    from kerasapps.export.artifact import Artifact
    from kerasapps.training import History
    from kerasapps.tuning.records import Leaderboard
    from kerasapps.workflow.ensemble.figures import Ensemble
    from kerasapps.workflow.folds.figures import CrossValidated


class Showable(Protocol):
    """What a task tells of a model's answers: what they are worth, or why they are as they are."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""

    def shown(self) -> Shown:
        """The same for people."""


@dataclass(frozen=True)
class Choice:
    """The model that the data decided for.

    Attributes:
        model: its name.
        reason: why it, as the end of a sentence that begins with the model.
        tried: a row of plain values for each model that the validation split decided among, the
            best first; empty where a rule decided.
    """

    model: str
    reason: str
    tried: tuple[Mapping[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"model": self.model, "reason": self.reason, "tried": [*map(dict, self.tried)]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Choice:
        """The choice that `to_dict` gave, or its model and reason alone."""
        return cls(values["model"], values["reason"], tuple(values.get("tried", ())))


@dataclass(frozen=True)
class RecipeResult:
    """A trained model and the files that were made of it.

    Attributes:
        model: the trained Keras model, from inputs to logits.
        history: what happened in each epoch.
        metrics: figures of `model` on the test split: `metrics["accuracy"]`, 0 to 1, of a
            classifier; `metrics["bleu"]`, 0 to 100, of a translator.
        artifacts: one a file, with its own figures on the test split and whether it passed.
        bundle_dir: the folder that ships.
        labels: class names in the order of the scores; a translator has none.
        task: what the model is for, such as `image_classification`.
        headline: the figures that count most, in words.
        metric: by which figure the files are compared.
        judged_on: the split that figures and files were judged on: `test`, or `validation` where
            there is none.
        search: all trials of the search that chose the options; None without a search.
        choice: the model that the data decided for; None where it was named or searched.
        folds: what the figures were in a cross-validation before it; None without one.
        ensemble: validation figures of the networks that it is the mean of, or learnt from; None
            where it is one alone.
        made_by: on a worker of several machines the chief, which has `bundle_dir` and the files;
            empty where this process made them.
    """

    model: keras.Model
    history: History
    metrics: Mapping[str, Any]
    artifacts: tuple[Artifact, ...]
    bundle_dir: Path
    labels: tuple[str, ...]
    task: str
    headline: str
    metric: Metric
    judged_on: str = "test"
    search: Leaderboard | None = None
    choice: Choice | None = None
    made_by: str = ""
    folds: CrossValidated | None = None
    ensemble: Ensemble | None = None

    @property
    def passed(self) -> bool:
        """Whether every file that was asked for passed verification."""
        return all(artifact.passed for artifact in self.artifacts)

    def shown(self) -> Shown:
        """What became of the files, which of them to use, and how good the model is."""
        shown = shown_files(
            self.artifacts,
            metric=self.metric,
            reference=self.metric.share(self.metrics),
            judged_on=self.judged_on,
        )
        chosen = [] if self.choice is None else [f"Model: {self.choice.model}, chosen by the data"]
        together = [] if self.ensemble is None else [self.ensemble.headline]
        use = which_to_use(self.artifacts, metric=self.metric)
        return replace(shown, lines=[*shown.lines, *chosen, *together, self.headline, *use])

    def to_dict(self) -> dict[str, Any]:
        """What `--json` prints: figures, files, labels, the model chosen, a search's trials."""
        choice = {} if self.choice is None else {"choice": self.choice.to_dict()}
        made_by = {"made_by": self.made_by} if self.made_by else {}
        folds = {} if self.folds is None else {"folds": self.folds.to_dict()}
        ensemble = {} if self.ensemble is None else {"ensemble": self.ensemble.to_dict()}
        search = {} if self.search is None else {"search": self.search.to_dict()}
        return {
            "metrics": dict(self.metrics),
            "artifacts": [artifact.to_dict() for artifact in self.artifacts],
            "bundle_dir": str(self.bundle_dir),
            "labels": list(self.labels),
            **made_by,
            **choice,
            **folds,
            **ensemble,
            **search,
        }
