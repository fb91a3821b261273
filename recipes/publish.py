"""The second half of every recipe: from prepared data and a network's builder to a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras

from kerasapps.config import ExportConfig
from kerasapps.export.bundle import write_bundle

from .documents import describe_bundle, environment_of
from .export_steps import export_and_verify, judge_network
from .prepared import Batches, Plan, Prepared
from .result import RecipeResult
from .run import Run
from .steps import fit_network, start_network
from .terminal import say


def train_and_publish(
    task: str,
    build: Callable[[], keras.Model],
    prepared: Prepared,
    batches: Batches,
    *,
    plan: Plan,
    export: ExportConfig,
    settings: Mapping[str, Any],
    run: Run,
) -> RecipeResult:
    """Trains a network, judges it, and publishes the files that stood the same test.

    Args:
        task: name of the recipe.
        build: makes the network, with fresh weights.
        prepared: the data.
        batches: the same as batches.
        plan: the model and how to train it.
        export: which files, and the tolerance that each must keep.
        settings: what identifies the run.
        run: its folder.
    """
    # hyperparameters -> network
    network, runtime = start_network(build, prepared, plan=plan)

    # fit on the training split, stop on the validation split, open the test split once
    history = fit_network(
        network, batches, prepared, plan=plan, runtime=runtime, settings=settings, run=run
    )
    judged = judge_network(network, build, prepared)

    # export from raw inputs, then judge the very files that ship
    say(f"{judged.headline}. Exporting and verifying …")
    artifacts = export_and_verify(
        judged, prepared, config=export, seed=plan.train.seed, folder=run.work / "export"
    )

    # bundle
    content = describe_bundle(
        task,
        judged,
        prepared,
        history=history,
        settings=settings,
        environment=environment_of(runtime),
    )
    published = write_bundle(content, artifacts, target=run.bundle_dir, staging=run.work / "bundle")
    return RecipeResult(
        model=judged.network,
        history=history,
        metrics=judged.figures.to_dict(),
        artifacts=published,
        bundle_dir=run.bundle_dir,
        labels=prepared.splits.labels,
        task=task,
        headline=judged.headline,
    )
