"""The second half of every run: from an experiment to a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config import CompressConfig, ExportConfig
from kerasapps.evaluation.robustness import Robustness
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import write_bundle
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training import History, Runtime
from kerasapps.training.finished import Finished
from kerasapps.training.team import ALONE, Team
from kerasapps.workflow.asked_teacher import tell_outdone_teacher
from kerasapps.workflow.compress import compress_for
from kerasapps.workflow.documents import all_figures, describe_bundle, environment_of
from kerasapps.workflow.ensemble.figures import Ensemble
from kerasapps.workflow.ensemble.join import join
from kerasapps.workflow.ensemble.members import Others
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.extension import (
    finished_training,
    refuse_other_network,
    tell_extension,
)
from kerasapps.workflow.fine_tuning import FineTuning, leaving_time, refuse_untraceable
from kerasapps.workflow.fit import fit_network, network_settings, start_network
from kerasapps.workflow.folds.figures import CrossValidated
from kerasapps.workflow.helping import help_training, tell_workers
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.order import Order
from kerasapps.workflow.prune import choose_pruner, prune
from kerasapps.workflow.result import Choice, RecipeResult
from kerasapps.workflow.robustness import FOLDER, judge_robustness
from kerasapps.workflow.run import TRAINING, Run
from kerasapps.workflow.ship import export_and_verify, judge_network
from kerasapps.workflow.task import Task
from kerasapps.workflow.worked_examples import tell_examples, with_examples

if TYPE_CHECKING:
    import keras

    from kerasapps.evaluation.shown_search import ShownSearch


@dataclass(frozen=True)
class Trained:
    """A trained network and the files made of it, not published yet.

    Attributes:
        experiment: what was trained.
        network: as it was trained.
        judged: the network as it ships, and how it did on the test split.
        history: of its training.
        artifacts: the files, each judged as the network was; those that failed are withheld.
        runtime: how it was trained.
        robustness: how it did under attacks and noise, where that was asked for.
        pruned: what went of it in pruning, for people; "" without.
        ensemble: what networks it is the mean of, or learnt from; None where it is one alone.
    """

    experiment: Experiment
    network: keras.Model
    judged: Judged
    history: History
    artifacts: tuple[Artifact, ...]
    runtime: Runtime
    robustness: Robustness | None = None
    pruned: str = ""
    ensemble: Ensemble | None = None


def train_and_publish(
    order: Order,
    experiment: Experiment,
    *,
    run: Run,
    folds: CrossValidated | None = None,
    others: Others | None = None,
) -> RecipeResult:
    """Trains a network, judges it, and publishes the files that stood the same test.

    Args:
        order: the run.
        experiment: data, network and how to train it.
        run: its folder.
        folds: the cross-validation before it.
        others: networks that were trained before, with other seeds or folds, for an ensemble.

    Returns:
        Of a worker of several machines the chief's result: it only trains.
    """
    compress = compress_for(order.task, order.options)
    if compress.qat:
        experiment = leaving_time(experiment)
    if not run.team.is_chief:
        return help_training(order, experiment, run=run)
    settings = order.settings
    fingerprint = experiment.judging.splits.fingerprint
    finished = None
    if run.begun() is None:
        finished = finished_training(run.bundle_dir, settings, fingerprint=fingerprint)
    trained = train_and_judge(
        experiment,
        export=order.options["export"],
        settings=settings,
        work=run.work,
        log_dir=run.logs,
        team=run.team,
        finished=finished,
        compress=compress,
        rounds="qat" in order.task.compresses,
        others=others,
    )
    tell_outdone_teacher(order.task, order.options, trained.judged.metric, fingerprint=fingerprint)
    result = publish(
        order.task,
        trained,
        settings=order.published,
        target=run.bundle_dir,
        command=order.command,
        choice=order.choice,
        folds=folds,
    )
    tell_workers(result, run.team)
    return result


def train_and_judge(
    experiment: Experiment,
    *,
    export: ExportConfig,
    settings: Mapping[str, Any],
    work: Path,
    log_dir: Path,
    team: Team = ALONE,
    finished: Finished | None = None,
    compress: CompressConfig = CompressConfig(),
    rounds: bool = False,
    others: Others | None = None,
) -> Trained:
    """Trains a network and judges it and the files made of it.

    Args:
        experiment: data, network and how to train it.
        export: which files, and the tolerance that each must keep.
        settings: what identifies the training, which goes on from its checkpoint.
        work: for that checkpoint and the files.
        log_dir: for TensorBoard logs.
        team: who trains it, of which this is the chief.
        finished: a shorter training to go on from.
        compress: says whether the network is pruned, and fine-tuned for its int8 file.
        rounds: whether it may be fine-tuned for that file, asked or not.
        others: of an ensemble that the network is the first of.
    """
    # hyperparameters -> network
    own = experiment if others is None else others.of_first(experiment)
    network, runtime = start_network(own, team)
    if compress.prune_share is not None:
        choose_pruner(network, compress, model=experiment.plan.model.model)
    if compress.qat:
        refuse_untraceable(network)

    if finished is not None:
        refuse_other_network(finished, network_settings(experiment.plan.model.model, network))
        tell_extension(finished)
        finished = finished.through(network, experiment.reopen)
    # fit on the training split, stop on the validation split, open the test split once
    history = fit_network(
        network,
        own,
        runtime=runtime,
        settings=settings,
        folder=work / TRAINING,
        log_dir=log_dir,
        finished=finished,
    )
    experiment = experiment.taught_by(history.rows, within=own)
    del own  # its data, where these are a part of all, have done their work
    ensemble = None
    if others is not None:
        # networks of several seeds or folds -> their mean, or what learns from it
        joined = join(
            network,
            others,
            experiment=experiment,
            history=history,
            runtime=runtime,
            team=team,
            settings=settings,
            work=work,
            log_dir=log_dir,
        )
        network, history, ensemble = joined.network, joined.history, joined.figures
        experiment, runtime = joined.experiment, joined.runtime
    pruned = None
    if compress.prune_share is not None:
        # a network that has learnt -> one that does with less
        pruned = prune(network, experiment, compress, settings=settings, work=work, log_dir=log_dir)
        network, experiment = pruned.network, pruned.experiment
        tell(f"Pruned: {pruned.words}")
    judged = judge_network(network, experiment)

    # export from raw inputs, then judge the very files that ship
    tell(judged.told)
    fine_tuning = None
    if rounds and (others is None or others.distils):
        fine_tuning = FineTuning(network, experiment, history, compress, settings, work, log_dir)
    artifacts = export_and_verify(
        judged,
        experiment.judging,
        config=export,
        seed=experiment.plan.train.seed,
        folder=work / "export",
        fine_tuning=fine_tuning,
        model=experiment.plan.model,
    )
    if pruned is not None:
        artifacts = tuple(each.compressed() for each in artifacts)
    robustness = judge_robustness(judged, experiment, artifacts, folder=work / FOLDER)
    words = "" if pruned is None else pruned.words
    return Trained(
        experiment, network, judged, history, artifacts, runtime, robustness, words, ensemble
    )


def publish(
    task: Task,
    trained: Trained,
    *,
    settings: Mapping[str, Any],
    target: Path,
    command: str = "",
    choice: Choice | None = None,
    search: ShownSearch | None = None,
    folds: CrossValidated | None = None,
) -> RecipeResult:
    """Writes the bundle.

    Args:
        task: what was made.
        trained: what goes in.
        settings: what identifies the run.
        target: the bundle's folder.
        command: the command line that asks for the run.
        choice: how the model was chosen, if it was.
        search: what the report shows of the search before it.
        folds: the cross-validation before it.
    """
    judged, judging = trained.judged, trained.experiment.judging
    model = trained.experiment.plan.model.model
    settings = {**settings, **network_settings(model, trained.network)}
    environment = environment_of(trained.runtime, model=model, command=command)
    if trained.pruned:
        environment["pruning"] = trained.pruned
    with doing("Writing report and bundle"):
        content = describe_bundle(
            task,
            judged,
            judging,
            history=trained.history,
            settings=settings,
            environment=environment,
            place=target,
            examples=with_examples(settings),
            choice=choice,
            search=search,
            folds=folds,
            robustness=trained.robustness,
            ensemble=trained.ensemble,
        )
        published = write_bundle(content, trained.artifacts, target=target)
    tell_examples(target)
    told = judged
    if (robustness := trained.robustness) is not None:
        told = judged.told_also(
            robustness.line(judging.answer), *robustness.warnings(judging.answer)
        )
    return RecipeResult(
        model=judged.network,
        history=trained.history,
        metrics=all_figures(judged, trained.robustness),
        artifacts=published,
        bundle_dir=target,
        labels=judging.splits.labels,
        task=task.name,
        headline=told.told,
        metric=judging.answer.metric,
        judged_on=judging.splits.judged_on,
        choice=choice,
        folds=folds,
        ensemble=trained.ensemble,
    )
