"""Why a served model answers an input as it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

from kerasapps.config.explaining import ExplainConfig
from kerasapps.deploy.opening import LoadedBundle
from kerasapps.errors import ConfigError
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.serve.kinds import PICTURE
from kerasapps.serve.model import Model, Option, Options

SAMPLES: Final = 256
"""Inputs that are tried where a client does not say; a page waits for them."""
MOST_SAMPLES: Final = 4000
LARGEST: Final = 512
"""Pixels of the longer side of the picture that is sent back."""
_LABEL = Option("label", str, "label to explain; by default the likeliest")
_TARGET = Option("target", str, "of several answers the one to explain; by default the first")
_SAMPLES = Option("samples", int, f"hidden versions to try, {MOST_SAMPLES:,} at most")
Explain = Callable[[Any, Options], Mapping[str, Any]]


def asked_model(model: Model) -> Model:
    """The model as it is asked to explain an answer: with other options than to give one."""
    options = [_LABEL, _TARGET, *([_SAMPLES] if model.reads is PICTURE else [])]
    return dataclasses.replace(model, options={each.name: each for each in options})


def explain_with(model: Model) -> Explain:
    """An input and options → its explanation for JSON; a `ConfigError` for a wrong option."""
    task, draws = model.task, model.reads is PICTURE
    assert task is not None

    def explain(value: Any, options: Options) -> Mapping[str, Any]:
        how = _method(options.get("samples", SAMPLES)) if draws else ExplainConfig()
        part: Any = _answer(model.bundle, options.get("target"))
        found: Any = task.finished.explain(part, value, label=options.get("label"), how=how)
        more = {"overlay": found.data_url(largest=LARGEST)} if draws else {}
        return {**found.to_dict(), **more}

    return explain


def _method(samples: int) -> ExplainConfig:
    if samples > MOST_SAMPLES:
        raise ConfigError(f"samples must be {MOST_SAMPLES} at most, got {samples}.")
    try:
        return ExplainConfig(samples=samples)
    except ConfigError as error:
        raise ConfigError(str(error).removeprefix("ExplainConfig.")) from error


def _answer(bundle: LoadedBundle, target: str | None) -> LoadedBundle:
    """The one answer of a bundle that is explained."""
    if not isinstance(bundle, SeveralBundle):
        if target is not None:
            raise ConfigError("target is for models with several answers; leave it out.")
        return bundle
    if target is not None and target not in bundle.names:
        known = ", ".join(bundle.names)
        raise ConfigError(f"target {target[:80]!r} is no answer. Known: {known}.")
    return bundle.part(target)
