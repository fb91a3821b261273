"""What a training of table rows is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config.metric import Answer
from kerasapps.config.own import is_own, own_title
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.errors import ConfigError
from kerasapps.recipes.answering import check_answer, trust_of
from kerasapps.recipes.tabular.architectures import ARCHITECTURES
from kerasapps.recipes.trusting import check_trusted
from kerasapps.training.length import has_open_end
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.steps import Options

FEW = 200
"""Rows for training below which a figure of the rows held out is luck in part."""


def plan_training(options: Options, *, answer: Answer) -> Plan:
    """The options, with the model's own rate where none were asked for.

    Raises:
        ConfigError: for an unknown model, or an option that is of no use for such an answer.
    """
    model, train, tabular = options["model"], options["train"], options["tabular"]
    architecture = ARCHITECTURES.find(model.model)
    check_answer(
        answer,
        asked=tabular.kind,
        label_loss=tabular.label_loss,
        train=train,
        architecture=architecture,
        model=model.model,
        option="target_kind" if tabular.answer is None else "answer",
        trust=trust_of(options),
    )
    if model.kernel is not None:
        raise ConfigError("models of table rows have no kernels: leave kernel out.")
    if model.model == "linear" and (model.sizes or tabular.bins not in (0, TabularConfig().bins)):
        raise ConfigError("linear has neither width, depth nor bins: leave them out.")
    if is_own(model.model) and tabular.bins != TabularConfig().bins:
        raise ConfigError(
            f"bins cannot change {own_title(model.model)}, a network of your own: leave it out."
        )
    # A small validation split is noisy: an end that was asked for is not brought forward.
    patience = None if has_open_end(train) else 0
    train = with_suggestions(train, **architecture.training, early_stopping=patience)
    return Plan.of(architecture, model=model, train=train, answer=answer)


def check_splits(splits: RowSplits, options: Options) -> None:
    """Refuses what is of no use to these data; see `check_trusted`."""
    check_trusted(splits, options)


def advise(splits: RowSplits, options: Options) -> str:
    """Which model is least misled by few rows."""
    count = len(splits.train)
    if count >= FEW:
        return ""
    few, simple = f"{counted(count, 'row')} for training {are(count)} few", "linear"
    if options["model"].model == simple:
        return f"{few}: the simplest model is used, and more rows would help."
    return f"{few}: compare with the simplest model (--model {simple}); more rows would help most."
