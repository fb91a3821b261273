"""What thresholds ask of the data: checked once these are read, before anything is trained."""

from __future__ import annotations

from typing import Any

from kerasapps.config import TrustConfig
from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError
from kerasapps.recipes.answering import trust_of
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.steps import Options

_CHOOSING = ("thresholds", "min_precision")


def check_trusted(splits: Splits[Any], options: Options) -> None:
    """Refuses thresholds that the data have no use for; what no data have, `check_answer` refuses.

    Raises:
        ConfigError: if none of several answers has scores that are asked about, or there is no such
            label.
    """
    trust = trust_of(options)
    if splits.target.kind == "several":
        _check_parts(trust, splits)
    elif trust.unknown_label is not None and trust.unknown_label not in splits.labels:
        raise ConfigError(
            f"TrustConfig.unknown_label: no example has the label {trust.unknown_label!r}. The "
            f"labels are {shortened(splits.labels)}."
        )


def _check_parts(trust: TrustConfig, splits: Splits[Any]) -> None:
    kinds = {part.kind for part in splits.target.parts}
    if trust.unknown_rate is not None and "class" not in kinds:
        raise ConfigError(
            "TrustConfig.unknown_rate: none of the answers is one class; leave it out."
        )
    if trust.chooses and not kinds & {"class", "labels"}:
        given = next(name for name in _CHOOSING if getattr(trust, name) is not None)
        raise ConfigError(f"TrustConfig.{given}: numbers have no scores; leave it out.")
