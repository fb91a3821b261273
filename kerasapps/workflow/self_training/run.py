"""Self-training: networks label what has no labels, one after the other, before the one that ships.

Each is trained on the labelled examples and on what those before it are sure of. Their scores are
made as sure as they are right, and the mean of the scores of all of them decides.

References: Xie et al. 2020, "Self-training with Noisy Student improves ImageNet classification";
Laine and Aila 2017, "Temporal Ensembling for Semi-Supervised Learning" (the mean of the scores).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from kerasapps.data.splits import Splits
from kerasapps.data.unlabelled import Sifted
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.workflow.options import set_by_hand, with_values
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run
from kerasapps.workflow.self_training.labelled import Labelled
from kerasapps.workflow.self_training.sure import cross_checked, is_validated, validated
from kerasapps.workflow.self_training.teacher import Course, taught_answers, teaching_options
from kerasapps.workflow.self_training.told import concluded
from kerasapps.workflow.settings import ASKED
from kerasapps.workflow.task import Task


class SelfTrained(NamedTuple):
    """What the training that ships begins with.

    Attributes:
        order: the run, with options that show its network examples changed more.
        splits: the labelled examples, and with them those that networks labelled.
    """

    order: Order
    splits: Splits[Any]


def self_trained(
    order: Order, splits: Splits[Any], sifted: Sifted[Any] | None, *, run: Run
) -> SelfTrained:
    """Labels the unlabelled examples that networks are sure of; nothing where there are none.

    The same call goes on where an earlier one was interrupted. The test split is not looked at.

    Args:
        order: the run, with its model.
        splits: the labelled examples.
        sifted: the others.
        run: its folder, which from now on is that of this run.

    Raises:
        TrainingError: if a training fails, or the folder holds labels of other data.
    """
    if sifted is None:
        return SelfTrained(order, splits)
    run.begin_repeats(run.folds, order.settings)
    config, noise = order.options["unlabelled"], _noise(order)
    noisy = _with_noise(order, noise)
    labelled = Labelled.begun(splits, sifted.examples, config)
    if not is_validated(splits):
        known = cross_checked(_course(order, run), splits, folder=run.folds / "sure")
        tell(known.line_at(labelled.threshold))
        labelled = labelled.knowing(known)
    for number in range(1, config.rounds + 1):
        labelled = _labelled_by(order if number == 1 else noisy, labelled, number, run=run)
        if not len(labelled.rounds[-1].rows):
            break
        if number == 1 and noise:
            tell(_noise_line(order.task, noise))
    grown = concluded(labelled, sifted)
    # Who learns from labelled examples alone sees them as ever.
    return SelfTrained(order if grown.pseudo is None else noisy, grown)


def _labelled_by(order: Order, labelled: Labelled, number: int, *, run: Run) -> Labelled:
    """How far it is after one more network; `number` counts from 1."""
    course, splits = _course(order, run), labelled.splits
    with doing(
        f"Network {number} of {labelled.config.rounds} that labels {course.task.noun}"
    ) as far:
        answers = taught_answers(
            course,
            labelled.asked,
            place=run.folds / f"labels-{number}",
            digest=labelled.digest,
            far=far,
        )
    if labelled.known is None:
        known = validated(course, splits, answers[-len(splits.validation) :])
        tell(known.line_at(labelled.threshold))
        labelled = labelled.knowing(known)
    labelled = labelled.after(answers)
    tell(f"  Labelled by network {number}: {labelled.rounds[-1].line}")
    return labelled


def _course(order: Order, run: Run) -> Course:
    return Course(
        task=order.task,
        options=teaching_options(order.options),
        settings=order.settings,
        hooks=order.hooks,
        team=run.team,
        log_dir=run.logs,
    )


def _noise(order: Order) -> dict[str, Any]:
    """The options that change examples more, where nobody set them.

    A pretrained network is fine-tuned on few, or its head alone is solved: it is left as it is.

    Reference: Sohn et al. 2020, "FixMatch": a label is given to an example that is changed little,
    and learnt from one that is changed much.
    """
    task = order.task
    if task.architectures.is_pretrained(order.options["model"].model):
        return {}
    by_hand = set_by_hand(task, order.options)
    return {name: each for name, each in task.unlabelled.NOISE.items() if name not in by_hand}


def _noise_line(task: Task, noise: Mapping[str, Any]) -> str:
    config = task.sections[task.section].__name__
    said = ", ".join(f"{config}.{name}={value!r}" for name, value in noise.items())
    return f"Networks that learn from labels of others see {task.noun} changed more ({said})"


def _with_noise(order: Order, noise: Mapping[str, Any]) -> Order:
    """The run with these options."""
    if not noise:
        return order
    section = order.task.section
    settings = {
        **order.settings,
        section: {**order.settings[section], **noise},
        ASKED: order.settings.get(ASKED, order.settings),
    }
    return dataclasses.replace(order, options=with_values(order.options, noise), settings=settings)
