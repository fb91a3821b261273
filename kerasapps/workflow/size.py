"""The width of the widest network whose file keeps a budget, where there is one."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Mapping
from typing import Any, Final

from kerasapps.config import ModelConfig
from kerasapps.config.compress import WEIGHTS
from kerasapps.config.export import AUTO as ANY_FILE
from kerasapps.config.training import NARROWEST
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.workflow.compress import compress_for
from kerasapps.workflow.options import with_values
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run, is_longer
from kerasapps.workflow.settings import ASKED, SIZED
from kerasapps.workflow.size_budget import BYTES, budget_file
from kerasapps.workflow.steps import Options

Sized = Mapping[str, Any]
"""`width`, the one `asked` for, the `file` that was weighed, its `bytes` and those of the `budget`;
JSON-able."""
STEPS: Final = 40
"""Widths that are looked at: so many equal parts of the one that was asked for."""


def choose_size(order: Order, splits: Splits[Any], *, run: Run) -> Order:
    """The order with the width that its budget leaves; as it is, where it has no budget.

    What an interrupted or finished run had found stays.

    Args:
        order: the run, with a model by name.
        splits: the examples, whose test split is not looked at.
        run: its folder.

    Raises:
        ConfigError: if the narrowest network is too large.
        ExportError: if no file can be made of the model.
    """
    if order.options["model"].size_budget_kb is None:
        return order
    if not run.team.is_chief:
        return sized_order(order, json.loads(run.team.send(None)))
    sized = order.settings.get(SIZED) or _sized_before(order, run)
    sized = sized or find_size(order, splits, run=run)
    run.team.send(json.dumps(sized).encode())
    _tell(order, sized)
    return sized_order(order, sized)


def sized_order(order: Order, sized: Sized) -> Order:
    """The run with a width that was found; by its settings it is still what was asked for."""
    if SIZED in order.settings:
        return order
    settings = {
        **order.settings,
        "model": {**order.settings["model"], "width": sized["width"]},
        SIZED: dict(sized),
        ASKED: order.settings.get(ASKED, order.settings),
    }
    options = with_values(order.options, {"width": sized["width"]})
    return dataclasses.replace(order, options=_limited(options), settings=settings)


def fitting_orders(
    orders: Mapping[str, Order], splits: Splits[Any], *, run: Run
) -> dict[str, Order]:
    """Of runs with different models those that fit their budget, each with its width.

    Raises:
        ConfigError: if none does, with what was said of the first.
    """
    if all(order.options["model"].size_budget_kb is None for order in orders.values()):
        return dict(orders)
    fitting, objections = dict[str, Order](), list[ConfigError]()
    for name, order in orders.items():
        try:
            fitting[name] = sized_order(order, find_size(order, splits, run=run))
        except ConfigError as error:
            objections.append(error)
            tell(f"Model {name} is left out: {error}")
    if not fitting:
        raise objections[0]
    return fitting


def find_size(order: Order, splits: Splits[Any], *, run: Run) -> Sized:
    """The widest network whose file keeps the budget, found by converting untrained ones.

    Raises:
        ConfigError: if the narrowest is too large, with what it weighs.
    """
    from kerasapps.workflow.weighing import Scales

    model: ModelConfig = order.options["model"]
    assert model.size_budget_kb is not None
    name, most = budget_file(order.options["export"]), round(model.size_budget_kb * BYTES)
    folder = run.work / "sizes"
    try:
        with doing(f"Weighing {name} files of {model.model} for {most:,} bytes") as far:
            scales = Scales.of(order, splits, name=name, folder=folder)

            def weigh(width: float) -> int:
                far(f"width {width:g}")
                return scales.weigh(width)

            width, size = widest(weigh, model=model, most=most)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if size > most:
        raise ConfigError(
            f"size_budget_kb {model.size_budget_kb:g} is less than {model.model} can be: of width "
            f"{width:g}, the least, its {name} file has {size:,} bytes untrained. Give at least "
            f"{-(-size // 100) / 10:g}, or choose a smaller model."
        )
    return {"width": width, "asked": model.width, "file": name, "bytes": size, "budget": most}


def widest(weigh: Callable[[float], int], *, model: ModelConfig, most: int) -> tuple[float, int]:
    """The widest network that fits, by halving, and its bytes; the narrowest where none does.

    Args:
        weigh: a width → bytes, which never fall with the width.
        model: whose `width` is the largest.
        most: bytes that it may have.
    """
    parts = [model.width * part / STEPS for part in range(1, STEPS + 1)]
    widths = [round(each, 6) for each in parts if each >= NARROWEST] or [model.width]
    sizes: dict[int, int] = {}

    def size_at(place: int) -> int:
        if place not in sizes:
            sizes[place] = weigh(widths[place])
        return sizes[place]

    low, high = 0, len(widths) - 1
    if size_at(high) <= most:
        return widths[high], sizes[high]
    if size_at(low) > most:
        return widths[low], sizes[low]
    while high - low > 1:  # the one fits, the other does not
        middle = (low + high) // 2
        low, high = (middle, high) if size_at(middle) <= most else (low, middle)
    return widths[low], sizes[low]


def _limited(options: Options) -> Options:
    """The options whose file is chosen within the budget, where one is chosen."""
    export, budget = options["export"], options["model"].size_budget_kb / BYTES
    if ANY_FILE not in export.quantization:
        return options
    most = budget if export.max_size_mb is None else min(budget, export.max_size_mb)
    return {**options, "export": dataclasses.replace(export, max_size_mb=most)}


def _sized_before(order: Order, run: Run) -> Sized | None:
    """What the run had found that goes on here, or the finished one that is trained longer."""
    begun = run.begun()
    if begun is None and is_longer(run, order.settings):
        begun = read_manifest(run.bundle_dir).settings
    return None if begun is None else begun.get(SIZED)


def _tell(order: Order, sized: Sized) -> None:
    model, compress = order.options["model"], compress_for(order.task, order.options)
    shrinks = compress.prune_share is not None and compress.prune_by != WEIGHTS
    before = "training and pruning" if shrinks else "training"
    whole = " (as wide as it may be)" if sized["width"] == sized["asked"] else ""
    tell(
        f"Size: {model.model} of width {sized['width']:g}{whole}, whose {sized['file']} file has "
        f"{sized['bytes']:,} of {sized['budget']:,} bytes before {before}"
    )
