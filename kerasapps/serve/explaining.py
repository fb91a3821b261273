"""Why a served model answers a picture as it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from kerasapps.config.explaining import ExplainConfig
from kerasapps.deploy.opening import LoadedBundle
from kerasapps.errors import ConfigError
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.serve.model import Model, Option, Options
from kerasapps.workflow.task import Task

SAMPLES: Final = 256
"""Inputs that are tried where a client does not say; a page waits for them."""
MOST_SAMPLES: Final = 4000
LARGEST: Final = 512
"""Pixels of the longer side of the picture that is sent back."""
OPTIONS: Final[Mapping[str, Option]] = MappingProxyType(
    {
        each.name: each
        for each in (
            Option("label", str, "label to explain; by default the likeliest"),
            Option("target", str, "of several answers the one to explain; by default the first"),
            Option("samples", int, f"hidden versions to try, {MOST_SAMPLES:,} at most"),
        )
    }
)
Explain = Callable[[Any, Options], Mapping[str, Any]]


def asked_model(model: Model) -> Model:
    """The model as it is asked to explain an answer: with other options than to give one."""
    return dataclasses.replace(model, options=OPTIONS)


def explain_with(bundle: LoadedBundle, task: Task) -> Explain:
    """A picture and options → its explanation for JSON; a `ConfigError` for a wrong option."""

    def explain(value: Any, options: Options) -> Mapping[str, Any]:
        samples, target = options.get("samples", SAMPLES), options.get("target")
        if samples > MOST_SAMPLES:
            raise ConfigError(f"samples must be {MOST_SAMPLES} at most, got {samples}.")
        part: Any = bundle
        if isinstance(bundle, SeveralBundle):
            if target is not None and target not in bundle.names:
                known = ", ".join(bundle.names)
                raise ConfigError(f"target {target[:80]!r} is no answer. Known: {known}.")
            part = bundle.part(target)
        elif target is not None:
            raise ConfigError("target is for models with several answers; leave it out.")
        try:
            how = ExplainConfig(samples=samples)
        except ConfigError as error:
            raise ConfigError(str(error).removeprefix("ExplainConfig.")) from error
        found: Any = task.finished.explain(part, value, label=options.get("label"), how=how)
        return {**found.to_dict(), "overlay": found.data_url(largest=LARGEST)}

    return explain
