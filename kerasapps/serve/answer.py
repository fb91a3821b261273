"""What was asked → an answer: the one way that all addresses share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.engine import Engine, ItemError
from kerasapps.serve.explaining import explain_with
from kerasapps.serve.kinds import ROW
from kerasapps.serve.metrics import Metrics
from kerasapps.serve.model import Answering, Model, Options
from kerasapps.serve.refusal import Refusal, invalid
from kerasapps.wording.finite import clean

Item = tuple[str, Any]
Find = Callable[[str, Any], Any]
"""The field that an input was sent in, and its value → its answer."""


class Service:
    """What answers all requests of a process.

    Args:
        models: by their names.
        config: the limits.
        metrics: what is counted.
    """

    def __init__(
        self, models: Mapping[str, Model], *, config: ServeConfig, metrics: Metrics
    ) -> None:
        self.models, self.config, self.metrics = models, config, metrics
        self.engine = Engine(threads=config.answering, limit=config.max_queue, metrics=metrics)

    def model(self, name: str) -> Model:
        """The model of a name.

        Raises:
            Refusal: if there is none.
        """
        if name not in self.models:
            known = ", ".join(self.models)
            raise Refusal(404, "unknown", f"There is no model {name[:80]!r}. Known: {known}.")
        return self.models[name]

    async def predictions(self, model: Model, items: Sequence[Item], options: Options) -> bytes:
        """The answer of `predict`, as JSON."""
        answering = _answering(model, options)
        find = self.reading(model, items, answering.find)
        values = {
            "model": model.name,
            "artifact": model.bundle.artifact,
            "predictions": [
                answering.values(each) for each in await self.find(model, items, find, options)
            ],
        }
        return json_bytes(values)

    async def explanation(self, model: Model, items: Sequence[Item], options: Options) -> bytes:
        """Why the model answers one input as it does, as JSON.

        Raises:
            Refusal: also for several inputs.
        """
        if len(items) != 1:
            noun = model.reads.name
            message = f"One {noun} is explained at a time, and {len(items):,} were given."
            raise invalid(message, field=model.reads.plural)
        explain = explain_with(model)
        find = self.reading(model, items, lambda value: explain(value, options))
        (found,) = await self.find(model, items, find, options)
        values = {"model": model.name, "artifact": model.bundle.artifact, "explanation": found}
        return json_bytes(values)

    def reading(self, model: Model, items: Sequence[Item], find: Callable[[Any], Any]) -> Find:
        """What reads an input as clients send it before it is answered.

        Raises:
            Refusal: for a row with other columns than the model's.
        """
        kind, config = model.reads, self.config
        if kind is ROW:
            _check_columns(model, items)
        return lambda field, value: find(kind.late(value, field, config))

    async def find(
        self, model: Model, items: Sequence[Item], find: Find, options: Options
    ) -> list[Any]:
        """What `find` makes of each item, in order.

        Raises:
            Refusal: naming the first that cannot be answered.
        """
        seconds = self.config.answer_seconds
        try:
            answers = await self.engine.answer(lambda item: find(*item), items, seconds=seconds)
        except ItemError as error:
            raise refusal_of(error.error, items[error.index][0], options) from error.error
        self.metrics.items.labels(model.name).inc(len(items))
        return answers


def _answering(model: Model, options: Options) -> Answering:
    try:
        return model.answering(options)
    except ConfigError as error:
        raise refusal_of(error, "", options) from error


def refusal_of(error: Exception, field: str, options: Options) -> Exception:
    """What a client is told of what was raised for an item; the error itself if it is a defect."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DataError):
        message = str(error)
        return Refusal(
            422, "unreadable", message if field in message else f"{field}: {message}", field=field
        )
    if isinstance(error, ConfigError):
        at = next((name for name in options if str(error).startswith(name)), None)
        return invalid(str(error), field=at)
    if isinstance(error, BundleError):
        return Refusal(500, "bundle", "The model fails on this input; its owner finds why logged.")
    return error


def _check_columns(model: Model, items: Sequence[Item]) -> None:
    """Columns that the model does not know are refused: one of them may be misspelt."""
    for field, row in items:
        try:
            strange = model.bundle.reader.check_columns(tuple(row), where=field)  # type: ignore[attr-defined]
        except DataError as error:
            raise Refusal(422, "invalid", str(error), field=field) from None
        if strange:
            name = f"{field}.{strange[0][:80]}"
            raise invalid(f"{name} is no column of this model.", field=name)


def json_bytes(values: Any) -> bytes:
    """JSON in UTF-8; numbers that it lacks are null."""
    try:
        text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:  # the search for such numbers takes longer than all else
        text = json.dumps(clean(values), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
