"""A training repeated for each fold; a fold that is finished is not trained again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Splits
from kerasapps.errors import TrainingError
from kerasapps.files.npy import save_array
from kerasapps.terminal.doing import Far, doing
from kerasapps.terminal.streams import tell
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.team import ALONE, Team
from kerasapps.workflow.aside import (
    fit_aside,
    is_aside,
    prepare_aside,
    put_aside,
    values_aside,
    working_in,
)
from kerasapps.workflow.compress import compress_for
from kerasapps.workflow.fit import start_network
from kerasapps.workflow.folds.figures import CrossValidated, Fold, numbers_in
from kerasapps.workflow.folds.folding import Folding
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.prune import FOLDER as PRUNING
from kerasapps.workflow.prune import choose_pruner, prune
from kerasapps.workflow.ship import judge_network
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

Answers: TypeAlias = NDArray[Any] | list[NDArray[Any]]
"""What is answered to each of some examples: a row each, or an array each."""

_ANSWERS: Final = "answers.npy"
_LENGTHS: Final = "lengths.npy"


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """What networks say of examples that they were not trained on.

    Attributes:
        figures: of the folds.
        answers: `(n, …)` of the examples of the training split and behind them those of the
            validation split: probabilities of classes `(n, classes)`, scores of labels `(n,
            labels)`, or numbers `(n,)`; of tags a list with probabilities `(words, tags)` for
            each sentence; None of what has another form.
        folding: which example was judged in which fold.
    """

    figures: CrossValidated
    answers: Answers | None
    folding: Folding


def cross_validate(
    task: Task,
    options: Options,
    splits: Splits[Any],
    *,
    folds: int,
    folder: Path,
    settings: Mapping[str, Any],
    hooks: Hooks = NO_HOOKS,
    team: Team = ALONE,
    log_dir: Path | None = None,
) -> OutOfFold:
    """Trains and judges a network for each fold of the training and validation splits.

    The same call goes on where an earlier one was interrupted. The test split is not looked at.

    Args:
        task: what is trained.
        options: of every training; the seed draws the folds too.
        splits: the examples.
        folds: how many.
        folder: for checkpoints and what is done; the caller removes it.
        settings: JSON-able values that identify the training.
        hooks: objects of the user's; callbacks do not hear of it.
        team: this process alone, with its devices.
        log_dir: for TensorBoard logs; by default they go to `folder`.

    Raises:
        ConfigError: if there are too few examples for so many folds.
        TrainingError: if a training fails, or `folder` holds other data's folds.
    """
    folding = Folding.of(splits, folds=folds, seed=options["train"].seed)
    figures, answers = [], []
    for number in range(folds):
        place = folder / str(number + 1)
        logs = place / "tensorboard" if log_dir is None else log_dir / f"fold-{number + 1}"
        if not is_aside(place):
            with doing(f"Fold {number + 1} of {folds}") as far, working_in(place):
                _train(
                    task,
                    options,
                    folding.splits_of(number),
                    place=place,
                    settings={**settings, "fold": number + 1, "folds": folds},
                    hooks=hooks,
                    team=team,
                    log_dir=logs,
                    far=far,
                )
        headline, fold = _read(place, folding.splits_of(number).fingerprint)
        tell(f"  Fold {number + 1}: {headline}")
        figures.append(fold)
        answers.append(_read_answers(place))
    answer = task.answer_to(splits)
    crossed = CrossValidated(tuple(figures), answer.metric)
    tell(crossed.headline)
    return OutOfFold(crossed, _aligned(answers, folding), folding)


def _train(
    task: Task,
    options: Options,
    splits: Splits[Any],
    *,
    place: Path,
    settings: Mapping[str, Any],
    hooks: Hooks,
    team: Team,
    log_dir: Path,
    far: Far,
) -> None:
    """One fold, from examples to what is written of it."""
    experiment = prepare_aside(task, splits, options, hooks=hooks, place=place)
    network, runtime = start_network(experiment, team)
    compress = compress_for(task, options)
    if compress.prune_share is not None:
        choose_pruner(network, compress, model=experiment.plan.model.model)
    history = fit_aside(
        network,
        experiment,
        runtime=runtime,
        settings=settings,
        place=place,
        log_dir=log_dir,
        far=far,
    )
    experiment = experiment.taught_by(history.rows)
    if compress.prune_share is not None:
        far("pruning")
        pruned = prune(
            network, experiment, compress, settings=settings, work=place, log_dir=log_dir
        )
        network, experiment = pruned.network, pruned.experiment
    judged = judge_network(network, experiment)
    _keep_answers(judged, experiment.judging, place, count=len(splits.test))
    fold = Fold(
        len(splits.test),
        len(history.rows),
        history.seconds,
        numbers_in(judged.figures.to_dict()),
    )
    # Of few examples each fold would warn; what all of them say together is told at the end.
    done = {"fingerprint": splits.fingerprint, "headline": judged.headline, **fold.to_dict()}
    put_aside(place, done, scratch=(PRUNING,))


def _read(place: Path, fingerprint: str) -> tuple[str, Fold]:
    """The headline and figures of a fold that is done."""
    values = values_aside(place)
    if values.pop("fingerprint") != fingerprint:
        raise TrainingError(
            f"{place.parent} holds folds of other data: the data has changed since. Choose another "
            f"output folder, or delete {place.parent}."
        )
    return str(values.pop("headline")).replace("Test ", "", 1), Fold(**values)


def _keep_answers(judged: Judged, judging: Judging, place: Path, *, count: int) -> None:
    """Writes what the network answers to each example; nothing where that has another form."""
    by_example = getattr(judging, "by_example", None)
    if by_example is not None:
        parts = by_example(judged)
        save_array(place / _LENGTHS, np.array([*map(len, parts)], np.int64))
        save_array(place / _ANSWERS, np.concatenate(parts))
        return
    answers = getattr(judged.answers, "scores", judged.answers)
    if isinstance(answers, np.ndarray) and len(answers) == count:
        save_array(place / _ANSWERS, answers)


def _read_answers(place: Path) -> Answers | None:
    file, lengths = place / _ANSWERS, place / _LENGTHS
    if not file.exists():
        return None
    answers = np.load(file, allow_pickle=False)
    if not lengths.exists():
        return answers  # type: ignore[no-any-return]
    ends = np.cumsum(np.load(lengths, allow_pickle=False))
    return np.split(answers, ends[:-1])


def _aligned(answers: Sequence[Answers | None], folding: Folding) -> Answers | None:
    """The answers of all folds in the order of the examples."""
    known = [each for each in answers if each is not None]
    if len(known) < len(answers):
        return None
    rows = np.concatenate([folding.rows(number) for number in range(folding.folds)])
    places = np.argsort(rows)
    if any(isinstance(each, list) for each in known):
        items = [item for each in known for item in each]
        return [items[place] for place in places.tolist()]
    return np.concatenate(known)[places]
